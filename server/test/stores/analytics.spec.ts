/** What is told of past meetings: the same figures on each kind of SQL database, and to whom. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  Analytics,
  Bucket,
  MeetingReport,
  MeetingSummary,
  Overview,
  Page,
  Room,
  RoomAnalytics,
  Session,
} from '@minimeet/protocol';
import { DateTime } from 'luxon';
import { DataSource } from 'typeorm';
import { HistoryStore } from '../../src/history/history-store.js';
import { MeetingRecord } from '../../src/history/meeting-record.entity.js';
import { RoomSums } from '../../src/history/room-sums.entity.js';
import { api, createRoom, guest, refusal, startServer, type TestServer } from '../harness.js';
import { actRecord, meetingRecord, participantRecord, qualityRecord } from '../records.js';
import { onEachDatabase } from './on-each-database.js';

const admin = { email: 'admin@example.org', password: 'administrator' };

const everyone = { whomParticipantId: null, whomUserId: null, whomDisplayName: null };

/** A meeting of so many minutes, with figures that are easy to add up. */
function over(roomId: string, beganAt: string, minutes: number, figures: Partial<MeetingRecord> = {}): MeetingRecord {
  const began = new Date(beganAt);
  const ended = new Date(began.getTime() + minutes * 60_000);

  return meetingRecord({
    roomId,
    beganAt: began,
    seenAt: ended,
    endedAt: ended,
    peakParticipants: 2,
    totalParticipants: 3,
    participantSeconds: minutes * 120,
    messages: 4,
    goodQuality: 1,
    poorQuality: 1,
    ...figures,
  });
}

