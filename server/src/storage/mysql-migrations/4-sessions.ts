/** Sessions, each with a refresh token that changes whenever it is used. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOptions } from './table-options.js';

export class Sessions implements MigrationInterface {
  readonly name = 'Sessions1767226000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE IF NOT EXISTS \`sessions\` (
      \`id\` varchar(36) NOT NULL,
      \`userId\` varchar(36) NOT NULL,
      \`turn\` int NOT NULL,
      \`createdAt\` datetime(3) NOT NULL,
      \`refreshedAt\` datetime(3) NOT NULL,
      \`expiresAt\` datetime(3) NOT NULL,
      PRIMARY KEY (\`id\`),
      INDEX \`sessions_user\` (\`userId\`),
      INDEX \`sessions_expires\` (\`expiresAt\`),
      CONSTRAINT \`sessions_user_fk\` FOREIGN KEY (\`userId\`) REFERENCES \`users\` (\`id\`)
        ON DELETE CASCADE ON UPDATE NO ACTION
    ) ${tableOptions}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS `sessions`');
  }
}
