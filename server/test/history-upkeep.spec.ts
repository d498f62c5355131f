/** What a server does to the record of meetings that carry its name. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { HistoryStore } from '../src/history/history-store.js';
import { HistoryUpkeep } from '../src/history/history-upkeep.js';
import { MeetingRecord } from '../src/history/meeting-record.entity.js';
import { startServer, type TestServer } from './harness.js';
import { meetingRecord } from './records.js';

describe('the upkeep of the record', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ SERVER_NAME: 'laptop' });
  });

  afterAll(() => server.stop());

  it('leaves a running meeting alone that another server of the same name, older than this one, has', async () => {
    const [id, now] = [randomUUID(), new Date()];
    const beganAt = new Date(now.getTime() - 3_600_000);
    await server.app
      .get(HistoryStore)
      .save('meetings', [meetingRecord({ id, beganAt, seenAt: now, serverName: 'laptop' })]);
    await server.app.get(HistoryUpkeep).tidy();

    const records = server.app.get<DataSource>(getDataSourceToken()).getRepository(MeetingRecord);
    expect((await records.findOneByOrFail({ id })).endedAt).toBeNull();
  });
});
