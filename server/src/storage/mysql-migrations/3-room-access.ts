/** Rooms: who may come in, by which password, and whether through a lobby. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RoomAccess implements MigrationInterface {
  readonly name = 'RoomAccess1767225900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // All of them in one statement, which happens whole or not at all: one of them tells whether it has happened.
    if (!(await queryRunner.hasColumn('rooms', 'access'))) {
      await queryRunner.query(
        `ALTER TABLE \`rooms\`
          ADD COLUMN \`access\` varchar(16) NOT NULL DEFAULT 'open',
          ADD COLUMN \`passwordHash\` varchar(255),
          ADD COLUMN \`lobby\` tinyint(1) NOT NULL DEFAULT 0`,
      );
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    if (await queryRunner.hasColumn('rooms', 'access')) {
      await queryRunner.query(
        'ALTER TABLE `rooms` DROP COLUMN `lobby`, DROP COLUMN `passwordHash`, DROP COLUMN `access`',
      );
    }
  }
}
