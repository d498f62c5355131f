/** The words of a message that is deleted go by its own list of them: to look through those of its whole room took longer with each message. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DeletedWords implements MigrationInterface {
  readonly name = 'DeletedWords1767226300000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TRIGGER "chat_messages_changed" AFTER UPDATE OF "words" ON "chat_messages" BEGIN
      DELETE FROM "chat_words" WHERE "roomId" = OLD."roomId" AND "sequence" = OLD."sequence"
        AND "word" IN (SELECT value FROM json_each(OLD."words"));
      INSERT INTO "chat_words" SELECT NEW."roomId", value, NEW."sequence" FROM json_each(NEW."words");
    END`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TRIGGER "chat_messages_changed"`);
  }
}
