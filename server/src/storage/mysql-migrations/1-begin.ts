/** The first schema of users and rooms in MySQL. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOptions } from './table-options.js';

const statements = [
  `CREATE TABLE IF NOT EXISTS \`users\` (
    \`id\` varchar(36) NOT NULL,
    \`email\` varchar(254),
    \`username\` varchar(64) NOT NULL,
    \`passwordHash\` varchar(255),
    \`isActive\` tinyint(1) NOT NULL,
    \`isGuest\` tinyint(1) NOT NULL,
    \`isAdmin\` tinyint(1) NOT NULL,
    \`tokenVersion\` int NOT NULL,
    \`createdAt\` datetime(3) NOT NULL,
    PRIMARY KEY (\`id\`),
    UNIQUE INDEX \`users_email\` (\`email\`),
    INDEX \`users_created\` (\`createdAt\`)
  ) ${tableOptions}`,

  `CREATE TABLE IF NOT EXISTS \`rooms\` (
    \`id\` varchar(36) NOT NULL,
    \`slug\` varchar(14) NOT NULL,
    \`name\` varchar(120) NOT NULL,
    \`maxParticipants\` int NOT NULL,
    \`ownerId\` varchar(36),
    \`createdAt\` datetime(3) NOT NULL,
    PRIMARY KEY (\`id\`),
    UNIQUE INDEX \`rooms_slug\` (\`slug\`),
    INDEX \`rooms_owner\` (\`ownerId\`),
    INDEX \`rooms_created\` (\`createdAt\`),
    CONSTRAINT \`rooms_owner_fk\` FOREIGN KEY (\`ownerId\`) REFERENCES \`users\` (\`id\`)
      ON DELETE SET NULL ON UPDATE NO ACTION
  ) ${tableOptions}`,

  // TypeORM derives the names of a junction table's indexes from its columns.
  `CREATE TABLE IF NOT EXISTS \`room_members\` (
    \`roomId\` varchar(36) NOT NULL,
    \`userId\` varchar(36) NOT NULL,
    PRIMARY KEY (\`roomId\`, \`userId\`),
    INDEX \`IDX_a27f901523ddfa2eaecb16a597\` (\`roomId\`),
    INDEX \`IDX_ca3c84760fb37c2f14658a0a2e\` (\`userId\`),
    CONSTRAINT \`room_members_room_fk\` FOREIGN KEY (\`roomId\`) REFERENCES \`rooms\` (\`id\`)
      ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT \`room_members_user_fk\` FOREIGN KEY (\`userId\`) REFERENCES \`users\` (\`id\`)
      ON DELETE CASCADE ON UPDATE CASCADE
  ) ${tableOptions}`,
];

const tables = ['room_members', 'rooms', 'users'];

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
      await queryRunner.query(`DROP TABLE IF EXISTS \`${table}\``);
    }
  }
}
