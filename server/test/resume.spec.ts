/** Sockets that are lost, and that come back to their seats. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  ErrorAnswer,
  Notification,
  NotificationName,
  RequestName,
  RequestResult,
  Room,
  SeatReference,
  Session,
} from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { api, createRoom, guest, startServer, type TestServer } from './harness.js';
import { toldIn, until } from './support.js';

type Answered<Name extends RequestName> = RequestResult<Name> & Partial<ErrorAnswer>;

interface Told {
  event: string;
  payload: never;
}

interface Member {
  socket: Socket;
  events: Told[];
  answer: Answered<'join_room'>;
  /** What they come back with. */
  seat: SeatReference;
}

const told = <Name extends NotificationName>(events: Told[], name: Name): Notification<Name>[] =>
  events.filter(({ event }) => event === name).map(({ payload }) => payload);

/** What the others are told of somebody's coming, going and being away, in order. */
const movements = (events: Told[]) =>
  events
    .filter(({ event }) => ['user_joined', 'user_left', 'participant_connection'].includes(event))
    .map(({ event, payload }) => {
      const { connected, reason } = payload as { connected?: boolean; reason?: string };

      return event === 'participant_connection' ? (connected ? 'back' : 'away') : (reason ?? event);
    });

const opus = {
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1111 }],
  mid: '0',
};

