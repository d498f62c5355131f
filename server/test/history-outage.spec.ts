/** MariaDB is killed and started again under a running meeting: nothing of its record is lost. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { io, type Socket } from 'socket.io-client';
import type { Room, Session } from '@minimeet/protocol';
import { MeetingRecord } from '../src/history/meeting-record.entity.js';
import { ParticipantRecord } from '../src/history/participant-record.entity.js';
import { QualityRecord } from '../src/history/quality-record.entity.js';
import { MeetingRecorder } from '../src/meetings/record/meeting-recorder.js';
import { describeOn } from './databases.js';
import { createRoom, guest, startServer, type TestServer } from './harness.js';
import { until } from './support.js';

const report = {
  seconds: 10,
  roundTripTime: 20,
  packetsReceived: 1000,
  packetsLost: 0,
  sendBitrate: 1e6,
  recvBitrate: 1e6,
  freezes: 0,
  freezeSeconds: 0,
};

describeOn('mysql', 'the record of a meeting during an outage', (database) => {
  let server: TestServer;
  let room: Room;
  let people: Session[];

  beforeAll(async () => {
    server = await startServer({ MYSQL_URL: (await database().createDatabase()).url });
    people = await Promise.all(['Ada', 'Bob', 'Eve'].map((name) => guest(server.url, name)));
    room = await createRoom(server.url, people[0]!.accessToken);
  });

  afterAll(() => server.stop());

  const connect = async ({ accessToken }: Session): Promise<Socket> => {
    const socket = io(server.url, { transports: ['websocket'], forceNew: true, auth: { token: accessToken } });
    await new Promise((resolve, reject) => socket.once('welcome', resolve).once('connect_error', reject));

    return socket;
  };
  const ask = (socket: Socket, event: string, payload: object) => socket.timeout(60_000).emitWithAck(event, payload);
  const rows = <Row extends object>(entity: new () => Row) => server.app.get(DataSource).getRepository(entity);

  it('loses no arrival, departure, quality or end', async () => {
    const [ada, bob, eve] = await Promise.all(people.map(connect));
    const { meetingId } = await ask(ada!, 'join_room', { roomId: room.id });
    await ask(bob!, 'join_room', { roomId: room.id });
    await until(async () => (await rows(ParticipantRecord).countBy({ meetingId })) === 2);

    await database().kill();
    expect(await ask(ada!, 'report_quality', report)).toEqual({});
    // Figures are written twice in vain meanwhile; the meeting does not care.
    server.app.get(MeetingRecorder).writeFigures();
    expect(await ask(bob!, 'leave_room', {})).toEqual({});
    expect(await ask(ada!, 'ping', {})).toEqual({ pong: expect.any(Number) });
    await database().start();

    await until(async () => (await rows(QualityRecord).count()) === 1);
    await until(async () => (await rows(ParticipantRecord).countBy({ meetingId, leaveReason: 'left' })) === 1);
    await until(async () => !('error' in (await ask(eve!, 'join_room', { roomId: room.id }))));

    await database().kill();
    await ask(eve!, 'leave_room', {});
    await ask(ada!, 'leave_room', {});
    await database().start();

    await until(async () => {
      const meeting = await rows(MeetingRecord).findOneBy({ id: meetingId });

      return meeting !== null && meeting.endedAt !== null;
    });
    expect(await rows(MeetingRecord).find()).toEqual([
      expect.objectContaining({ id: meetingId, peakParticipants: 2, totalParticipants: 3, goodQuality: 1 }),
    ]);
    const participants = await rows(ParticipantRecord).find({ order: { joinedAt: 'ASC' } });
    expect(participants.map(({ displayName, leaveReason }) => [displayName, leaveReason])).toEqual([
      ['Ada', 'left'],
      ['Bob', 'left'],
      ['Eve', 'left'],
    ]);

    for (const socket of [ada, bob, eve]) {
      socket!.disconnect();
    }
  }, 300_000);
});
