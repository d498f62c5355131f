/** The made-up past: what analytics tell of it are sums of all of it. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { seedAnalytics } from '../../src/analytics/seed.js';
import { ActRecord } from '../../src/history/act-record.entity.js';
import { MeetingRecord } from '../../src/history/meeting-record.entity.js';
import { MeetingSums } from '../../src/history/meeting-sums.entity.js';
import { RoomEntity } from '../../src/rooms/room.entity.js';
import { openDatabase, type TestDatabase } from '../database.js';
import { onEachDatabase } from './on-each-database.js';

onEachDatabase('seeding', (settings) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openDatabase(settings());
  });

  afterAll(() => database.close());

  const seed = (number: number) =>
    seedAnalytics(database.dataSource, {
      participations: 1000,
      seed: number,
      until: new Date('2026-01-01T00:00:00Z'),
      progress: () => undefined,
    });

  it('sums up also what is added to a past that has sums already', async () => {
    const { dataSource } = database;
    await seed(1);
    const first = await dataSource.getRepository(MeetingRecord).count();
    await seed(2);
    const both = await dataSource.getRepository(MeetingRecord).count();

    expect(both).toBeGreaterThan(first);
    expect(await dataSource.getRepository(MeetingSums).sum('meetings')).toBe(both);
    // Rows that break a rule of their table are passed over in silence.
    const rooms = await dataSource.getRepository(RoomEntity).find({ take: 1, where: { access: 'open' } });
    expect(rooms).toHaveLength(1);
    const [act] = await dataSource.getRepository(ActRecord).find({ take: 1, where: { act: 'set_role' } });
    expect(act).toMatchObject({ byDisplayName: expect.any(String), detail: { role: 'moderator' } });
  });
});
