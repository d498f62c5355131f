/** Who wrote a message as a guest. Of those of before, nobody can tell. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChatGuests implements MigrationInterface {
  readonly name = 'ChatGuests1767226400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "chat_messages" ADD COLUMN "isGuest" boolean NOT NULL DEFAULT (0)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "chat_messages" DROP COLUMN "isGuest"`);
  }
}
