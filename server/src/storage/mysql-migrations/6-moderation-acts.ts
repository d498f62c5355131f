/** What is done to keep meetings in order is on their record. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOptions } from './table-options.js';

export class ModerationActs implements MigrationInterface {
  readonly name = 'ModerationActs1767226200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE IF NOT EXISTS \`moderation_acts\` (
      \`id\` varchar(36) NOT NULL,
      \`meetingId\` varchar(36) NOT NULL,
      \`sequence\` int NOT NULL,
      \`at\` datetime(3) NOT NULL,
      \`act\` varchar(32) NOT NULL,
      \`byParticipantId\` varchar(36) NOT NULL,
      \`byUserId\` varchar(36) NOT NULL,
      \`byDisplayName\` varchar(64) NOT NULL,
      \`whomParticipantId\` varchar(36),
      \`whomUserId\` varchar(36),
      \`whomDisplayName\` varchar(64),
      \`detail\` text NOT NULL,
      PRIMARY KEY (\`id\`),
      INDEX \`moderation_acts_meeting\` (\`meetingId\`, \`sequence\`)
    ) ${tableOptions}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS `moderation_acts`');
  }
}
