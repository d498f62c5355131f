/** The record of meetings: the same on each kind of SQL database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ActRecord } from '../../src/history/act-record.entity.js';
import { DatabaseHistoryStore } from '../../src/history/database-history-store.js';
import type { HistoryStore } from '../../src/history/history-store.js';
import { MeetingRecord } from '../../src/history/meeting-record.entity.js';
import { MeetingSums } from '../../src/history/meeting-sums.entity.js';
import { ParticipantRecord } from '../../src/history/participant-record.entity.js';
import { QualityRecord } from '../../src/history/quality-record.entity.js';
import { openDatabase, type TestDatabase } from '../database.js';
import { actRecord, meetingRecord, participantRecord, qualityRecord } from '../records.js';
import { until } from '../support.js';
import { onEachDatabase } from './on-each-database.js';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute, 0, 123));
const nobody = { serverName: 'nobody', startedAt: at(0), staleBefore: at(0) };

onEachDatabase('the history store', (settings) => {
  let database: TestDatabase;
  let history: HistoryStore;
  let meetingId: string;
  let participantId: string;
  let ada: ParticipantRecord;

  beforeAll(async () => {
    database = await openDatabase(settings());
    history = new DatabaseHistoryStore(database.dataSource);
  });

  beforeEach(async () => {
    await Promise.all([MeetingRecord, ParticipantRecord, QualityRecord, ActRecord, MeetingSums].map(empty));
    [meetingId, participantId] = [randomUUID(), randomUUID()];
    await history.save('meetings', [meetingRecord({ id: meetingId, beganAt: at(0), serverName: 'laptop' })]);
    ada = participantRecord({ id: participantId, meetingId, joinedAt: at(0) });
    await history.save('participants', [ada]);
  });

  afterAll(() => database.close());

  const empty = (entity: new () => object) => database.dataSource.createQueryBuilder().delete().from(entity).execute();
  const meeting = (id = meetingId) => database.dataSource.getRepository(MeetingRecord).findOneByOrFail({ id });
  const participant = (id = participantId) =>
    database.dataSource.getRepository(ParticipantRecord).findOneByOrFail({ id });
  const sums = () => database.dataSource.getRepository(MeetingSums).find({ order: { quarterHour: 'ASC' } });

  it('keeps what it is given, to the millisecond', async () => {
    expect(await meeting()).toEqual(meetingRecord({ id: meetingId, beganAt: at(0), serverName: 'laptop' }));
    expect(await participant()).toEqual(ada);
  });

  it('keeps names in any script, and tells them apart by each mark', async () => {
    const displayName = 'Ādá 👩‍🚀 日本';
    await history.save('participants', [{ ...ada, displayName }]);

    expect(await participant()).toMatchObject({ displayName });
  });

  it('replaces what was there, however often the same is written', async () => {
    const ended = meetingRecord({ id: meetingId, beganAt: at(0), seenAt: at(6), endedAt: at(6), messages: 12 });
    await history.save('meetings', [ended]);
    await history.save('meetings', [ended]);

    expect(await meeting()).toEqual(ended);
    expect(await database.dataSource.getRepository(MeetingRecord).count()).toBe(1);
  });

  it('takes many records at once', async () => {
    const records = Array.from({ length: 2500 }, () => participantRecord({ id: randomUUID(), meetingId }));
    await history.save('participants', records);

    expect(await database.dataSource.getRepository(ParticipantRecord).countBy({ meetingId })).toBe(2501);
  });

  it('keeps how well somebody was connected', async () => {
    const quality = qualityRecord({ participantId, rating: 'fair', roundTripTime: null, lossRatio: 0.0123 });
    await history.save('qualities', [qualityRecord({ participantId })]);
    await history.save('qualities', [quality]);

    expect(await database.dataSource.getRepository(QualityRecord).find()).toEqual([quality]);
  });

  it('keeps what moderators did, once however often it is written', async () => {
    const switches = { onlyModeratorsShare: true, onlyModeratorsUnmute: false, onlyModeratorsChat: true };
    const acts = [
      actRecord({ meetingId, sequence: 1, at: at(1), detail: { role: 'moderator', source: 'screen', sequence: 7 } }),
      actRecord({
        meetingId,
        sequence: 2,
        at: at(1),
        act: 'set_meeting_switches',
        whomParticipantId: null,
        whomUserId: null,
        whomDisplayName: null,
        detail: { switches },
      }),
    ];
    await history.save('acts', acts);
    await history.save('acts', acts);

    expect(
      await database.dataSource.getRepository(ActRecord).find({ where: { meetingId }, order: { sequence: 'ASC' } }),
    ).toEqual(acts);
  });

  it('ends what an earlier process of this server left open, when it was seen last', async () => {
    const late = randomUUID();
    await history.save('meetings', [
      meetingRecord({ id: meetingId, beganAt: at(0), seenAt: at(4), serverName: 'laptop' }),
    ]);
    await history.save('participants', [participantRecord({ id: late, meetingId, joinedAt: at(5) })]);

    expect(await history.closeUnfinished({ ...nobody, serverName: 'laptop', startedAt: at(9) })).toBe(1);
    expect(await meeting()).toMatchObject({ endedAt: at(4) });
    expect(await participant()).toMatchObject({ leftAt: at(4), leaveReason: 'connection_lost' });
    // Nobody leaves before they came.
    expect(await participant(late)).toMatchObject({ leftAt: at(5) });
    expect(await history.closeUnfinished({ ...nobody, serverName: 'laptop', startedAt: at(9) })).toBe(0);
  });

  it('leaves open what this process began, and what other servers have written lately', async () => {
    expect(await history.closeUnfinished({ serverName: 'laptop', startedAt: at(0), staleBefore: at(0) })).toBe(0);
    expect(await history.closeUnfinished({ serverName: 'other', startedAt: at(9), staleBefore: at(0) })).toBe(0);
    expect(await meeting()).toMatchObject({ endedAt: null });
  });

  it('ends what no server has written for long', async () => {
    expect(await history.closeUnfinished({ ...nobody, staleBefore: at(1) })).toBe(1);
    expect(await meeting()).toMatchObject({ endedAt: at(0) });
  });

  it('leaves what has ended as it is', async () => {
    const left = { leftAt: at(2), leaveReason: 'left' } as const;
    await history.save('participants', [{ ...ada, ...left }]);
    await history.closeUnfinished({ ...nobody, staleBefore: at(1) });
    await history.closeUnfinished({ ...nobody, staleBefore: at(30) });

    expect(await participant()).toMatchObject(left);
    expect(await meeting()).toMatchObject({ endedAt: at(0) });
  });

  it('opens again what was ended by mistake, since its server lives', async () => {
    await history.closeUnfinished({ ...nobody, staleBefore: at(1) });
    await history.save('meetings', [meetingRecord({ id: meetingId, beganAt: at(0), seenAt: at(7) })]);

    expect(await meeting()).toMatchObject({ seenAt: at(7), endedAt: null });
  });

  describe('summing up', () => {
    const over = (beganAt: Date, minutes: number, figures: Partial<MeetingRecord> = {}) => {
      const end = new Date(beganAt.getTime() + minutes * 60_000);

      return meetingRecord({ id: randomUUID(), beganAt, seenAt: end, endedAt: end, ...figures });
    };

    beforeEach(() => empty(MeetingRecord));

    it('adds up what began in the same quarter of an hour', async () => {
      const figures = { totalParticipants: 3, participantSeconds: 60, messages: 2, goodQuality: 1, poorQuality: 1 };
      await history.save('meetings', [
        over(at(0), 5, { ...figures, peakParticipants: 3 }),
        over(at(14), 300, { ...figures, peakParticipants: 2 }),
        over(at(15), 6, figures),
      ]);
      await history.sumUp(at(59));
      await history.sumUp(at(59));

      const quarterHour = Date.UTC(2026, 0, 1, 12) / 900_000;
      expect(await sums()).toEqual([
        {
          quarterHour,
          meetings: 2,
          peakParticipants: 3,
          totalParticipants: 6,
          participantSeconds: 120,
          messages: 4,
          goodQuality: 2,
          fairQuality: 0,
          poorQuality: 2,
          upTo5Minutes: 1,
          upTo15Minutes: 0,
          upTo30Minutes: 0,
          upTo60Minutes: 0,
          upTo120Minutes: 0,
          upTo240Minutes: 0,
        },
        expect.objectContaining({ quarterHour: quarterHour + 1, meetings: 1, upTo5Minutes: 0, upTo15Minutes: 1 }),
      ]);
    });

    it('stops before the meetings that run, and before the time that it is told', async () => {
      const running = meetingRecord({ id: randomUUID(), beganAt: at(31) });
      await history.save('meetings', [over(at(0), 5), over(at(20), 5), running, over(at(50), 5)]);

      await history.sumUp(at(16));
      expect(await sums()).toHaveLength(1);

      await history.sumUp(at(59));
      expect(await sums()).toHaveLength(2);

      await history.save('meetings', [{ ...running, endedAt: at(40) }]);
      await history.sumUp(at(59));
      expect(await sums()).toHaveLength(3);
    });

    it('sums up again what came late', async () => {
      await history.save('meetings', [over(at(0), 5), over(at(30), 5)]);
      await history.sumUp(at(59));
      await history.save('meetings', [over(at(1), 5)]);
      await history.sumUp(at(59));

      expect((await sums()).map(({ meetings }) => meetings)).toEqual([2, 1]);
    });

    it('misses no meeting that is written meanwhile', async () => {
      if (database.dataSource.options.type === 'better-sqlite3') {
        // One statement after the other: nothing happens meanwhile.
        return;
      }

      await history.save('meetings', [over(at(0), 5), over(at(30), 5)]);
      const other = await database.openAgain();
      const holder = other.createQueryRunner();
      const waiting = async () =>
        Number((await other.query("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'"))[0].Value);

      // Stops the summing up in its middle: at the first sum that it writes.
      await holder.startTransaction();
      await holder.query(
        `INSERT INTO meeting_sums SELECT ${Math.floor(at(0).getTime() / 900_000)}, ${'0, '.repeat(13)}0`,
      );
      const summing = history.sumUp(at(59));
      await until(async () => (await waiting()) > 0);
      let saved = false;
      const saving = history.save('meetings', [over(at(31), 5)]).then(() => (saved = true));
      await until(async () => saved || (await waiting()) > 1);
      await holder.rollbackTransaction();
      await holder.release();
      await Promise.all([summing, saving]);
      await history.sumUp(at(59));

      expect((await sums()).map(({ meetings }) => meetings)).toEqual([1, 2]);
    });

    it('can be done by two servers at once', async () => {
      await history.save('meetings', [over(at(0), 5), over(at(30), 5)]);
      const other = new DatabaseHistoryStore(await database.openAgain());

      // They seldom meet at the same instant.
      for (let round = 0; round < 25; round++) {
        await empty(MeetingSums);
        await Promise.all([history.sumUp(at(59)), other.sumUp(at(59))]);

        expect((await sums()).map(({ meetings }) => meetings)).toEqual([1, 1]);
      }
    });
  });
});
