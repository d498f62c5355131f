/** The record of meetings in the embedded database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHistoryStore } from '../src/history/database-history-store.js';
import type { HistoryStore } from '../src/history/history-store.js';
import { MeetingRecord } from '../src/history/meeting-record.entity.js';
import { ParticipantRecord } from '../src/history/participant-record.entity.js';
import { openDatabase, type TestDatabase } from './database.js';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute, 0, 123));

describe('the history store', () => {
  let database: TestDatabase;
  let history: HistoryStore;
  let meetingId: string;
  let participantId: string;

  beforeAll(async () => {
    database = await openDatabase();
    history = new DatabaseHistoryStore(
      database.dataSource.getRepository(MeetingRecord),
      database.dataSource.getRepository(ParticipantRecord),
    );
  });

  beforeEach(async () => {
    [meetingId, participantId] = [randomUUID(), randomUUID()];
    await history.meetingBegan({ meetingId, roomId: 'kitchen', beganAt: at(0) });
    await history.participantJoined({
      participantId,
      meetingId,
      userId: 'ada',
      displayName: 'Ada',
      deviceKind: 'phone',
      joinedAt: at(0),
    });
  });

  afterAll(() => database.close());

  const meeting = () => database.dataSource.getRepository(MeetingRecord).findOneByOrFail({ id: meetingId });
  const participant = () => database.dataSource.getRepository(ParticipantRecord).findOneByOrFail({ id: participantId });

  it('has a running meeting without an end', async () => {
    expect(await meeting()).toEqual({
      id: meetingId,
      roomId: 'kitchen',
      beganAt: at(0),
      endedAt: null,
      peakParticipants: null,
      totalParticipants: null,
      messages: null,
    });
    expect(await participant()).toMatchObject({
      displayName: 'Ada',
      deviceKind: 'phone',
      joinedAt: at(0),
      leftAt: null,
    });
  });

  it('records who left when and why, and how the meeting ended', async () => {
    await history.participantLeft({ participantId, leftAt: at(5), reason: 'left' });
    await history.meetingEnded({
      meetingId,
      endedAt: at(6),
      peakParticipants: 4,
      totalParticipants: 7,
      messages: 12,
    });

    expect(await participant()).toMatchObject({ leftAt: at(5), leaveReason: 'left' });
    expect(await meeting()).toMatchObject({ endedAt: at(6), peakParticipants: 4, totalParticipants: 7, messages: 12 });
  });

  it('ends after a crash what has no end, and leaves alone what has one', async () => {
    expect(await history.closeUnfinished(at(1))).toBeGreaterThanOrEqual(1);
    expect(await meeting()).toMatchObject({ endedAt: at(1), peakParticipants: null });
    expect(await participant()).toMatchObject({ leftAt: at(1), leaveReason: 'connection_lost' });

    expect(await history.closeUnfinished(at(3))).toBe(0);
    expect(await meeting()).toMatchObject({ endedAt: at(1) });
    expect(await participant()).toMatchObject({ leftAt: at(1) });
  });
});
