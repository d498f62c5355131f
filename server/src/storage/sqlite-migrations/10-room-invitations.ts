/** Members are invited by a link instead of being named by an e-mail address, which anybody may have given as theirs. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RoomInvitations implements MigrationInterface {
  readonly name = 'RoomInvitations1767226500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE "room_invitations" (
      "id" varchar(36) PRIMARY KEY NOT NULL,
      "roomId" varchar(36) NOT NULL,
      "codeHash" varchar(64) NOT NULL,
      "label" varchar(64),
      "createdAt" datetime(3) NOT NULL,
      "expiresAt" datetime(3) NOT NULL,
      CONSTRAINT "room_invitations_room_fk" FOREIGN KEY ("roomId") REFERENCES "rooms" ("id")
        ON DELETE CASCADE ON UPDATE NO ACTION
    )`);
    await queryRunner.query(`CREATE UNIQUE INDEX "room_invitations_code" ON "room_invitations" ("codeHash")`);
    await queryRunner.query(`CREATE INDEX "room_invitations_room" ON "room_invitations" ("roomId", "createdAt")`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE "room_invitations"`);
  }
}
