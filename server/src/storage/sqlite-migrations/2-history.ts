/** The record of meetings grows by what analytics need. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** SQLite cannot add a column that must have a value but no default, so the table is made anew. */
const up = [
  `ALTER TABLE "meetings" RENAME TO "meetings_before"`,
  `DROP INDEX "meetings_room"`,
  `DROP INDEX "meetings_ended"`,
  `CREATE TABLE "meetings" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "roomId" varchar(36) NOT NULL,
    "serverName" varchar(64) NOT NULL,
    "beganAt" datetime(3) NOT NULL,
    "seenAt" datetime(3) NOT NULL,
    "endedAt" datetime(3),
    "peakParticipants" integer NOT NULL,
    "totalParticipants" integer NOT NULL,
    "participantSeconds" integer NOT NULL,
    "messages" integer NOT NULL,
    "goodQuality" integer NOT NULL,
    "fairQuality" integer NOT NULL,
    "poorQuality" integer NOT NULL
  )`,
  // A meeting that a crash left without an end was seen last when somebody came or left. One without figures gets those
  // that its participants and the chat of its room tell. The server had no name.
  `WITH seen AS (
    SELECT meeting.*, COALESCE(meeting."endedAt", MAX(COALESCE(stay."leftAt", stay."joinedAt")), meeting."beganAt") AS "seenAt"
    FROM "meetings_before" meeting LEFT JOIN "participants" stay ON stay."meetingId" = meeting."id"
    GROUP BY meeting."id"
  )
  INSERT INTO "meetings"
  SELECT "id", "roomId", '', "beganAt", "seenAt", "endedAt",
    COALESCE("peakParticipants", (
      SELECT MAX((
        SELECT COUNT(*) FROM "participants" other
        WHERE other."meetingId" = seen."id" AND other."joinedAt" <= stay."joinedAt"
          AND COALESCE(other."leftAt", seen."seenAt") >= stay."joinedAt"
      ))
      FROM "participants" stay WHERE stay."meetingId" = seen."id"
    ), 0),
    COALESCE("totalParticipants", (SELECT COUNT(*) FROM "participants" stay WHERE stay."meetingId" = seen."id")),
    COALESCE((
      SELECT CAST(ROUND(SUM(unixepoch(COALESCE(stay."leftAt", seen."seenAt"), 'subsec') - unixepoch(stay."joinedAt", 'subsec'))) AS integer)
      FROM "participants" stay WHERE stay."meetingId" = seen."id"
    ), 0),
    COALESCE("messages", (
      SELECT COUNT(*) FROM "chat_messages" message
      WHERE message."roomId" = seen."roomId" AND message."sentAt" >= seen."beganAt" AND message."sentAt" <= seen."seenAt"
    )),
    0, 0, 0
  FROM seen`,
  `DROP TABLE "meetings_before"`,
  `CREATE INDEX "meetings_room_figures" ON "meetings" (
    "roomId", "beganAt", "seenAt", "peakParticipants", "totalParticipants", "participantSeconds", "messages",
    "goodQuality", "fairQuality", "poorQuality"
  )`,
  `CREATE INDEX "meetings_began" ON "meetings" ("beganAt")`,
  `CREATE INDEX "meetings_ended" ON "meetings" ("endedAt")`,

  `DROP INDEX "participants_left"`,

  `CREATE TABLE "participant_qualities" (
    "participantId" varchar(36) PRIMARY KEY NOT NULL,
    "rating" varchar(8) NOT NULL,
    "roundTripTime" double,
    "lossRatio" double NOT NULL,
    "sendBitrate" double NOT NULL,
    "recvBitrate" double NOT NULL,
    "freezes" integer NOT NULL,
    "freezeSeconds" double NOT NULL,
    "measuredSeconds" double NOT NULL
  )`,

  `CREATE TABLE "meeting_sums" (
    "quarterHour" integer PRIMARY KEY NOT NULL,
    "meetings" integer NOT NULL,
    "peakParticipants" integer NOT NULL,
    "totalParticipants" integer NOT NULL,
    "participantSeconds" integer NOT NULL,
    "messages" integer NOT NULL,
    "goodQuality" integer NOT NULL,
    "fairQuality" integer NOT NULL,
    "poorQuality" integer NOT NULL,
    "upTo5Minutes" integer NOT NULL,
    "upTo15Minutes" integer NOT NULL,
    "upTo30Minutes" integer NOT NULL,
    "upTo60Minutes" integer NOT NULL,
    "upTo120Minutes" integer NOT NULL,
    "upTo240Minutes" integer NOT NULL
  )`,

  `CREATE TABLE "room_sums" (
    "month" integer NOT NULL,
    "roomId" varchar(36) NOT NULL,
    "meetings" integer NOT NULL,
    "peakParticipants" integer NOT NULL,
    "totalParticipants" integer NOT NULL,
    "participantSeconds" integer NOT NULL,
    "messages" integer NOT NULL,
    PRIMARY KEY ("month", "roomId")
  )`,
];

const down = [
  `CREATE INDEX "participants_left" ON "participants" ("leftAt")`,
  `DROP TABLE "room_sums"`,
  `DROP TABLE "meeting_sums"`,
  `DROP TABLE "participant_qualities"`,
  `ALTER TABLE "meetings" RENAME TO "meetings_after"`,
  `DROP INDEX "meetings_room_figures"`,
  `DROP INDEX "meetings_began"`,
  `DROP INDEX "meetings_ended"`,
  `CREATE TABLE "meetings" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "roomId" varchar(36) NOT NULL,
    "beganAt" datetime(3) NOT NULL,
    "endedAt" datetime(3),
    "peakParticipants" integer,
    "totalParticipants" integer,
    "messages" integer
  )`,
  `INSERT INTO "meetings"
   SELECT "id", "roomId", "beganAt", "endedAt", "peakParticipants", "totalParticipants", "messages" FROM "meetings_after"`,
  `DROP TABLE "meetings_after"`,
  `CREATE INDEX "meetings_room" ON "meetings" ("roomId")`,
  `CREATE INDEX "meetings_ended" ON "meetings" ("endedAt")`,
];

export class History implements MigrationInterface {
  // TypeORM orders migrations by the time at the end of their names.
  readonly name = 'History1767225700000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) {
      await queryRunner.query(statement);
    }
  }
}
