/** What is done to keep meetings in order is on their record. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ModerationActs implements MigrationInterface {
  readonly name = 'ModerationActs1767226200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "moderation_acts" (
      "id" varchar(36) PRIMARY KEY NOT NULL,
      "meetingId" varchar(36) NOT NULL,
      "sequence" integer NOT NULL,
      "at" datetime(3) NOT NULL,
      "act" varchar(32) NOT NULL,
      "byParticipantId" varchar(36) NOT NULL,
      "byUserId" varchar(36) NOT NULL,
      "byDisplayName" varchar(64) NOT NULL,
      "whomParticipantId" varchar(36),
      "whomUserId" varchar(36),
      "whomDisplayName" varchar(64),
      "detail" text NOT NULL
    )`);
    await queryRunner.query(`CREATE INDEX "moderation_acts_meeting" ON "moderation_acts" ("meetingId", "sequence")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "moderation_acts"`);
  }
}
