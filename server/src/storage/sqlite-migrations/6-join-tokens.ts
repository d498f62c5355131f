/** API keys of host applications, and what the join tokens signed with them allow. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class JoinTokens implements MigrationInterface {
  readonly name = 'JoinTokens1767226100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "api_keys" (
      "id" varchar(32) PRIMARY KEY NOT NULL,
      "userId" varchar(36) NOT NULL,
      "label" varchar(64) NOT NULL,
      "createdAt" datetime(3) NOT NULL,
      "lastUsedAt" datetime(3),
      CONSTRAINT "api_keys_user_fk" FOREIGN KEY ("userId") REFERENCES "users" ("id")
        ON DELETE CASCADE ON UPDATE NO ACTION
    )`);
    await queryRunner.query(`CREATE INDEX "api_keys_user" ON "api_keys" ("userId")`);
    await queryRunner.query(`CREATE TABLE "join_token_revocations" (
      "userId" varchar(36) NOT NULL,
      "roomId" varchar(36) NOT NULL,
      "revokedAt" datetime(3) NOT NULL,
      PRIMARY KEY ("userId", "roomId")
    )`);
    await queryRunner.query(`ALTER TABLE "sessions" ADD COLUMN "apiKeyId" varchar(32)`);
    await queryRunner.query(`ALTER TABLE "sessions" ADD COLUMN "roomId" varchar(36)`);
    await queryRunner.query(`ALTER TABLE "sessions" ADD COLUMN "pass" text`);
    await queryRunner.query(`CREATE INDEX "sessions_api_key" ON "sessions" ("apiKeyId")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Without what limits them, they would be sessions like any other.
    await queryRunner.query(`DELETE FROM "sessions" WHERE "apiKeyId" IS NOT NULL`);
    await queryRunner.query(`DROP INDEX "sessions_api_key"`);
    await queryRunner.query(`ALTER TABLE "sessions" DROP COLUMN "pass"`);
    await queryRunner.query(`ALTER TABLE "sessions" DROP COLUMN "roomId"`);
    await queryRunner.query(`ALTER TABLE "sessions" DROP COLUMN "apiKeyId"`);
    await queryRunner.query(`DROP TABLE "join_token_revocations"`);
    await queryRunner.query(`DROP TABLE "api_keys"`);
  }
}
