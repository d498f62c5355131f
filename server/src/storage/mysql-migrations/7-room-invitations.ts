/** Members are invited by a link instead of being named by an e-mail address, which anybody may have given as theirs. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOptions } from './table-options.js';

export class RoomInvitations implements MigrationInterface {
  readonly name = 'RoomInvitations1767226500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE IF NOT EXISTS \`room_invitations\` (
      \`id\` varchar(36) NOT NULL,
      \`roomId\` varchar(36) NOT NULL,
      \`codeHash\` varchar(64) NOT NULL,
      \`label\` varchar(64) NULL,
      \`createdAt\` datetime(3) NOT NULL,
      \`expiresAt\` datetime(3) NOT NULL,
      PRIMARY KEY (\`id\`),
      UNIQUE INDEX \`room_invitations_code\` (\`codeHash\`),
      INDEX \`room_invitations_room\` (\`roomId\`, \`createdAt\`),
      CONSTRAINT \`room_invitations_room_fk\` FOREIGN KEY (\`roomId\`) REFERENCES \`rooms\` (\`id\`)
        ON DELETE CASCADE ON UPDATE NO ACTION
    ) ${tableOptions}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS `room_invitations`');
  }
}
