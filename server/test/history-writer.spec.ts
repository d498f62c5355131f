/** How records get from running meetings into the database: in batches, each as it is in the end. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { DatabaseHistoryStore } from '../src/history/database-history-store.js';
import { HistoryWriter } from '../src/history/history-writer.js';
import { MeetingRecord } from '../src/history/meeting-record.entity.js';
import { ParticipantRecord } from '../src/history/participant-record.entity.js';
import { openDatabase, type TestDatabase } from './database.js';
import { meetingRecord, participantRecord } from './records.js';
import { recordingLogger, until } from './support.js';

describe('the history writer', () => {
  let database: TestDatabase;
  let writer: HistoryWriter;
  let logger: ReturnType<typeof recordingLogger>;

  beforeAll(async () => {
    database = await openDatabase();
  });

  beforeEach(() => {
    logger = recordingLogger();
    const store = new DatabaseHistoryStore(database.dataSource);
    writer = new HistoryWriter(store, Object.assign(logger, { setContext() {} }) as unknown as PinoLogger);
  });

  afterAll(() => database.close());

  const meetings = () => database.dataSource.getRepository(MeetingRecord);
  const participants = () => database.dataSource.getRepository(ParticipantRecord);

  it('writes each record as it is in the end', async () => {
    const meeting = meetingRecord();
    writer.put('meetings', meeting);
    writer.put('meetings', { ...meeting, messages: 1 });
    writer.put('meetings', { ...meeting, messages: 2 });
    await writer.finish(20_000);

    expect(await meetings().findOneByOrFail({ id: meeting.id })).toMatchObject({ messages: 2 });
    expect(logger.messages).toEqual([]);
  });

  it('writes all that waits before it is finished', async () => {
    const meetingId = randomUUID();

    for (let count = 0; count < 1234; count++) {
      writer.put('participants', participantRecord({ meetingId }));
    }

    await writer.finish(20_000);
    expect(await participants().countBy({ meetingId })).toBe(1234);
  });

  it('gives up a record that the database does not take, and writes the others', async () => {
    const meetingId = randomUUID();
    const bad = participantRecord({ meetingId, displayName: null as unknown as string });
    writer.put('participants', participantRecord({ meetingId }));
    writer.put('participants', bad);
    writer.put('participants', participantRecord({ meetingId }));

    await until(async () => (await participants().countBy({ meetingId })) === 2);
    await until(() => logger.messages.length > 0);
    expect(logger.messages).toEqual(['record of a meeting not written']);

    writer.put('meetings', meetingRecord({ id: meetingId }));
    await until(() => meetings().existsBy({ id: meetingId }));
    await writer.finish(20_000);
  });

  it('waits for a database that answers but takes nothing, and tells when it does again', async () => {
    const meeting = meetingRecord();
    const recovered = new Promise<void>((resolve) => writer.once('recovered', resolve));
    // The driver waits in the only thread; here nobody could end the other's transaction meanwhile.
    await database.dataSource.query('PRAGMA busy_timeout = 0');
    const other = await database.openAgain();
    await other.query('BEGIN IMMEDIATE');
    writer.put('meetings', meeting);
    await until(() => logger.messages.length > 0);
    await other.query('COMMIT');
    await recovered;

    expect(await meetings().existsBy({ id: meeting.id })).toBe(true);
    expect(logger.messages).toEqual([
      'the record of meetings cannot be written; it is kept until the database is back',
      'the record of meetings is written again',
    ]);
    await writer.finish(20_000);
  });

  it('says so when it has to stop before everything is written', async () => {
    const closed = await openDatabase();
    const store = new DatabaseHistoryStore(closed.dataSource);
    await closed.close();
    const stranded = new HistoryWriter(store, logger as unknown as PinoLogger);
    stranded.put('meetings', meetingRecord());
    await stranded.finish(100);

    expect(logger.messages).toEqual([
      'the record of meetings cannot be written; it is kept until the database is back',
      'the server stops before its record of meetings could be written',
    ]);
  });
});