describe('a socket that is lost', () => {
  const sockets: Socket[] = [];
  /** Whether clients say that they can receive what they are offered. */
  let answering = true;
  let server: TestServer;
  let ada: Session;
  let bob: Session;
  let chief: Session;
  let room: Room;

  const connect = ({ accessToken }: Session, url = server.url) => {
    const socket = io(url, {
      transports: ['websocket'],
      reconnection: false,
      auth: { token: accessToken },
      forceNew: true,
    });
    const events: Told[] = [];
    socket.onAny((event, payload, answer) => {
      events.push(...(toldIn(event, payload) as Told[]));

      if (event === 'new_consumer' && answering) {
        answer({});
      }
    });
    sockets.push(socket);

    return { socket, events };
  };

  const ask = <Name extends RequestName>(socket: Socket, event: Name, payload?: unknown): Promise<Answered<Name>> =>
    socket.timeout(15_000).emitWithAck(event, payload);

  const joined = async (session: Session, more: object = {}, url = server.url): Promise<Member> => {
    const { socket, events } = connect(session, url);
    const { routerRtpCapabilities } = await new Promise<Notification<'welcome'>>((resolve) =>
      socket.once('welcome', resolve),
    );
    const answer = await ask(socket, 'join_room', {
      roomId: room.slug,
      rtpCapabilities: routerRtpCapabilities,
      ...more,
    });
    expect(answer.error).toBeUndefined();

    return {
      socket,
      events,
      answer,
      seat: { participantId: answer.participant.id, resumeToken: answer.resumeToken },
    };
  };

  /** As the network does it: without a word. */
  const cut = ({ socket }: Member) => {
    socket.io.engine.close();
  };

  const lose = async (member: Member, other: Member) => {
    cut(member);
    await until(() => movements(other.events).at(-1) === 'away');
  };

  const resumed = async (session: Session, { seat }: Member) => {
    const connection = connect(session);
    const answer = await ask(connection.socket, 'resume_session', seat);
    expect(answer.error).toBeUndefined();

    return { ...connection, answer };
  };

  const refusal = async (session: Session, seat: SeatReference) =>
    (await ask(connect(session).socket, 'resume_session', seat)).error?.code;

  const speak = async ({ socket, answer }: Member, source = 'microphone', changes: object = {}) =>
    (
      await ask(socket, 'produce', {
        transportId: answer.sendTransport.id,
        kind: 'audio',
        source,
        rtpParameters: opus,
        ...changes,
      })
    ).producerId;

  beforeAll(async () => {
    const admin = { email: 'chief@example.org', password: 'a long enough password' };
    server = await startServer({
      // Somebody writes as fast as they can, for as long as another one needs to come back.
      RATE_LIMIT_SOCKET_REQUESTS: '10000',
      RATE_LIMIT_CHAT_MESSAGES: '10000',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
    });
    chief = (await api(server.url).post<Session>('/auth/login', admin)).body;
    [ada, bob] = [await guest(server.url, 'Ada'), await guest(server.url, 'Bob')];
  });

  beforeEach(async () => {
    room = await createRoom(server.url, ada.accessToken, { maxParticipants: 2 });
  });

  afterEach(() => {
    sockets.splice(0).forEach((socket) => socket.disconnect());
  });

  afterAll(() => server.stop());

  it('keeps its seat, and the others learn that somebody is away and is back', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await lose(second, first);
    const eve = await guest(server.url, 'Eve');
    const refused = await ask(connect(eve).socket, 'join_room', { roomId: room.id });
    const { answer, events } = await resumed(bob, second);
    await until(() => movements(first.events).at(-1) === 'back');

    expect(refused.error?.code).toBe('room_full');
    expect(movements(first.events)).toEqual(['user_joined', 'away', 'back']);
    expect(answer).toMatchObject({ participants: [{ id: first.seat.participantId, connected: true }], producers: [] });
    expect(movements(events)).toEqual([]);
    const { messages } = await ask(first.socket, 'chat_history', {});
    expect(messages.map(({ kind, displayName }) => [kind, displayName])).toEqual([
      ['joined', 'Ada'],
      ['joined', 'Bob'],
    ]);
  });

  it('finds everything as it is now: who is there, what flows, what is muted', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    const own = await speak(second, 'screen_audio');
    const heard = await speak(first);
    const closed = await speak(first, 'screen_audio', {
      rtpParameters: { ...opus, mid: '1', encodings: [{ ssrc: 2 }] },
    });
    await until(() => told(second.events, 'new_consumer').length === 2);
    await lose(second, first);
    await ask(first.socket, 'pause_producer', { producerId: heard });
    await ask(first.socket, 'close_producer', { producerId: closed });
    const { answer, events, socket } = await resumed(bob, second);

    const [consumer] = told(second.events, 'new_consumer').filter(({ producerId }) => producerId === heard);
    expect(answer).toEqual({
      participants: [expect.objectContaining({ producers: [expect.objectContaining({ id: heard, paused: true })] })],
      producers: [{ id: own, kind: 'audio', source: 'screen_audio', paused: false }],
      consumers: [{ id: consumer!.id, paused: true, congested: false }],
      role: 'speaker',
      locked: false,
      switches: { onlyModeratorsShare: false, onlyModeratorsUnmute: false, onlyModeratorsChat: false },
      hands: [],
    });

    await ask(first.socket, 'resume_producer', { producerId: heard });
    await until(() => told(events, 'consumer_resumed').length === 1);
    expect(told(events, 'new_consumer')).toEqual([]);
    expect(await ask(socket, 'pause_producer', { producerId: own })).toEqual({});
    await until(() => told(first.events, 'producer_paused').length === 1);
  });

  it('is offered what began meanwhile, and again what it did not answer in time', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    answering = false;
    const early = await speak(first);
    await until(() => told(second.events, 'new_consumer').length === 1);
    await lose(second, first);
    await ask(first.socket, 'pause_producer', { producerId: early });
    answering = true;
    const late = await speak(first, 'screen_audio', { rtpParameters: { ...opus, mid: '1', encodings: [{ ssrc: 2 }] } });
    const { events, socket } = await resumed(bob, second);
    await until(() => told(events, 'new_consumer').length === 2);

    const [again, fresh] = told(events, 'new_consumer');
    expect(again).toEqual({ ...told(second.events, 'new_consumer')[0], paused: true });
    expect(fresh).toMatchObject({ producerId: late, paused: false });
    expect(await ask(socket, 'request_key_frame', { consumerId: again!.id })).toEqual({});
  });

  it('learns again which of its layers anybody wants, and who leads', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await ask(first.socket, 'set_view', { tiles: [] });
    const producerId = await speak(second, 'camera', {
      kind: 'video',
      rtpParameters: {
        codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
        encodings: [{ ssrc: 3 }],
        mid: '0',
      },
    });
    await until(() => told(second.events, 'producer_layers_wanted').length === 1);
    await lose(second, first);
    const { participantId } = second.seat;
    await ask(first.socket, 'set_view', { tiles: [{ participantId, source: 'camera', width: 320, height: 180 }] });
    const { events } = await resumed(bob, second);
    await until(() => told(events, 'producer_layers_wanted').length > 0);

    expect(told(second.events, 'producer_layers_wanted')).toEqual([{ producerId, spatialLayer: null }]);
    expect(told(events, 'producer_layers_wanted').at(-1)).toEqual({ producerId, spatialLayer: 0 });
    expect(told(events, 'dominant_speaker')).toEqual([{ participantId: null }]);
  });

  it('misses nothing that is written, and is told nothing twice', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    let writing = true;
    const written: string[] = [];
    const write = async () => {
      for (let count = 0; writing; count++) {
        const { message } = await ask(first.socket, 'send_message', { text: `${count}`, clientMessageId: `m${count}` });
        written.push(message.text);
      }
    };
    const author = write();
    await until(() => written.length > 10);
    await lose(second, first);
    const before = written.length;
    await until(() => written.length > before + 10);
    const { events, socket } = await resumed(bob, second);
    const { messages } = await ask(socket, 'chat_history', { limit: 100 });
    const after = written.length;
    await until(() => written.length > after + 10);
    writing = false;
    await author;
    await until(() => told(events, 'new_message').some(({ message }) => message.text === written.at(-1)));

    const live = told(events, 'new_message').map(({ message }) => message.sequence);
    expect(live).toEqual(live.map((_, index) => live[0]! + index));
    expect(messages.at(-1)!.sequence).toBeGreaterThanOrEqual(live[0]! - 1);
  });

  it('is let in again by nobody but its own user with its own token', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await lose(second, first);
    const { participantId, resumeToken } = second.seat;

    expect([
      await refusal(bob, { participantId, resumeToken: `${resumeToken}x` }),
      await refusal(bob, { participantId: first.seat.participantId, resumeToken }),
      await refusal(bob, { participantId: room.id, resumeToken }),
      await refusal(ada, second.seat),
      await refusal(ada, { participantId, resumeToken: first.seat.resumeToken }),
    ]).toEqual(Array.from({ length: 5 }, () => 'session_expired'));
    expect(JSON.stringify(first.answer.participants) + JSON.stringify(first.events)).not.toContain(resumeToken);
    await resumed(bob, second);
  });

  it('cannot come back to a seat that was left, and not from another meeting', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await ask(second.socket, 'leave_room');
    expect(await refusal(bob, second.seat)).toBe('session_expired');
    expect((await ask(first.socket, 'resume_session', first.seat)).error?.code).toBe('already_joined');
  });

  it('is put out quietly when its loss was not noticed before the next one came', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    const { socket } = await resumed(bob, second);
    await until(() => second.socket.disconnected);
    await ask(socket, 'send_message', { text: 'Here', clientMessageId: 'here' });
    await until(() => told(first.events, 'new_message').some(({ message }) => message.text === 'Here'));

    expect(movements(first.events)).toEqual(['user_joined']);
  });

  it('comes back once, however many try at the same time', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await lose(second, first);
    const connections = Array.from({ length: 4 }, () => connect(bob));
    await Promise.all(
      connections.map(({ socket }) => ask(socket, 'resume_session', second.seat).catch(() => undefined)),
    );
    await until(() => connections.filter(({ socket }) => socket.connected).length === 1);
    const [last] = connections.filter(({ socket }) => socket.connected);

    expect(await ask(last!.socket, 'set_view', { tiles: [] })).toEqual({});
    expect(movements(first.events)).toEqual(['user_joined', 'away', 'back']);
  });

  it('that is lost again while it comes back is away again', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await lose(second, first);
    const { socket } = connect(bob);
    await new Promise((resolve) => socket.once('welcome', resolve));
    socket.emit('resume_session', second.seat, () => undefined);
    socket.io.engine.close();
    await until(() => movements(first.events).at(-1) === 'away');
    await resumed(bob, second);
    await until(() => movements(first.events).at(-1) === 'back');
  });

  it('that says goodbye has left at once', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    second.socket.disconnect();
    await until(() => movements(first.events).length === 2);
    expect(movements(first.events)).toEqual(['user_joined', 'connection_lost']);
  });

  it('gives its seat up to one who joins anew in its place, also in a full room', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await lose(second, first);
    const third = await joined(bob, { replaces: second.seat });

    expect(third.seat.participantId).not.toBe(second.seat.participantId);
    expect(third.answer.participants.map(({ id }) => id)).toEqual([first.seat.participantId]);
    await until(() => movements(first.events).length === 4);
    expect(movements(first.events)).toEqual(['user_joined', 'away', 'connection_lost', 'user_joined']);
    expect(await refusal(bob, second.seat)).toBe('session_expired');

    const fourth = await joined(bob, { replaces: third.seat });
    await until(() => third.socket.disconnected);
    expect(fourth.answer.participants).toHaveLength(1);
    const stranger = connect(ada);
    const refused = await ask(stranger.socket, 'join_room', { roomId: room.id, replaces: fourth.seat });
    expect(refused.error?.code).toBe('room_full');
  });

  it('of a user whose access ends meanwhile has lost its seat', async () => {
    const eve = await guest(server.url, 'Eve');
    const [first, second] = [await joined(ada), await joined(eve)];
    await lose(second, first);
    await api(server.url, chief.accessToken).delete(`/users/${eve.user.id}`);
    await until(() => movements(first.events).at(-1) === 'removed');
  });

  it('of a session that is logged out meanwhile has lost its seat, and those of other sessions have not', async () => {
    const account = { email: 'carla@example.org', password: 'correct horse' };
    await api(server.url).post('/users', { ...account, username: 'Carla' });
    const login = async () => (await api(server.url).post<Session>('/auth/login', account)).body;
    const [here, there] = [await login(), await login()];
    room = await createRoom(server.url, ada.accessToken);
    const [first, second, third] = [await joined(ada), await joined(here), await joined(there)];
    [second, third].forEach(cut);
    await until(() => movements(first.events).filter((movement) => movement === 'away').length === 2);
    await api(server.url).post('/auth/logout', { refreshToken: here.refreshToken });
    await until(() => told(first.events, 'user_left').length > 0);

    expect(told(first.events, 'user_left')).toEqual([{ participantId: second.seat.participantId, reason: 'left' }]);
    // Whoever takes a seat over has it in their session.
    const { socket } = connect(there);
    expect((await ask(socket, 'resume_session', third.seat)).error).toBeUndefined();
  });

  it('has no seat any more in a meeting that has ended', async () => {
    const [first, second] = [await joined(ada), await joined(bob)];
    await lose(second, first);
    await api(server.url, ada.accessToken).delete(`/rooms/${room.id}`);
    expect(await refusal(bob, second.seat)).toBe('session_expired');
  });

  it('has left when it does not come back in time, and the last one’s meeting ends', async () => {
    const impatient = await startServer({ RECONNECT_GRACE: '1' });

    try {
      const [one, other] = [await guest(impatient.url, 'One'), await guest(impatient.url, 'Other')];
      room = await createRoom(impatient.url, one.accessToken);
      const [first, second] = [await joined(one, {}, impatient.url), await joined(other, {}, impatient.url)];
      expect(second.answer.graceSeconds).toBe(1);
      cut(second);
      await until(() => movements(first.events).at(-1) === 'connection_lost');
      expect(movements(first.events)).toEqual(['user_joined', 'away', 'connection_lost']);

      cut(first);
      await until(
        async () =>
          (await api(impatient.url, one.accessToken).get<Room>(`/rooms/${room.id}`)).body.participantsNow === 0,
      );
      const { socket } = connect(one, impatient.url);
      expect((await ask(socket, 'resume_session', first.seat)).error?.code).toBe('session_expired');
    } finally {
      await impatient.stop();
    }
  });
});
