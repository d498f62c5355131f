/** The record of meetings in MySQL. */
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tableOptions } from './table-options.js';

const statements = [
  `CREATE TABLE IF NOT EXISTS \`meetings\` (
    \`id\` varchar(36) NOT NULL,
    \`roomId\` varchar(36) NOT NULL,
    \`serverName\` varchar(64) NOT NULL,
    \`beganAt\` datetime(3) NOT NULL,
    \`seenAt\` datetime(3) NOT NULL,
    \`endedAt\` datetime(3),
    \`peakParticipants\` int NOT NULL,
    \`totalParticipants\` int NOT NULL,
    \`participantSeconds\` int NOT NULL,
    \`messages\` int NOT NULL,
    \`goodQuality\` int NOT NULL,
    \`fairQuality\` int NOT NULL,
    \`poorQuality\` int NOT NULL,
    PRIMARY KEY (\`id\`),
    INDEX \`meetings_room_figures\` (
      \`roomId\`, \`beganAt\`, \`seenAt\`, \`peakParticipants\`, \`totalParticipants\`, \`participantSeconds\`, \`messages\`,
      \`goodQuality\`, \`fairQuality\`, \`poorQuality\`
    ),
    INDEX \`meetings_began\` (\`beganAt\`),
    INDEX \`meetings_ended\` (\`endedAt\`)
  ) ${tableOptions}`,

  `CREATE TABLE IF NOT EXISTS \`participants\` (
    \`id\` varchar(36) NOT NULL,
    \`meetingId\` varchar(36) NOT NULL,
    \`userId\` varchar(36) NOT NULL,
    \`displayName\` varchar(64) NOT NULL,
    \`deviceKind\` varchar(16),
    \`joinedAt\` datetime(3) NOT NULL,
    \`leftAt\` datetime(3),
    \`leaveReason\` varchar(32),
    PRIMARY KEY (\`id\`),
    INDEX \`participants_meeting\` (\`meetingId\`),
    INDEX \`participants_user\` (\`userId\`)
  ) ${tableOptions}`,

  `CREATE TABLE IF NOT EXISTS \`participant_qualities\` (
    \`participantId\` varchar(36) NOT NULL,
    \`rating\` varchar(8) NOT NULL,
    \`roundTripTime\` double,
    \`lossRatio\` double NOT NULL,
    \`sendBitrate\` double NOT NULL,
    \`recvBitrate\` double NOT NULL,
    \`freezes\` int NOT NULL,
    \`freezeSeconds\` double NOT NULL,
    \`measuredSeconds\` double NOT NULL,
    PRIMARY KEY (\`participantId\`)
  ) ${tableOptions}`,

  `CREATE TABLE IF NOT EXISTS \`meeting_sums\` (
    \`quarterHour\` int NOT NULL,
    \`meetings\` int NOT NULL,
    \`peakParticipants\` int NOT NULL,
    \`totalParticipants\` int NOT NULL,
    \`participantSeconds\` int NOT NULL,
    \`messages\` int NOT NULL,
    \`goodQuality\` int NOT NULL,
    \`fairQuality\` int NOT NULL,
    \`poorQuality\` int NOT NULL,
    \`upTo5Minutes\` int NOT NULL,
    \`upTo15Minutes\` int NOT NULL,
    \`upTo30Minutes\` int NOT NULL,
    \`upTo60Minutes\` int NOT NULL,
    \`upTo120Minutes\` int NOT NULL,
    \`upTo240Minutes\` int NOT NULL,
    PRIMARY KEY (\`quarterHour\`)
  ) ${tableOptions}`,

  `CREATE TABLE IF NOT EXISTS \`room_sums\` (
    \`month\` int NOT NULL,
    \`roomId\` varchar(36) NOT NULL,
    \`meetings\` int NOT NULL,
    \`peakParticipants\` int NOT NULL,
    \`totalParticipants\` int NOT NULL,
    \`participantSeconds\` int NOT NULL,
    \`messages\` int NOT NULL,
    PRIMARY KEY (\`month\`, \`roomId\`)
  ) ${tableOptions}`,
];

const tables = ['room_sums', 'meeting_sums', 'participant_qualities', 'participants', 'meetings'];

export class History implements MigrationInterface {
  readonly name = 'History1767225700000';

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
