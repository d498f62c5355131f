/** Sessions, each with a refresh token that changes whenever it is used. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Sessions implements MigrationInterface {
  readonly name = 'Sessions1767226000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "sessions" (
      "id" varchar(36) PRIMARY KEY NOT NULL,
      "userId" varchar(36) NOT NULL,
      "turn" integer NOT NULL,
      "createdAt" datetime(3) NOT NULL,
      "refreshedAt" datetime(3) NOT NULL,
      "expiresAt" datetime(3) NOT NULL,
      CONSTRAINT "sessions_user_fk" FOREIGN KEY ("userId") REFERENCES "users" ("id")
        ON DELETE CASCADE ON UPDATE NO ACTION
    )`);
    await queryRunner.query(`CREATE INDEX "sessions_user" ON "sessions" ("userId")`);
    await queryRunner.query(`CREATE INDEX "sessions_expires" ON "sessions" ("expiresAt")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "sessions"`);
  }
}