onEachDatabase('analytics', (settings) => {
  let server: TestServer;
  let store: HistoryStore;
  let boss: Session;
  let owner: Session;
  let kitchen: Room;
  let deleted: Room;
  let party: MeetingRecord;

  const path = (from: string, to: string, more = '') => `from=${from}&to=${to}${more}`;
  const ofKitchen = async (query: string) =>
    (await api(server.url, owner.accessToken).get<RoomAnalytics>(`/rooms/${kitchen.slug}/analytics?${query}`)).body;
  const overview = async (query: string, { accessToken } = boss) =>
    (await api(server.url, accessToken).get<Overview>(`/analytics/overview?${query}`)).body;

  beforeAll(async () => {
    server = await startServer({ ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, ...settings() });
    store = server.app.get(HistoryStore);
    boss = (await api(server.url).post<Session>('/auth/login', admin)).body;
    owner = await guest(server.url, 'Olga');
    kitchen = await createRoom(server.url, owner.accessToken, { name: 'Kitchen' });
    deleted = await createRoom(server.url, owner.accessToken, { name: 'Attic' });
    await api(server.url, owner.accessToken).delete(`/rooms/${deleted.id}`);

    party = over(kitchen.id, '2026-03-29T21:59:59.999Z', 130, { peakParticipants: 5, messages: 0 });
    await store.save('meetings', [
      // Around the night in which Berlin's clocks go forward: its Sunday is from 23:00 to 22:00 in UTC.
      over(kitchen.id, '2026-03-28T22:59:59.999Z', 5),
      over(kitchen.id, '2026-03-28T23:00:00.000Z', 15),
      party,
      over(kitchen.id, '2026-03-29T22:00:00.000Z', 300, { goodQuality: 0, fairQuality: 3, poorQuality: 0 }),
      over(deleted.id, '2026-03-29T12:00:00.000Z', 1000),
    ]);
    const participantId = randomUUID();
    await store.save('participants', [
      participantRecord({
        id: participantId,
        meetingId: party.id,
        userId: owner.user.id,
        displayName: '=HYPERLINK("http://evil.example"), "Olga"',
        joinedAt: party.beganAt,
        leftAt: party.endedAt,
        leaveReason: 'left',
      }),
      participantRecord({
        meetingId: party.id,
        displayName: 'Öz ☃',
        deviceKind: null,
        joinedAt: new Date(party.beganAt.getTime() + 1),
      }),
    ]);
    await store.save('qualities', [qualityRecord({ participantId })]);
    await store.save('acts', [
      actRecord({ meetingId: party.id, sequence: 2, at: party.endedAt!, act: 'end_meeting', ...everyone }),
      actRecord({
        meetingId: party.id,
        sequence: 1,
        at: party.endedAt!,
        act: 'set_meeting_switches',
        ...everyone,
        detail: { switches: { onlyModeratorsChat: false } },
      }),
      actRecord({
        meetingId: party.id,
        sequence: 0,
        at: party.beganAt,
        act: 'admit',
        byDisplayName: '=HYPERLINK("http://evil.example")',
        whomParticipantId: null,
      }),
      actRecord(),
    ]);
  });

  afterAll(() => server.stop());

  it('counts by the days of a time zone, of which one has 23 hours', async () => {
    const query = path('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', '&bucket=day&timeZone=Europe/Berlin');
    const { buckets, totals, ...rest } = await ofKitchen(query);

    expect(buckets).toEqual([
      {
        begin: '2026-03-27T23:00:00.000Z',
        meetings: 1,
        participations: 3,
        participantMinutes: 10,
        messages: 4,
        peakParticipants: 2,
      },
      {
        begin: '2026-03-28T23:00:00.000Z',
        meetings: 2,
        participations: 6,
        participantMinutes: 290,
        messages: 4,
        peakParticipants: 5,
      },
      {
        begin: '2026-03-29T22:00:00.000Z',
        meetings: 1,
        participations: 3,
        participantMinutes: 600,
        messages: 4,
        peakParticipants: 2,
      },
    ]);
    expect(totals).toEqual({
      meetings: 4,
      participations: 12,
      participantMinutes: 900,
      messages: 12,
      peakParticipants: 5,
    });
    expect(rest).toEqual({
      from: '2026-03-27T23:00:00.000Z',
      to: '2026-03-30T22:00:00.000Z',
      bucket: 'day',
      timeZone: 'Europe/Berlin',
      room: { id: kitchen.id, slug: kitchen.slug, name: 'Kitchen' },
      durations: [
        { upToMinutes: 5, meetings: 1 },
        { upToMinutes: 15, meetings: 1 },
        { upToMinutes: 30, meetings: 0 },
        { upToMinutes: 60, meetings: 0 },
        { upToMinutes: 120, meetings: 0 },
        { upToMinutes: 240, meetings: 1 },
        { upToMinutes: null, meetings: 1 },
      ],
      quality: { good: 3, fair: 3, poor: 3, unknown: 3 },
    });
  });

  it('includes from and excludes to, to the millisecond, and shows empty buckets', async () => {
    const counted = async (from: string, to: string) => (await ofKitchen(path(from, to))).totals.meetings;

    expect(await counted('2026-03-28T22:59:59.999Z', '2026-03-28T23:00:00.000Z')).toBe(1);
    expect(await counted('2026-03-28T22:59:59.998Z', '2026-03-28T22:59:59.999Z')).toBe(0);
    const { buckets } = await ofKitchen(path('2026-03-25T12:00:00Z', '2026-03-31T00:00:00Z'));
    expect(buckets.map(({ meetings }) => meetings)).toEqual([0, 0, 0, 2, 2, 0]);
  });

  it('has the default of the last thirty days', async () => {
    const { buckets, totals, from, to } = await overview('', owner);

    expect(Date.parse(to) - Date.parse(from)).toBe(30 * 86_400_000);
    expect(buckets).toHaveLength(31);
    expect(totals.meetings).toBe(0);
  });

  it('knows the busiest rooms, for an administrator also a deleted one', async () => {
    const query = path('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', '&bucket=month');
    const [all, own] = [await overview(query), await overview(query, owner)];

    expect(all.totals).toMatchObject({ meetings: 5, participantMinutes: 2900 });
    expect(all.busiestRooms).toEqual([
      {
        roomId: deleted.id,
        room: null,
        meetings: 1,
        participations: 3,
        participantMinutes: 2000,
        messages: 4,
        peakParticipants: 2,
      },
      expect.objectContaining({ roomId: kitchen.id, room: { id: kitchen.id, slug: kitchen.slug, name: 'Kitchen' } }),
    ]);
    expect(own.totals).toMatchObject({ meetings: 4, participantMinutes: 900 });
    expect(own.busiestRooms.map(({ roomId }) => roomId)).toEqual([kitchen.id]);
  });

  it('lists the meetings of a room, newest first', async () => {
    const { body } = await api(server.url, owner.accessToken).get<Page<MeetingSummary>>(
      `/rooms/${kitchen.id}/meetings?limit=2&offset=1`,
    );

    expect(body).toMatchObject({ total: 4, limit: 2, offset: 1 });
    expect(body.items.map(({ beganAt }) => beganAt)).toEqual(['2026-03-29T21:59:59.999Z', '2026-03-28T23:00:00.000Z']);
    const interval = path('2026-03-29T21:59:59.999Z', '2026-03-29T22:00:00Z');
    const within = await api(server.url, owner.accessToken).get<Page<MeetingSummary>>(
      `/rooms/${kitchen.id}/meetings?${interval}`,
    );
    expect(within.body).toMatchObject({ total: 1, items: [{ id: party.id }] });
    expect(body.items[0]).toEqual({
      id: party.id,
      roomId: kitchen.id,
      beganAt: '2026-03-29T21:59:59.999Z',
      endedAt: '2026-03-30T00:09:59.999Z',
      peakParticipants: 5,
      participations: 3,
      participantMinutes: 260,
      messages: 0,
    });
  });

  it('tells who was in a meeting when, and how well connected', async () => {
    const { body } = await api(server.url, owner.accessToken).get<MeetingReport>(`/meetings/${party.id}`);
    const { participantId: _, ...quality } = qualityRecord();

    expect(body).toMatchObject({ id: party.id, room: { slug: kitchen.slug }, peakParticipants: 5 });
    expect(body.participants).toEqual([
      expect.objectContaining({
        userId: owner.user.id,
        leaveReason: 'left',
        leftAt: '2026-03-30T00:09:59.999Z',
        quality,
      }),
      expect.objectContaining({ displayName: 'Öz ☃', deviceKind: null, leftAt: null, quality: null }),
    ]);
  });

  it('tells what moderators did in it, in order', async () => {
    const { body } = await api(server.url, owner.accessToken).get<MeetingReport>(`/meetings/${party.id}`);

    expect(body.acts.map(({ act }) => act)).toEqual(['admit', 'set_meeting_switches', 'end_meeting']);
    expect(body.acts[0]).toEqual({
      id: expect.any(String),
      at: '2026-03-29T21:59:59.999Z',
      act: 'admit',
      by: expect.objectContaining({ displayName: '=HYPERLINK("http://evil.example")' }),
      whom: { participantId: null, userId: expect.any(String), displayName: 'Grace' },
      detail: {},
    });
    expect(body.acts[1]).toMatchObject({ whom: null, detail: { switches: { onlyModeratorsChat: false } } });
  });

  it('counts a meeting that runs with what it had when it was written last', async () => {
    const began = new Date(Date.now() - 3_600_000);
    const running = over(kitchen.id, began.toISOString(), 20, { endedAt: null });
    await store.save('meetings', [running]);

    const { totals, durations } = await overview('');
    expect(totals).toMatchObject({ meetings: 1, participantMinutes: 40 });
    expect(durations.find(({ upToMinutes }) => upToMinutes === 30)).toEqual({ upToMinutes: 30, meetings: 1 });
    const { body } = await api(server.url, boss.accessToken).get<MeetingReport>(`/meetings/${running.id}`);
    expect(body.endedAt).toBeNull();
    await store.save('meetings', [{ ...running, endedAt: running.seenAt }]);
  });

  describe('as CSV', () => {
    const csv = async (route: string) => {
      const response = await fetch(server.url + route, { headers: { authorization: `Bearer ${owner.accessToken}` } });
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');

      return { text: await response.text(), disposition: response.headers.get('content-disposition') };
    };

    it('has a row for each bucket', async () => {
      const interval = path('2026-03-28T00:00:00Z', '2026-03-30T00:00:00Z', '&format=csv');
      const { text, disposition } = await csv(`/rooms/${kitchen.slug}/analytics?${interval}`);

      expect(disposition).toBe(`attachment; filename="minimeet-analytics-${kitchen.slug}.csv"`);
      expect(text).toBe(
        'begin,meetings,participations,participantMinutes,messages,peakParticipants\r\n' +
          '2026-03-28T00:00:00.000Z,2,6,40,8,2\r\n' +
          '2026-03-29T00:00:00.000Z,2,6,860,4,5\r\n',
      );
      expect((await csv(`/analytics/overview?${interval}`)).text).toBe(text);
    });

    it('begins with a byte-order mark, once, by which Excel knows UTF-8', async () => {
      const interval = path('2026-03-28T00:00:00Z', '2026-03-30T00:00:00Z', '&format=csv');
      for (const route of ['meetings', 'analytics']) {
        const response = await fetch(`${server.url}/rooms/${kitchen.slug}/${route}?${interval}`, {
          headers: { authorization: `Bearer ${owner.accessToken}` },
        });
        const bytes = Buffer.from(await response.arrayBuffer());

        expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
        expect(bytes.lastIndexOf(Buffer.from([0xef, 0xbb, 0xbf]))).toBe(0);
      }
    });

    it('has a row for each meeting of the interval, whatever a page would hold', async () => {
      const interval = path('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', '&limit=1&offset=1&format=csv');
      const { text, disposition } = await csv(`/rooms/${kitchen.slug}/meetings?${interval}`);
      const [head, first, second, ...rest] = text.split('\r\n');

      expect(disposition).toBe(`attachment; filename="minimeet-meetings-${kitchen.slug}.csv"`);
      expect(head).toBe('id,roomId,beganAt,endedAt,peakParticipants,participations,participantMinutes,messages');
      expect(first).toBe(`${party.id},${kitchen.id},2026-03-29T21:59:59.999Z,2026-03-30T00:09:59.999Z,5,3,260,0`);
      expect(second).toContain(`,${kitchen.id},2026-03-28T23:00:00.000Z,`);
      expect(rest).toEqual(['']);
    });

    it('has each meeting once and newest first, where there are too many for one portion', async () => {
      const hall = await createRoom(server.url, owner.accessToken, { name: 'Hall' });
      // Many begin at the same time.
      const meetings = Array.from({ length: 1201 }, (_, index) =>
        over(hall.id, new Date(Date.UTC(2023, 0, 1) + Math.floor(index / 400) * 60_000).toISOString(), 1),
      );
      await store.save('meetings', meetings);
      const { text } = await csv(`/rooms/${hall.slug}/meetings?format=csv`);
      const rows = text
        .split('\r\n')
        .slice(1, -1)
        .map((row) => row.split(','));

      expect(rows.map(([id]) => id).sort()).toEqual(meetings.map(({ id }) => id).sort());
      const began = rows.map(([, , beganAt]) => beganAt!);
      expect(began).toEqual([...began].sort().reverse());
    });

    it('is refused like the page', async () => {
      const { get } = api(server.url, owner.accessToken);

      expect(await refusal(get('/rooms/aaaa-bbbb-cccc/meetings?format=csv'))).toEqual([404, 'room_not_found']);
      expect(await refusal(get(`/rooms/${kitchen.id}/meetings?from=yesterday`))).toEqual([400, 'invalid_payload']);
    });

    it('has a row for each participation, and no name that a spreadsheet would run', async () => {
      const { text, disposition } = await csv(`/meetings/${party.id}?format=csv`);
      const [head, first, second] = text.split('\r\n');

      expect(disposition).toBe(`attachment; filename="minimeet-meeting-${party.id}.csv"`);
      expect(head).toMatch(/^id,userId,displayName,deviceKind,joinedAt,leftAt,leaveReason,rating,/);
      expect(first).toContain(`,"'=HYPERLINK(""http://evil.example""), ""Olga""",phone,`);
      expect(first).toMatch(/,left,good,23.5,0.001,600000,1200000,1,0.4,60$/);
      expect(second).toMatch(/,Öz ☃,,2026-03-29T22:00:00.000Z,,,,,,,,,,$/);
    });
  });

  it('has a CSV with a row for each act of moderators', async () => {
    const headers = { authorization: `Bearer ${owner.accessToken}` };
    const response = await fetch(`${server.url}/meetings/${party.id}?format=csv&rows=acts`, { headers });
    const [head, first, second, ...rest] = (await response.text()).split('\r\n');

    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="minimeet-acts-${party.id}.csv"`);
    expect(head).toMatch(/^id,at,act,byParticipantId,byUserId,byDisplayName,.*,onlyModeratorsChat,sequence$/);
    expect(first).toMatch(/,admit,[^,]+,[^,]+,"'=HYPERLINK\(""http:\/\/evil.example""\)",,[^,]+,Grace,,,,,,$/);
    expect(second).toMatch(/,set_meeting_switches,[^,]+,[^,]+,Ada,,,,,,,,false,$/);
    expect(rest).toHaveLength(2);
    expect((await fetch(`${server.url}/meetings/${party.id}?rows=all`, { headers })).status).toBe(400);
  });

  describe('rights', () => {
    const routes = () => [
      `/rooms/${kitchen.slug}/analytics`,
      `/rooms/${kitchen.id}/meetings`,
      `/meetings/${party.id}`,
      `/rooms/${kitchen.id}/analytics?format=csv`,
    ];
    const statuses = (token?: string) =>
      Promise.all(
        routes().map(
          async (route) =>
            (await fetch(server.url + route, { headers: token ? { authorization: `Bearer ${token}` } : {} })).status,
        ),
      );

    it('are those of the owner and of administrators', async () => {
      const stranger = await guest(server.url, 'Sam');
      const account = { email: 'sue@example.org', password: 'correct horse' };
      await api(server.url).post('/users', { ...account, username: 'Sue' });
      const user = (await api(server.url).post<Session>('/auth/login', account)).body;
      await api(server.url, owner.accessToken).post(`/rooms/${kitchen.id}/participants`, { userId: user.user.id });

      expect(await statuses(owner.accessToken)).toEqual([200, 200, 200, 200]);
      expect(await statuses(boss.accessToken)).toEqual([200, 200, 200, 200]);
      expect(await statuses(stranger.accessToken)).toEqual([403, 403, 403, 403]);
      // A member, but not the owner.
      expect(await statuses(user.accessToken)).toEqual([403, 403, 403, 403]);
      expect(await statuses()).toEqual([401, 401, 401, 401]);
      expect((await overview('', stranger)).busiestRooms).toEqual([]);
      expect((await fetch(`${server.url}/analytics/overview`)).status).toBe(401);
    });

    it('are only an administrator’s once the room is deleted', async () => {
      const meeting = over(deleted.id, '2026-02-01T00:00:00Z', 1);
      await store.save('meetings', [meeting]);
      const report = (token: string) => api(server.url, token).get(`/meetings/${meeting.id}`);

      expect(await refusal(report(owner.accessToken))).toEqual([403, 'not_allowed']);
      expect((await report(boss.accessToken)).body).toMatchObject({ room: null });
    });

    it('end where there is nothing', async () => {
      const { get } = api(server.url, boss.accessToken);

      expect(await refusal(get(`/meetings/${randomUUID()}`))).toEqual([404, 'meeting_not_found']);
      expect(await refusal(get(`/rooms/${deleted.id}/analytics`))).toEqual([404, 'room_not_found']);
      expect(await refusal(get('/analytics/overview?timeZone=Europe/Atlantis'))).toEqual([400, 'invalid_payload']);
      expect(await refusal(get('/analytics/overview?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z'))).toEqual([
        400,
        'invalid_payload',
      ]);
    });
  });

  it('adds up the same, summed up already or not, in any time zone', async () => {
    const roomIds = [kitchen.id, randomUUID(), randomUUID()];
    // The same numbers in each run: a linear congruential generator (Numerical Recipes).
    let state = 3;
    const random = (below: number) =>
      Math.floor(((state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32) * below);
    const meetings = Array.from({ length: 700 }, () =>
      over(roomIds[random(3)]!, new Date(Date.UTC(2024, 8, 1) + random(120 * 86_400_000)).toISOString(), random(400), {
        totalParticipants: 10 + random(9),
        peakParticipants: random(10),
        goodQuality: random(4),
        fairQuality: random(4),
        poorQuality: random(4),
      }),
    );
    await store.save('meetings', meetings);

    // Within two months, over the one month between two others, and from edge to edge of months.
    const intervals = [
      ['hour', '2024-10-20T07:08:09.123Z', '2024-11-12T11:12:13.456Z'],
      ['day', '2024-10-20T07:08:09.123Z', '2024-11-12T11:12:13.456Z'],
      ['week', '2024-09-12T07:08:09.123Z', '2024-11-12T11:12:13.456Z'],
      ['month', '2024-09-30T23:59:59.999Z', '2024-12-01T00:00:00.001Z'],
      ['day', '2024-09-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
    ] as const;
    const queries = ['Europe/Berlin', 'Asia/Kathmandu'].flatMap((timeZone) =>
      intervals.map(([bucket, from, to]) => ({ timeZone, bucket, from, to })),
    );
    const answers = async () => {
      const told: Overview[] = [];

      for (const { timeZone, bucket, from, to } of queries) {
        told.push(await overview(path(from, to, `&bucket=${bucket}&timeZone=${encodeURIComponent(timeZone)}`)));
      }

      return told;
    };
    const expected = queries.map(({ timeZone, bucket, from, to }) =>
      countedByHand(
        meetings.filter(({ beganAt }) => beganAt >= new Date(from) && beganAt < new Date(to)),
        bucket,
        timeZone,
      ),
    );

    const before = await answers();
    expect(before.map(nonEmpty)).toEqual(expected);
    await store.sumUp(new Date('2024-11-01T00:00:00Z'));
    expect(await answers()).toEqual(before);
    await store.sumUp(new Date('2025-01-01T00:00:00Z'));
    expect(await answers()).toEqual(before);
    expect(before.map(({ busiestRooms }) => busiestRooms.map(toRoomFigures))).toEqual(
      queries.map(({ from, to }) =>
        roomsByHand(meetings.filter(({ beganAt }) => beganAt >= new Date(from) && beganAt < new Date(to))),
      ),
    );

    // What comes late is counted at once, and the same once it is summed up.
    await store.save('meetings', [
      over(roomIds[1]!, '2024-10-01T00:00:00.000Z', 100),
      over(roomIds[2]!, '2024-10-31T23:59:59.999Z', 100),
    ]);
    const late = await answers();
    expect(late).not.toEqual(before);
    await store.sumUp(new Date('2024-11-01T00:00:00Z'));
    expect(await answers()).toEqual(late);
    await store.sumUp(new Date('2025-01-01T00:00:00Z'));
    expect(await answers()).toEqual(late);
    expect(await server.app.get(DataSource).getRepository(RoomSums).sum('meetings')).toBeGreaterThanOrEqual(702);
  });
});

type CountedRoom = [roomId: string, meetings: number, participations: number, minutes: number, peak: number];

function toRoomFigures(room: Overview['busiestRooms'][number]): CountedRoom {
  return [room.roomId, room.meetings, room.participations, room.participantMinutes, room.peakParticipants];
}

function roomsByHand(meetings: MeetingRecord[]): CountedRoom[] {
  const counted = new Map<string, CountedRoom>();

  for (const { roomId, totalParticipants, participantSeconds, peakParticipants } of meetings) {
    const [, count, participations, minutes, peak] = counted.get(roomId) ?? [roomId, 0, 0, 0, 0];
    counted.set(roomId, [
      roomId,
      count + 1,
      participations + totalParticipants,
      minutes + participantSeconds / 60,
      Math.max(peak, peakParticipants),
    ]);
  }

  return [...counted.values()].sort((one, other) => other[3] - one[3]);
}

type Counted = Record<string, { meetings: number; participations: number; peakParticipants: number }>;

function nonEmpty({ buckets }: Analytics): Counted {
  return Object.fromEntries(
    buckets
      .filter(({ meetings }) => meetings > 0)
      .map(({ begin, meetings, participations, peakParticipants }) => [
        begin,
        { meetings, participations, peakParticipants },
      ]),
  );
}

/** The plain way: each meeting into the bucket that luxon says it began in. */
function countedByHand(meetings: MeetingRecord[], bucket: Bucket, timeZone: string): Counted {
  const counted: Counted = {};

  for (const { beganAt, totalParticipants, peakParticipants } of meetings) {
    const begin = DateTime.fromJSDate(beganAt, { zone: timeZone }).startOf(bucket).toUTC().toISO()!;
    const sum = (counted[begin] ??= { meetings: 0, participations: 0, peakParticipants: 0 });
    sum.meetings += 1;
    sum.participations += totalParticipants;
    sum.peakParticipants = Math.max(sum.peakParticipants, peakParticipants);
  }

  return counted;
}
