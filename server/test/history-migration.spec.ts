/** The record of meetings that a server of the first release has left in the embedded database. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { entities } from '../src/entities.js';
import { MeetingRecord } from '../src/history/meeting-record.entity.js';
import { ParticipantRecord } from '../src/history/participant-record.entity.js';
import { loadSettings } from '../src/settings/settings.js';
import { embeddedOptions, openDataSource } from '../src/storage/data-source.js';
import { Begin } from '../src/storage/sqlite-migrations/1-begin.js';
import { temporaryFolder } from './harness.js';

const at = (minute: number) => `2026-01-01 12:${String(minute).padStart(2, '0')}:00.500`;
const date = (minute: number) => new Date(`${at(minute).replace(' ', 'T')}Z`);

describe('the migration of the first release’s record', () => {
  let dataDir: string;
  let dataSource: DataSource;

  const meeting = (id: string) => dataSource.getRepository(MeetingRecord).findOneByOrFail({ id });

  beforeAll(async () => {
    dataDir = await temporaryFolder();
    const { storage } = loadSettings({ DATA_DIR: dataDir }, () => undefined);
    const before = await openDataSource({ ...embeddedOptions(storage, []), migrations: [Begin] } as never);
    const insert = (table: string, ...rows: (string | number | null)[][]) =>
      Promise.all(
        rows.map((row) => before.query(`INSERT INTO ${table} VALUES (${row.map(() => '?').join(', ')})`, row)),
      );
    await insert(
      'meetings',
      ['whole', 'kitchen', at(0), at(10), 2, 3, 7],
      ['crashed', 'kitchen', at(20), null, null, null, null],
      ['empty', 'kitchen', at(50), null, null, null, null],
    );
    await insert(
      'participants',
      ['a', 'whole', 'ada', 'Ada', 'phone', at(0), at(10), 'left'],
      ['b', 'whole', 'bob', 'Bob', null, at(2), at(4), 'left'],
      ['c', 'crashed', 'ada', 'Ada', 'phone', at(20), at(25), 'left'],
      ['d', 'crashed', 'bob', 'Bob', null, at(22), null, null],
      ['e', 'crashed', 'eve', 'Eve', null, at(30), null, null],
    );
    await insert(
      'chat_messages',
      ['m1', 'kitchen', 1, 'ada', 'Ada', 'x', 'Hello', at(21)],
      ['m2', 'kitchen', 2, 'ada', 'Ada', 'y', 'Later', at(40)],
    );
    await before.destroy();

    dataSource = await openDataSource(embeddedOptions(storage, entities.all));
  });

  afterAll(async () => {
    await dataSource.destroy();
    await rm(dataDir, { recursive: true });
  });

  it('keeps what was known, and adds up the time of participants', async () => {
    expect(await meeting('whole')).toEqual({
      id: 'whole',
      roomId: 'kitchen',
      serverName: '',
      beganAt: date(0),
      seenAt: date(10),
      endedAt: date(10),
      peakParticipants: 2,
      totalParticipants: 3,
      participantSeconds: 12 * 60,
      messages: 7,
      goodQuality: 0,
      fairQuality: 0,
      poorQuality: 0,
    });
  });

  it('finds out what a crash kept from being written', async () => {
    expect(await meeting('crashed')).toMatchObject({
      seenAt: date(30),
      endedAt: null,
      // Bob and Ada, then Bob and Eve.
      peakParticipants: 2,
      totalParticipants: 3,
      participantSeconds: (5 + 8 + 0) * 60,
      messages: 1,
    });
    expect(await meeting('empty')).toMatchObject({
      seenAt: date(50),
      peakParticipants: 0,
      totalParticipants: 0,
      participantSeconds: 0,
      messages: 0,
    });
  });

  it('leaves the participants as they are', async () => {
    expect(await dataSource.getRepository(ParticipantRecord).countBy({ meetingId: 'crashed' })).toBe(3);
  });

  it('can be taken back', async () => {
    for (let left = dataSource.migrations.length - 1; left > 0; left--) {
      await dataSource.undoLastMigration();
    }

    expect(await dataSource.query(`SELECT * FROM meetings WHERE id = 'whole'`)).toEqual([
      {
        id: 'whole',
        roomId: 'kitchen',
        beganAt: at(0),
        endedAt: at(10),
        peakParticipants: 2,
        totalParticipants: 3,
        messages: 7,
      },
    ]);
  });
});
