/** Chat: kinds of messages, reactions, words to search by, and the last number of each room, whatever was deleted. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { wordsToKeep } from '../../common/words.js';

/** Messages whose words are found at one time. */
const BATCH = 1000;

const tables = [
  `ALTER TABLE "chat_messages" ADD COLUMN "kind" varchar(16) NOT NULL DEFAULT ('text')`,
  `ALTER TABLE "chat_messages" ADD COLUMN "words" text NOT NULL DEFAULT ('[]')`,
  `CREATE INDEX "chat_messages_sent" ON "chat_messages" ("sentAt")`,

  `CREATE TABLE "chat_rooms" (
    "roomId" varchar(36) PRIMARY KEY NOT NULL,
    "lastSequence" integer NOT NULL
  ) WITHOUT ROWID`,
  `INSERT INTO "chat_rooms" SELECT "roomId", max("sequence") FROM "chat_messages" GROUP BY "roomId"`,

  `CREATE TABLE "chat_words" (
    "roomId" varchar(36) NOT NULL,
    "word" text NOT NULL,
    "sequence" integer NOT NULL,
    PRIMARY KEY ("roomId", "word", "sequence")
  ) WITHOUT ROWID`,

  // The ids count up, which is the order in which people reacted.
  `CREATE TABLE "chat_reactions" (
    "id" integer PRIMARY KEY NOT NULL,
    "roomId" varchar(36) NOT NULL,
    "sequence" integer NOT NULL,
    "emoji" varchar(32) NOT NULL,
    "userId" varchar(36) NOT NULL
  )`,
  `CREATE UNIQUE INDEX "chat_reactions_message" ON "chat_reactions" ("roomId", "sequence", "emoji", "userId")`,
];

// Triggers, so that each of these happens whole or not at all although the program sends one statement: the embedded
// database has one connection, on which a transaction would take in whatever else is written meanwhile.
const triggers = [
  `CREATE TRIGGER "chat_messages_stored" AFTER INSERT ON "chat_messages" BEGIN
    INSERT INTO "chat_rooms" VALUES (NEW."roomId", NEW."sequence")
      ON CONFLICT ("roomId") DO UPDATE SET "lastSequence" = excluded."lastSequence";
    INSERT INTO "chat_words" SELECT NEW."roomId", value, NEW."sequence" FROM json_each(NEW."words");
  END`,
  `CREATE TRIGGER "chat_messages_deleted" AFTER DELETE ON "chat_messages" BEGIN
    DELETE FROM "chat_reactions" WHERE "roomId" = OLD."roomId" AND "sequence" = OLD."sequence";
    DELETE FROM "chat_words" WHERE "roomId" = OLD."roomId" AND "sequence" = OLD."sequence"
      AND "word" IN (SELECT value FROM json_each(OLD."words"));
  END`,
  `CREATE TRIGGER "chat_rooms_deleted" AFTER DELETE ON "chat_rooms" BEGIN
    DELETE FROM "chat_messages" WHERE "roomId" = OLD."roomId";
  END`,
];

export class Chat implements MigrationInterface {
  readonly name = 'Chat1767225800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of tables) {
      await queryRunner.query(statement);
    }

    await findWords(queryRunner);

    for (const statement of triggers) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const trigger of ['chat_rooms_deleted', 'chat_messages_deleted', 'chat_messages_stored']) {
      await queryRunner.query(`DROP TRIGGER "${trigger}"`);
    }

    for (const table of ['chat_reactions', 'chat_words', 'chat_rooms']) {
      await queryRunner.query(`DROP TABLE "${table}"`);
    }

    // The schema before knew nothing but what people wrote.
    await queryRunner.query(`DELETE FROM "chat_messages" WHERE "kind" <> 'text'`);
    await queryRunner.query(`DROP INDEX "chat_messages_sent"`);
    await queryRunner.query(`ALTER TABLE "chat_messages" DROP COLUMN "words"`);
    await queryRunner.query(`ALTER TABLE "chat_messages" DROP COLUMN "kind"`);
  }
}

/** Of the messages that were written before there was a search. */
async function findWords(queryRunner: QueryRunner): Promise<void> {
  let messages: { rowid: number; text: string }[] = [];

  do {
    messages = await queryRunner.query(
      `SELECT rowid, "text" FROM "chat_messages" WHERE rowid > ? ORDER BY rowid LIMIT ${BATCH}`,
      [messages.at(-1)?.rowid ?? 0],
    );

    for (const { rowid, text } of messages) {
      await queryRunner.query(`UPDATE "chat_messages" SET "words" = ? WHERE rowid = ?`, [
        JSON.stringify(wordsToKeep(text)),
        rowid,
      ]);
    }
  } while (messages.length === BATCH);

  await queryRunner.query(
    `INSERT INTO "chat_words" SELECT "roomId", value, "sequence" FROM "chat_messages", json_each("words")`,
  );
}
