/** API keys of host applications, and what the join tokens signed with them allow. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOptions } from './table-options.js';

export class JoinTokens implements MigrationInterface {
  readonly name = 'JoinTokens1767226100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE IF NOT EXISTS \`api_keys\` (
      \`id\` varchar(32) NOT NULL,
      \`userId\` varchar(36) NOT NULL,
      \`label\` varchar(64) NOT NULL,
      \`createdAt\` datetime(3) NOT NULL,
      \`lastUsedAt\` datetime(3) NULL,
      PRIMARY KEY (\`id\`),
      INDEX \`api_keys_user\` (\`userId\`),
      CONSTRAINT \`api_keys_user_fk\` FOREIGN KEY (\`userId\`) REFERENCES \`users\` (\`id\`)
        ON DELETE CASCADE ON UPDATE NO ACTION
    ) ${tableOptions}`);
    await queryRunner.query(`CREATE TABLE IF NOT EXISTS \`join_token_revocations\` (
      \`userId\` varchar(36) NOT NULL,
      \`roomId\` varchar(36) NOT NULL,
      \`revokedAt\` datetime(3) NOT NULL,
      PRIMARY KEY (\`userId\`, \`roomId\`)
    ) ${tableOptions}`);
    // In one statement, which happens whole or not at all: one of the columns tells whether it has happened.
    if (!(await queryRunner.hasColumn('sessions', 'apiKeyId'))) {
      await queryRunner.query(`ALTER TABLE \`sessions\`
        ADD COLUMN \`apiKeyId\` varchar(32) NULL,
        ADD COLUMN \`roomId\` varchar(36) NULL,
        ADD COLUMN \`pass\` text NULL,
        ADD INDEX \`sessions_api_key\` (\`apiKeyId\`)`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Without what limits them, they would be sessions like any other.
    if (await queryRunner.hasColumn('sessions', 'apiKeyId')) {
      await queryRunner.query('DELETE FROM `sessions` WHERE `apiKeyId` IS NOT NULL');
      await queryRunner.query(
        'ALTER TABLE `sessions` DROP INDEX `sessions_api_key`, DROP COLUMN `pass`, DROP COLUMN `roomId`, DROP COLUMN `apiKeyId`',
      );
    }
    await queryRunner.query('DROP TABLE IF EXISTS `join_token_revocations`');
    await queryRunner.query('DROP TABLE IF EXISTS `api_keys`');
  }
}
