/** What a server deletes by itself and what it keeps, by a clock that stands in for months; and how much anybody may make. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { ErrorAnswer, RequestResult, Room, Session } from '@minimeet/protocol';
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { DataSource } from 'typeorm';
import { SessionEntity } from '../src/auth/session.entity.js';
import { ChatStore } from '../src/chat/chat-store.js';
import { HistoryStore } from '../src/history/history-store.js';
import { MeetingRecord } from '../src/history/meeting-record.entity.js';
import { Retention } from '../src/retention/retention.js';
import { UserEntity } from '../src/users/user.entity.js';
import { api, createRoom, guest, refusal, startServer, type TestServer } from './harness.js';
import { meetingRecord } from './records.js';
import { onEachDatabase } from './stores/on-each-database.js';
import { until } from './support.js';

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY);

onEachDatabase('what is too old', (database) => {
  let server: TestServer;
  let account: Session;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer({
      ...database(),
      GUEST_RETENTION_DAYS: '30',
      GUEST_ROOM_RETENTION_DAYS: '90',
      HISTORY_RETENTION_DAYS: '365',
    });
    const credentials = { email: `ada${randomUUID()}@example.org`, password: 'correct horse battery' };
    await api(server.url).post('/users', { ...credentials, username: 'Ada' });
    account = (await api(server.url).post<Session>('/auth/login', credentials)).body;
  });

  afterAll(async () => {
    sockets.forEach((socket) => socket.disconnect());
    await server.stop();
  });

  const tidy = (days: number) => server.app.get(Retention).tidy(inDays(days));
  const users = () => server.app.get<DataSource>(getDataSourceToken()).getRepository(UserEntity);
  const isKept = ({ user }: Session) => users().existsBy({ id: user.id });
  const status = async (room: Room) => (await api(server.url, account.accessToken).get(`/rooms/${room.id}`)).status;

  it('goes where guests do not come back, and stays where they do, own a room, are members or were shut out', async () => {
    const names = ['Gone', 'Back', 'Owner', 'Member', 'Shut'];
    const [gone, back, owner, member, shut] = (await Promise.all(names.map((name) => guest(server.url, name)))) as [
      Session,
      Session,
      Session,
      Session,
      Session,
    ];
    await createRoom(server.url, owner.accessToken);
    const room = await createRoom(server.url, account.accessToken);
    await api(server.url, account.accessToken).post(`/rooms/${room.id}/participants`, { userId: member.user.id });
    await users().update({ id: shut.user.id }, { isActive: false });
    const sessions = server.app.get<DataSource>(getDataSourceToken()).getRepository(SessionEntity);
    await sessions.update({ userId: back.user.id }, { refreshedAt: inDays(20) });

    await tidy(29);
    expect(await isKept(gone)).toBe(true);
    expect((await tidy(31)).guests).toBeGreaterThanOrEqual(1);
    expect(await isKept(gone)).toBe(false);
    expect(await Promise.all([back, owner, member, shut, account].map(isKept))).toEqual(Array(5).fill(true));
  });

  it('goes in more portions than one', async () => {
    const now = new Date();
    await users().insert(
      Array.from({ length: 450 }, (_, number) => ({
        id: randomUUID(),
        email: null,
        username: `Many ${number}`,
        passwordHash: null,
        isActive: true,
        isGuest: true,
        isAdmin: false,
        tokenVersion: 0,
        createdAt: now,
      })),
    );

    expect((await tidy(31)).guests).toBeGreaterThanOrEqual(450);
    expect(await users().countBy({ isGuest: true, createdAt: now })).toBe(0);
  });

  it('goes with its chat where it is a room of a guest in which nobody meets, and never where it is an account’s', async () => {
    const owner = await guest(server.url, 'Olga');
    const [unused, used, own] = await Promise.all([
      createRoom(server.url, owner.accessToken),
      createRoom(server.url, owner.accessToken),
      createRoom(server.url, account.accessToken),
    ]);
    const chat = server.app.get(ChatStore);
    await chat.append({ roomId: unused.id, userId: 'x', displayName: 'X', text: 'Hello', clientMessageId: 'one' });
    const seenAt = inDays(50);
    await server.app
      .get(HistoryStore)
      .save('meetings', [meetingRecord({ roomId: used.id, beganAt: seenAt, seenAt, endedAt: seenAt })]);

    await tidy(89);
    expect(await status(unused)).toBe(200);
    await tidy(91);
    expect([await status(unused), await status(used), await status(own)]).toEqual([404, 200, 200]);
    expect((await chat.page(unused.id, { limit: 1 })).messages).toEqual([]);
    await tidy(2000);
    expect([await status(used), await status(own)]).toEqual([404, 200]);
  });

  it('goes from the record of meetings after its days', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    const ended = (id: string, days: number) =>
      meetingRecord({ id, beganAt: inDays(days), seenAt: inDays(days), endedAt: inDays(days) });
    await server.app.get(HistoryStore).save('meetings', [ended(old, -2), ended(young, 1)]);

    expect((await tidy(364)).meetings).toBeGreaterThanOrEqual(1);
    const records = server.app.get<DataSource>(getDataSourceToken()).getRepository(MeetingRecord);
    expect([await records.existsBy({ id: old }), await records.existsBy({ id: young })]).toEqual([false, true]);
  });

  it('leaves a room without an owner to the first who comes, who lets in the others', async () => {
    const owner = await guest(server.url, 'Olga');
    const room = await createRoom(server.url, owner.accessToken, { lobby: true });
    const enter = async (name: string) => {
      const { accessToken: token } = await guest(server.url, name);
      const socket = io(server.url, {
        auth: { token },
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
      });
      sockets.push(socket);
      const told: { event: string; payload: { attended?: boolean } }[] = [];
      socket.onAny((event: string, payload: { attended?: boolean }) => told.push({ event, payload }));
      const join = (): Promise<RequestResult<'join_room'> & Partial<ErrorAnswer>> =>
        socket.timeout(15_000).emitWithAck('join_room', { roomId: room.slug });
      const attended = () => told.findLast(({ event }) => event === 'lobby_status')?.payload.attended;

      return { socket, join, attended };
    };
    const early = await enter('Early');
    expect((await early.join()).error?.code).toBe('lobby_waiting');
    await until(() => early.attended() === false);

    // As after a month in which nobody came by.
    const sessions = server.app.get<DataSource>(getDataSourceToken()).getRepository(SessionEntity);
    await sessions.delete({ userId: owner.user.id });
    const [first, second] = [await enter('First'), await enter('Second')];
    expect((await first.join()).participant.role).toBe('host');
    await until(() => early.attended() === true);
    expect((await second.join()).error?.code).toBe('lobby_waiting');
    const [waiting] = await Promise.all([
      new Promise<{ id: string }[]>((resolve) =>
        first.socket.on('lobby_changed', ({ waiting: people }: { waiting: { id: string }[] }) => resolve(people)),
      ),
      first.socket.emitWithAck('refuse', { waitingIds: [randomUUID()] }),
    ]);
    await first.socket.emitWithAck('admit', { waitingIds: waiting.map(({ id }) => id) });
    expect((await second.join()).participant.role).toBe('speaker');
  });
});

describe('what anybody may make', () => {
  it('is so much an hour, and a guest has so many rooms', async () => {
    const server = await startServer({
      RATE_LIMIT_GUESTS: '3',
      RATE_LIMIT_GUEST_ROOMS: '3',
      MAX_ROOMS_PER_GUEST: '2',
    });
    const ada = await guest(server.url, 'Ada');
    const make = (session: Session) => api(server.url, session.accessToken).post('/rooms', { name: 'A room' });
    expect([(await make(ada)).status, (await make(ada)).status]).toEqual([201, 201]);
    expect(await refusal(make(ada))).toEqual([403, 'not_allowed']);
    expect(await refusal(make(ada))).toEqual([429, 'rate_limited']);
    expect((await make(await guest(server.url, 'Bob'))).status).toBe(201);

    await guest(server.url, 'Cid');
    const { status, headers } = await api(server.url).post('/auth/guest', { displayName: 'Dora' });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(60);
    await server.stop();
  });
});
