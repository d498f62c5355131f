/** Fills a database with a made-up past, to try analytics and to measure them. */
import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { ActRecord } from '../history/act-record.entity.js';
import { MeetingRecord } from '../history/meeting-record.entity.js';
import { ParticipantRecord } from '../history/participant-record.entity.js';
import { QualityRecord } from '../history/quality-record.entity.js';
import { Sums } from '../history/sums.js';
import { openEntry } from '../rooms/room-entry.js';
import { RoomEntity } from '../rooms/room.entity.js';
import { UserEntity } from '../users/user.entity.js';
import { Random } from './seed-chance.js';
import { makeUpMeeting, type Past } from './seed-meetings.js';

export interface SeedOptions {
  participations: number;
  /** The same number gives the same past. */
  seed: number;
  /** The past ends here and began two years earlier. */
  until: Date;
  /** Told now and then how many participations are written. */
  progress(done: number): void;
}

const owners = 400;
const rooms = 2000;
const people = 20_000;
const days = 730;
/** Rows of one statement; SQLite binds 32,766 values at most. */
const rowsAtOnce = 1000;
const attempts = 5;

export async function seedAnalytics(dataSource: DataSource, options: SeedOptions): Promise<void> {
  const { participations, seed, until, progress } = options;
  const random = new Random(seed);
  const past = await makeUpRooms(dataSource, random, options);
  const waiting: [EntityTarget<ObjectLiteral>, ObjectLiteral[]][] = [
    [MeetingRecord, []],
    [ParticipantRecord, []],
    [QualityRecord, []],
    [ActRecord, []],
  ];
  let made = 0;

  while (made < participations) {
    const { meeting, participants, qualities, acts } = makeUpMeeting(random, past, participations - made);
    [[meeting], participants, qualities, acts].forEach((rows, index) => waiting[index]![1].push(...rows));
    made += participants.length;

    for (const [entity, rows] of waiting) {
      if (rows.length >= rowsAtOnce || made === participations) {
        await insert(dataSource, entity, rows.splice(0));
        progress(made);
      }
    }
  }

  // A server, or an earlier seeding, may have summed up the same time without these meetings.
  const sums = new Sums(dataSource);
  await persistently(() => sums.forget(past.from));
  await persistently(() => sums.sumUp(until));
}

async function makeUpRooms(dataSource: DataSource, random: Random, { seed, until }: SeedOptions): Promise<Past> {
  const from = new Date(until.getTime() - days * 86_400_000);
  const users = Array.from({ length: owners }, (_, index) => ({
    id: random.uuid(),
    email: `owner-${index + 1}.seed-${seed}@example.org`,
    username: `Owner ${index + 1}`,
    passwordHash: null,
    isActive: true,
    isGuest: false,
    isAdmin: false,
    tokenVersion: 0,
    createdAt: from,
  }));
  const made = Array.from({ length: rooms }, (_, index) => ({
    id: random.uuid(),
    slug: [random.letters(4), random.letters(4), random.letters(4)].join('-'),
    name: `Room ${index + 1}`,
    maxParticipants: 100,
    ownerId: users[index % owners]!.id,
    ...openEntry,
    createdAt: from,
  }));
  await insert(dataSource, UserEntity, users);
  await insert(dataSource, RoomEntity, made);

  return {
    roomIds: made.map(({ id }) => id),
    userIds: Array.from({ length: people }, () => random.uuid()),
    from,
    to: until,
  };
}

/**
 * Several times as fast as TypeORM's own insert, which prepares each value by itself. Rows that are there stay: what was
 * begun with the same seed is finished.
 */
async function insert(
  dataSource: DataSource,
  target: EntityTarget<ObjectLiteral>,
  rows: ObjectLiteral[],
): Promise<void> {
  const { tableName, columns } = dataSource.getMetadata(target);
  const names = columns.map(({ propertyName }) => propertyName);
  const placeholders = `(${names.map(() => '?').join(', ')})`;
  const command = dataSource.options.type === 'better-sqlite3' ? 'INSERT OR IGNORE' : 'INSERT IGNORE';

  for (let begin = 0; begin < rows.length; begin += rowsAtOnce) {
    const some = rows.slice(begin, begin + rowsAtOnce);
    const sql = `${command} INTO ${tableName} (${names.join(', ')}) VALUES ${some.map(() => placeholders).join(', ')}`;
    const values = some.flatMap((row) => names.map((name) => toValue(row[name])));
    await persistently(() => dataSource.query(sql, values));
  }
}

/** A busy database may take longer than a server waits for it. */
async function persistently(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();

      return;
    } catch (error) {
      if (attempt === attempts || !isDatabaseUnavailable(error)) {
        throw error;
      }
    }
  }
}

/** Both dialects read this way of writing a time, and SQLite keeps it so. */
function toValue(value: unknown): unknown {
  if (value instanceof Date) {
    return value.toISOString().replace('T', ' ').replace('Z', '');
  }

  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value);
  }

  return typeof value === 'boolean' ? Number(value) : value;
}
