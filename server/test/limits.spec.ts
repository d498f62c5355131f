/** What one address, one user, one socket may do, against a real server with small limits. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ErrorAnswer, Notification, RequestName, RequestResult, Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import type { ParticipantChannel } from '../src/meetings/participant-channel.js';
import { Meetings } from '../src/meetings/meetings.js';
import { SignalingEvents } from '../src/signaling/signaling-events.js';
import { UsersService } from '../src/users/users.service.js';
import { api, createRoom, guest, startServer, type TestServer } from './harness.js';
import { listen, until } from './support.js';

type Answered<Name extends RequestName> = RequestResult<Name> & Partial<ErrorAnswer>;

const MOST_OF_USER = 4;
const MOST_OF_ADDRESS = 10;
const MOST_JOINS = 9;
const MOST_PARTICIPANTS = 3;
const BACKLOG = 300_000;
/** Of all sockets together: less than two of them could have. */
const TOTAL_BACKLOG = 450_000;

describe('limits', () => {
  let server: TestServer;
  let grace: Session;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer({
      MAX_CONNECTIONS_PER_USER: String(MOST_OF_USER),
      MAX_CONNECTIONS_PER_ADDRESS: String(MOST_OF_ADDRESS),
      RATE_LIMIT_USER_JOINS: String(MOST_JOINS),
      RATE_LIMIT_USER_REQUESTS: '150',
      MAX_PARTICIPANTS: String(MOST_PARTICIPANTS),
      MAX_SOCKET_BACKLOG: String(BACKLOG),
      MAX_TOTAL_SOCKET_BACKLOG: String(TOTAL_BACKLOG),
      RATE_LIMIT_CHAT_MESSAGES: '1000',
    });
    grace = await guest(server.url, 'Grace');
  });

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.disconnect());
    await until(() => server.app.get(Meetings).placesTaken === 0);
  });

  afterAll(() => server.stop());

  /** @param address where the one proxy on this machine says that they come from */
  const connect = ({ accessToken }: Session, address = '203.0.113.1'): Socket => {
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { token: accessToken },
      extraHeaders: { 'x-forwarded-for': address },
    });
    sockets.push(socket);

    return socket;
  };

  /** `welcome`, or the code of the refusal. */
  const outcomeOf = (socket: Socket): Promise<string> =>
    new Promise((resolve) => {
      socket.once('welcome', () => resolve('welcome'));
      socket.once('connect_error', (error: Error & { data?: { code?: string } }) =>
        resolve(error.data?.code ?? error.message),
      );
    });

  const ask = <Name extends RequestName>(socket: Socket, event: Name, payload?: unknown): Promise<Answered<Name>> =>
    socket.timeout(15_000).emitWithAck(event, payload);

  const join = async (socket: Socket, roomId: string, payload: object = {}): Promise<string> =>
    (await ask(socket, 'join_room', { roomId, ...payload })).error?.code ?? 'joined';

  /** The TCP connection under a WebSocket: while it is paused, what comes stays in the system's buffers, until those are full. */
  const tcpOf = (socket: Socket) =>
    (socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } }).ws._socket;

  /** How many packets wait for a participant, of which the WebSocket has one at most. */
  const waitingIn = (channel: ParticipantChannel): number => {
    const { conn } = (channel as unknown as { socket: { conn: object } }).socket;
    const { writeBuffer, transport } = conn as {
      writeBuffer: unknown[];
      transport: { socket: { bufferedAmount: number } };
    };

    return writeBuffer.length + (transport.socket.bufferedAmount > 0 ? 1 : 0);
  };

  /** Waits until at least so many are told; a scrape may be as old as the one before it. */
  const refused = (limit: string, times: number): Promise<void> =>
    until(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();

      return Number(new RegExp(`minimeet_refusals_total\\{limit="${limit}"\\} (\\d+)`).exec(metrics)?.[1]) >= times;
    });

  describe('of connections', () => {
    it('let so many sockets of a user in at one time, and no database is asked about more', async () => {
      const ada = await guest(server.url, 'Ada');
      const open = Array.from({ length: MOST_OF_USER }, () => connect(ada));
      expect(await Promise.all(open.map(outcomeOf))).toEqual(Array(MOST_OF_USER).fill('welcome'));

      const findById = jest.spyOn(server.app.get(UsersService), 'findById');
      expect(await outcomeOf(connect(ada))).toBe('too_many_connections');
      expect(findById).not.toHaveBeenCalled();
      findById.mockRestore();
      expect(await outcomeOf(connect(grace))).toBe('welcome');

      open[0]!.disconnect();
      await until(async () => (await outcomeOf(connect(ada))) === 'welcome');
    });

    it('let so many of an address in, tell some more why not, and then take none', async () => {
      const address = '203.0.113.2';
      const users = await Promise.all([1, 2, 3, 4].map((number) => guest(server.url, `Guest ${number}`)));
      const open = Array.from({ length: MOST_OF_ADDRESS }, (_, index) => connect(users[index % 4]!, address));
      expect(await Promise.all(open.map(outcomeOf))).toEqual(Array(MOST_OF_ADDRESS).fill('welcome'));
      expect(await outcomeOf(connect(users[3]!, address))).toBe('too_many_connections');
      expect(await outcomeOf(connect(users[3]!, '203.0.113.3'))).toBe('welcome');

      // By long polling, and nobody says who they are.
      const handshake = async () =>
        (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`, { headers: { 'x-forwarded-for': address } }))
          .status;
      const statuses: number[] = [];
      for (let turn = 0; turn < MOST_OF_ADDRESS + 3; turn += 1) {
        statuses.push(await handshake());
      }
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(MOST_OF_ADDRESS);
      expect(statuses.slice(-3)).toEqual([403, 403, 403]);
      await refused('open_connections', 2 + statuses.filter((status) => status === 403).length);
    });

    it('let nobody ask again over a connection that was refused', async () => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
      const told: string[] = [];
      socket.onmessage = ({ data }) => {
        told.push(String(data));

        if (String(data).startsWith('0')) {
          Array.from({ length: 5 }, () => socket.send('40{"token":"nonsense"}'));
        }
      };
      await new Promise((closed) => (socket.onclose = closed));

      const codes = told.filter((data) => data.startsWith('44')).map((data) => JSON.parse(data.slice(2)).data.code);
      // One was looked at; of the others, whatever came before the connection was ended is refused.
      expect(codes.filter((code) => code !== 'rate_limited')).toEqual(['unauthorized']);
    });
  });

  it('of requests count a user’s sockets together', async () => {
    const ada = await guest(server.url, 'Ada');
    const both = [connect(ada), connect(ada)];
    await Promise.all(both.map(outcomeOf));
    const other = connect(grace);
    const answers = await Promise.all(both.flatMap((socket) => Array.from({ length: 100 }, () => ask(socket, 'ping'))));

    expect(answers.filter(({ error }) => error?.code === 'rate_limited')).toHaveLength(50);
    expect((await ask(other, 'ping')).error).toBeUndefined();
    await refused('requests', 50);
  });

  it('of joins count a user’s sockets together, whatever comes of them', async () => {
    const ada = await guest(server.url, 'Ada');
    const both = [connect(ada), connect(ada)];
    const outcomes: string[] = [];
    for (let turn = 0; turn < MOST_JOINS + 2; turn += 1) {
      outcomes.push(await join(both[turn % 2]!, 'xxxx-xxxx-xxxx'));
    }
    expect(outcomes).toEqual([...Array(MOST_JOINS).fill('room_not_found'), 'rate_limited', 'rate_limited']);
    expect(await join(connect(await guest(server.url, 'Bob')), 'xxxx-xxxx-xxxx')).toBe('room_not_found');
    await refused('joins', 2);
  });

  it('let one user wait in a lobby a few times, and others all the same', async () => {
    const { slug } = await createRoom(server.url, grace.accessToken, { lobby: true });
    const ada = await guest(server.url, 'Ada');
    const outcomes: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      outcomes.push(await join(connect(ada), slug));
    }
    expect(outcomes).toEqual([...Array(3).fill('lobby_waiting'), 'rate_limited']);
    expect(await join(connect(await guest(server.url, 'Bob')), slug)).toBe('lobby_waiting');

    // Who goes makes room.
    sockets[0]!.disconnect();
    await until(async () => (await join(sockets[3]!, slug)) === 'lobby_waiting');
  });

  describe('of participants', () => {
    const places = async () =>
      (await api(server.url).get<{ participants: { now: number; most: number } }>('/health/ready')).body.participants;

    it('let as many onto the server as fit, also of those who come at once, and begin no meeting in vain', async () => {
      const rooms = await Promise.all([1, 2, 3].map(() => createRoom(server.url, grace.accessToken)));
      const people = await Promise.all([1, 2, 3, 4, 5].map((number) => guest(server.url, `Guest ${number}`)));
      const outcomes = await Promise.all(
        people.map((person, index) => join(connect(person, `203.0.113.${10 + index}`), rooms[index % 2]!.slug)),
      );

      expect(outcomes.sort()).toEqual([...Array(3).fill('joined'), 'server_full', 'server_full']);
      expect(await places()).toEqual({ now: 3, most: MOST_PARTICIPANTS });
      const meetings = server.app.get(Meetings).current.size;
      expect(await join(connect(grace), rooms[2]!.slug)).toBe('server_full');
      expect(server.app.get(Meetings).current.size).toBe(meetings);
      await refused('server_participants', 3);
    });

    it('count seats that are kept, and none for who comes in another one’s place', async () => {
      const { slug } = await createRoom(server.url, grace.accessToken);
      const people = await Promise.all([1, 2, 3].map((number) => guest(server.url, `Guest ${number}`)));
      const [first, second, third] = people.map((person) => connect(person));
      const { participant, resumeToken } = await ask(first!, 'join_room', { roomId: slug });
      expect([await join(second!, slug), await join(third!, slug)]).toEqual(['joined', 'joined']);

      first!.io.engine.close();
      const outsider = connect(grace);
      expect(await join(outsider, slug)).toBe('server_full');
      const replaces = { participantId: participant.id, resumeToken };
      expect(await join(connect(people[0]!), slug, { replaces })).toBe('joined');
      expect(await places()).toEqual({ now: 3, most: MOST_PARTICIPANTS });

      await ask(second!, 'leave_room');
      expect(await join(outsider, slug)).toBe('joined');
    });
  });

  it('of what waits for a socket end one whose client does not read, and keep its seat', async () => {
    const { slug } = await createRoom(server.url, grace.accessToken);
    const ada = await guest(server.url, 'Ada');
    const [reader, sleeper] = [connect(grace), connect(ada)];
    const lost: boolean[] = [];
    listen(reader, 'participant_connection', ({ connected }) => lost.push(connected));
    expect(await join(reader, slug)).toBe('joined');
    const { participant, resumeToken } = await ask(sleeper, 'join_room', { roomId: slug });
    for (let number = 0; number < 50; number += 1) {
      await ask(reader, 'send_message', { text: 'x'.repeat(4000), clientMessageId: `long ${number}` });
    }

    const waiting: number[] = [];
    const reasons: string[] = [];
    const events = server.app.get(SignalingEvents);
    events.on('socket_too_slow', (bytes) => waiting.push(bytes));
    events.on('socket_closed', (reason) => reasons.push(reason));
    tcpOf(sleeper).pause();
    for (let turn = 0; turn < 140; turn += 1) {
      sleeper.emit('chat_history', { limit: 50 }, () => undefined);
    }
    await until(() => reasons.includes('too slow'));

    // More than one answer over the bound was never there.
    expect(waiting).toHaveLength(1);
    expect(waiting[0]).toBeLessThanOrEqual(BACKLOG);
    await until(() => lost.length === 1);
    expect(lost).toEqual([false]);
    expect((await ask(reader, 'ping')).pong).toBeGreaterThan(0);
    await refused('socket_backlog', 1);

    sleeper.disconnect();
    const resumed = await ask(connect(ada), 'resume_session', { participantId: participant.id, resumeToken });
    expect(resumed.participants.map(({ displayName }) => displayName)).toEqual(['Grace']);
    await until(() => lost.length === 2);
  });

  it('of what waits for all sockets end one of those whose clients do not read, and no other', async () => {
    const { slug } = await createRoom(server.url, grace.accessToken);
    const people = await Promise.all(['Ada', 'Bob'].map((name) => guest(server.url, name)));
    const [reader, ...sleepers] = [connect(grace), ...people.map((person) => connect(person))];
    const [, ...ids] = await Promise.all(
      [reader, ...sleepers].map(async (socket) => (await ask(socket, 'join_room', { roomId: slug })).participant.id),
    );
    const lost: string[] = [];
    listen(reader, 'participant_connection', ({ participantId }) => lost.push(participantId));
    const waiting: number[] = [];
    server.app.get(SignalingEvents).on('socket_too_slow', (bytes) => waiting.push(bytes));
    const [meeting] = server.app.get(Meetings).current;
    const message = { text: 'x'.repeat(4000) } as Notification<'new_message'>['message'];
    sleepers.forEach((sleeper) => tcpOf(sleeper).pause());

    // Always to whom less waits, so that neither comes near to what one may have.
    const channels = ids.map((id) => meeting!.participants.get(id)!.channel);
    await until(async () => {
      for (let turn = 0; turn < 1000 && waiting.length === 0; turn += 1) {
        const [less] = channels.toSorted((one, other) => waitingIn(one) - waitingIn(other));
        less!.send('new_message', { message });
        await new Promise(setImmediate);
      }

      return waiting.length > 0;
    });
    await until(() => lost.length > 0);

    expect(waiting).toHaveLength(1);
    expect(waiting[0]).toBeLessThan(BACKLOG);
    expect(lost).toHaveLength(1);
    await refused('total_socket_backlog', 1);
    const survivor = sleepers[lost[0] === ids[0] ? 1 : 0]!;
    tcpOf(survivor).resume();
    expect((await ask(survivor, 'ping')).pong).toBeGreaterThan(0);
    // No seat is kept beyond the test.
    expect((await ask(reader, 'end_meeting')).error).toBeUndefined();
  });
});
