/** The first schema of the embedded database. */
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE "users" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "email" varchar(254),
    "username" varchar(64) NOT NULL,
    "passwordHash" varchar(255),
    "isActive" boolean NOT NULL,
    "isGuest" boolean NOT NULL,
    "isAdmin" boolean NOT NULL,
    "tokenVersion" integer NOT NULL,
    "createdAt" datetime(3) NOT NULL
  )`,
  `CREATE UNIQUE INDEX "users_email" ON "users" ("email")`,
  `CREATE INDEX "users_created" ON "users" ("createdAt")`,

  `CREATE TABLE "rooms" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "slug" varchar(14) NOT NULL,
    "name" varchar(120) NOT NULL,
    "maxParticipants" integer NOT NULL,
    "ownerId" varchar(36),
    "createdAt" datetime(3) NOT NULL,
    CONSTRAINT "rooms_owner_fk" FOREIGN KEY ("ownerId") REFERENCES "users" ("id")
      ON DELETE SET NULL ON UPDATE NO ACTION
  )`,
  `CREATE UNIQUE INDEX "rooms_slug" ON "rooms" ("slug")`,
  `CREATE INDEX "rooms_owner" ON "rooms" ("ownerId")`,
  `CREATE INDEX "rooms_created" ON "rooms" ("createdAt")`,

  // TypeORM derives the names of a junction table's indexes from its columns.
  `CREATE TABLE "room_members" (
    "roomId" varchar(36) NOT NULL,
    "userId" varchar(36) NOT NULL,
    CONSTRAINT "room_members_room_fk" FOREIGN KEY ("roomId") REFERENCES "rooms" ("id")
      ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "room_members_user_fk" FOREIGN KEY ("userId") REFERENCES "users" ("id")
      ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY ("roomId", "userId")
  )`,
  `CREATE INDEX "IDX_a27f901523ddfa2eaecb16a597" ON "room_members" ("roomId")`,
  `CREATE INDEX "IDX_ca3c84760fb37c2f14658a0a2e" ON "room_members" ("userId")`,

  `CREATE TABLE "chat_messages" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "roomId" varchar(36) NOT NULL,
    "sequence" integer NOT NULL,
    "userId" varchar(36) NOT NULL,
    "displayName" varchar(64) NOT NULL,
    "clientMessageId" varchar(64) NOT NULL,
    "text" text NOT NULL,
    "sentAt" datetime(3) NOT NULL
  )`,
  `CREATE UNIQUE INDEX "chat_messages_sequence" ON "chat_messages" ("roomId", "sequence")`,
  `CREATE UNIQUE INDEX "chat_messages_client_message" ON "chat_messages" ("roomId", "userId", "clientMessageId")`,

  `CREATE TABLE "meetings" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "roomId" varchar(36) NOT NULL,
    "beganAt" datetime(3) NOT NULL,
    "endedAt" datetime(3),
    "peakParticipants" integer,
    "totalParticipants" integer,
    "messages" integer
  )`,
  `CREATE INDEX "meetings_room" ON "meetings" ("roomId")`,
  `CREATE INDEX "meetings_ended" ON "meetings" ("endedAt")`,

  `CREATE TABLE "participants" (
    "id" varchar(36) PRIMARY KEY NOT NULL,
    "meetingId" varchar(36) NOT NULL,
    "userId" varchar(36) NOT NULL,
    "displayName" varchar(64) NOT NULL,
    "deviceKind" varchar(16),
    "joinedAt" datetime(3) NOT NULL,
    "leftAt" datetime(3),
    "leaveReason" varchar(32)
  )`,
  `CREATE INDEX "participants_meeting" ON "participants" ("meetingId")`,
  `CREATE INDEX "participants_user" ON "participants" ("userId")`,
  `CREATE INDEX "participants_left" ON "participants" ("leftAt")`,
];

const tables = ['participants', 'meetings', 'chat_messages', 'room_members', 'rooms', 'users'];

export class Begin implements MigrationInterface {
  // TypeORM orders migrations by the time at the end of their names.
  readonly name = 'Begin1767225600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of statements) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of tables) {
      await queryRunner.query(`DROP TABLE "${table}"`);
    }
  }
}
