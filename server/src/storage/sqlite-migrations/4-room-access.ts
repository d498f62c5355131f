/** Rooms: who may come in, by which password, and whether through a lobby. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RoomAccess implements MigrationInterface {
  readonly name = 'RoomAccess1767225900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "rooms" ADD COLUMN "access" varchar(16) NOT NULL DEFAULT ('open')`);
    await queryRunner.query(`ALTER TABLE "rooms" ADD COLUMN "passwordHash" varchar(255)`);
    await queryRunner.query(`ALTER TABLE "rooms" ADD COLUMN "lobby" boolean NOT NULL DEFAULT (0)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const column of ['lobby', 'passwordHash', 'access']) {
      await queryRunner.query(`ALTER TABLE "rooms" DROP COLUMN "${column}"`);
    }
  }
}
