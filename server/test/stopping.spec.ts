/** A server that was told to stop, and the meetings that run on it meanwhile. */
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorAnswer, MeetingReport, RequestResult, Room, SeatReference, Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { Meetings } from '../src/meetings/meetings.js';
import { api, createRoom, guest, startServer, temporaryFolder, type TestServer } from './harness.js';
import { until } from './support.js';

describe('a server that was told to stop', () => {
  const sockets: Socket[] = [];
  let dataDir: string;
  let server: TestServer;
  let ada: Session;
  let room: Room;
  const hurry = () => new AbortController();

  beforeEach(async () => {
    dataDir = await temporaryFolder();
    server = await startServer({ DATA_DIR: dataDir });
    ada = await guest(server.url, 'Ada');
    room = await createRoom(server.url, ada.accessToken);
  });

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.disconnect());
    await server.stop();
    await rm(dataDir, { recursive: true });
  });

  const connect = ({ accessToken: token }: Session) => {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    sockets.push(socket);

    return socket;
  };

  const join = async (socket: Socket, { slug }: Room) =>
    (await socket.emitWithAck('join_room', { roomId: slug })) as RequestResult<'join_room'> & Partial<ErrorAnswer>;

  const told = (socket: Socket) =>
    new Promise<{ seconds: number }>((resolve) => socket.once('server_stopping', resolve));

  const drain = (seconds: number, { signal } = hurry()) => server.app.get(Meetings).drain(seconds, signal);

  it('begins no meeting, and takes people into those that run', async () => {
    const inside = connect(ada);
    await join(inside, room);
    const other = await createRoom(server.url, ada.accessToken);
    const news = told(inside);
    const ending = hurry();
    const drained = drain(600, ending);

    expect(await news).toEqual({ seconds: 600 });
    expect((await join(connect(ada), other)).error?.code).toBe('server_stopping');
    const late = connect(await guest(server.url, 'Bob'));
    const newsOfLate = told(late);
    expect((await join(late, room)).participants).toHaveLength(1);
    const { seconds } = await newsOfLate;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(600);
    ending.abort();
    await drained;
  });

  it('takes back those whose connection is lost, and tells them', async () => {
    const inside = connect(ada);
    const { participant, resumeToken } = await join(inside, room);
    const ending = hurry();
    const drained = drain(600, ending);
    inside.io.engine.close();
    const back = connect(ada);
    const news = told(back);
    const seat: SeatReference = { participantId: participant.id, resumeToken };

    expect(await back.emitWithAck('resume_session', seat)).not.toHaveProperty('error');
    expect((await news).seconds).toBeGreaterThan(0);
    ending.abort();
    await drained;
  });

  it('need wait no longer once the last meeting has ended', async () => {
    const [one, two] = [connect(ada), connect(await guest(server.url, 'Bob'))];
    await join(one, room);
    await join(two, await createRoom(server.url, ada.accessToken));
    let isOver = false;
    const drained = drain(600).then(() => (isOver = true));
    await one.emitWithAck('leave_room', {});
    await one.emitWithAck('ping', {});

    expect(isOver).toBe(false);
    await two.emitWithAck('leave_room', {});
    await drained;
  });

  it('waits for nothing where no meeting runs, or no time is given', async () => {
    await drain(600);
    await server.stop();
    server = await startServer({ DATA_DIR: dataDir });
    const inside = connect(ada);
    await join(inside, room);
    const heard: string[] = [];
    inside.onAny((event: string) => heard.push(event));
    await drain(0);
    await inside.emitWithAck('ping', {});

    expect(heard).toEqual([]);
  });

  it('says to probes that it stops', async () => {
    const ready = () => api(server.url).get<{ ready: boolean; stopping: boolean }>('/health/ready');
    expect(await ready()).toMatchObject({ status: 200, body: { ready: true, stopping: false } });
    await drain(600);

    expect(await ready()).toMatchObject({ status: 503, body: { ready: false, stopping: true } });
  });

  it('records that its meetings ended for everyone', async () => {
    const inside = connect(ada);
    const { meetingId } = await join(inside, room);
    await server.stop();
    server = await startServer({ DATA_DIR: dataDir });
    const { body } = await api(server.url, ada.accessToken).get<MeetingReport>(`/meetings/${meetingId}`);

    expect(body.endedAt).not.toBeNull();
    expect(body.participants).toMatchObject([{ displayName: 'Ada', leaveReason: 'meeting_ended' }]);
    await until(() => inside.disconnected);
  });
});
