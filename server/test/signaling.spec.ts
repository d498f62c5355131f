/** The sockets, with real clients of Socket.IO against a real server. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { requests } from '@minimeet/protocol';
import type {
  ChatMessage,
  Notification,
  NotificationName,
  RequestName,
  RequestResult,
  Room,
  Session,
} from '@minimeet/protocol';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { io, type Socket } from 'socket.io-client';
import { ChatStore } from '../src/chat/chat-store.js';
import { api, createRoom, guest, startServer, type TestServer } from './harness.js';
import { toldIn, until } from './support.js';

type Failure = { error: { code: string; message: string; issues?: { path: string[] }[] } };
type Answered<Name extends RequestName> = RequestResult<Name> & Partial<Failure>;

interface Told {
  event: string;
  payload: never;
}

/** The payloads of one event, in order. */
const told = <Name extends NotificationName>(events: Told[], name: Name): Notification<Name>[] =>
  events.filter(({ event }) => event === name).map(({ payload }) => payload);

/** The lines of the chat that were told of: `['joined', 'Ada']`, `['Hello', 'Ada']`. */
const linesOf = (events: Told[]) =>
  told(events, 'new_message').map(({ message: { kind, text, displayName } }) => [
    kind === 'text' ? text : kind,
    displayName,
  ]);

describe('signalling', () => {
  let server: TestServer;
  let ada: Session;
  let bob: Session;
  let chief: Session;
  let room: Room;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    const admin = { email: 'chief@example.org', password: 'a long enough password' };
    server = await startServer({
      RATE_LIMIT_CHAT_MESSAGES: '60',
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
    });
    chief = (await api(server.url).post<Session>('/auth/login', admin)).body;
    [ada, bob] = [await guest(server.url, 'Ada'), await guest(server.url, 'Bob')];
  });

  beforeEach(async () => {
    room = await createRoom(server.url, ada.accessToken, { name: 'Room', maxParticipants: 3 });
  });

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.disconnect());
  });

  afterAll(() => server.stop());

  const connect = (token: string | undefined) => {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    sockets.push(socket);

    return socket;
  };

  const ask = <Name extends RequestName>(socket: Socket, event: Name, payload?: unknown): Promise<Answered<Name>> =>
    socket.timeout(15_000).emitWithAck(event, payload);

  const listenTo = (socket: Socket) => {
    const events: Told[] = [];
    socket.onAny((event, payload) => events.push(...(toldIn(event, payload) as Told[])));

    return events;
  };

  const joined = async (session: Session, roomId = room.slug) => {
    const socket = connect(session.accessToken);
    const events = listenTo(socket);
    const answer = await ask(socket, 'join_room', { roomId });
    expect(answer.error).toBeUndefined();

    return { socket, events, answer };
  };

  it('lets nobody in without a valid token', async () => {
    for (const token of [undefined, '', 'nonsense', `${ada.accessToken}x`]) {
      const socket = connect(token);
      const error = await new Promise<Error & { data?: unknown }>((resolve) => socket.once('connect_error', resolve));
      expect(error.data).toMatchObject({ code: 'unauthorized' });
      expect(socket.connected).toBe(false);
    }
  });

  it('welcomes a user with what they need to prepare', async () => {
    const socket = connect(ada.accessToken);
    const welcome = await new Promise<Notification<'welcome'>>((resolve) => socket.once('welcome', resolve));

    expect(welcome.user).toEqual(ada.user);
    expect(welcome.routerRtpCapabilities.codecs?.map(({ mimeType }) => mimeType)).toEqual(
      expect.arrayContaining(['audio/opus', 'video/VP8', 'video/VP9', 'video/H264', 'video/AV1']),
    );
  });

  it('answers ping with pong', async () => {
    const socket = connect(ada.accessToken);
    expect((await ask(socket, 'ping')).pong).toBeGreaterThan(0);

    const pong = new Promise((resolve) => socket.once('pong', resolve));
    socket.emit('ping');
    expect(await pong).toMatchObject({ pong: expect.any(Number) });
  });

  it('answers a join with all that is needed, and tells the others', async () => {
    const first = await joined(ada);
    const second = await joined(bob, room.id);

    expect(second.answer).toMatchObject({
      room: { id: room.id, slug: room.slug, name: 'Room', maxParticipants: 3 },
      participant: { userId: bob.user.id, displayName: 'Bob', isGuest: true, producers: [] },
      participants: [{ displayName: 'Ada' }],
      iceServers: [],
    });
    expect(second.answer.meetingId).toBe(first.answer.meetingId);

    for (const transport of [second.answer.sendTransport, second.answer.recvTransport]) {
      expect(transport.iceCandidates.map(({ protocol }) => protocol).sort()).toEqual(['tcp', 'udp']);
    }

    await until(() => first.events.some(({ event }) => event === 'user_joined'));
    expect(await ask(second.socket, 'leave_room')).toEqual({});
    await until(() => first.events.some(({ event }) => event === 'user_left'));
    expect(first.events.filter(({ event }) => event.startsWith('user_'))).toEqual([
      { event: 'user_joined', payload: { participant: second.answer.participant } },
      { event: 'user_left', payload: { participantId: second.answer.participant.id, reason: 'left' } },
    ]);
  });

  it('counts who is there, for those who look at the room', async () => {
    const { socket } = await joined(ada);
    const participantsNow = async () =>
      (await api(server.url, bob.accessToken).get<Room>(`/rooms/${room.slug}`)).body.participantsNow;

    await until(async () => (await participantsNow()) === 1);
    socket.disconnect();
    await until(async () => (await participantsNow()) === 0);
  });

  it('refuses rooms that do not exist, a second room, and one more than fit', async () => {
    const { socket } = await joined(ada);
    await joined(bob);
    await joined(bob);
    const late = connect(bob.accessToken);

    expect((await ask(late, 'join_room', { roomId: 'xxxx-xxxx-xxxx' })).error?.code).toBe('room_not_found');
    expect((await ask(late, 'join_room', { roomId: room.slug })).error?.code).toBe('room_full');
    expect((await ask(socket, 'join_room', { roomId: room.slug })).error?.code).toBe('already_joined');
  });

  it('joins people under the name that they have then', async () => {
    const kim = await guest(server.url, 'Kim');
    const socket = connect(kim.accessToken);
    await new Promise((resolve) => socket.once('welcome', resolve));
    await api(server.url, kim.accessToken).patch(`/users/${kim.user.id}`, { username: 'Kimberly' });
    expect((await ask(socket, 'join_room', { roomId: room.slug })).participant.displayName).toBe('Kimberly');
  });

  it('begins requests in the order in which they were sent', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { socket } = await joined(ada);
      const [sent, left] = await Promise.all([
        ask(socket, 'send_message', { text: 'Bye', clientMessageId: `bye-${round}` }),
        ask(socket, 'leave_room'),
      ]);
      expect([sent.error, left.error]).toEqual([undefined, undefined]);

      const [join, leave] = await Promise.all([
        ask(socket, 'join_room', { roomId: room.slug }),
        ask(socket, 'leave_room'),
      ]);
      expect([join.error?.code, leave.error]).toEqual(['not_joined', undefined]);
      expect((await ask(socket, 'chat_history')).error?.code).toBe('not_joined');
    }
  });

  it('puts out the sockets of users whose access has ended', async () => {
    const kim = await guest(server.url, 'Kim');
    const { socket } = await joined(kim);
    const { events } = await joined(ada);
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    await api(server.url, chief.accessToken).delete(`/users/${kim.user.id}`);
    await gone;
    await until(() => told(events, 'user_left').length > 0);
    expect(told(events, 'user_left')).toMatchObject([{ reason: 'removed' }]);
    await until(() => linesOf(events).some(([line, name]) => line === 'removed' && name === 'Kim'));
  });

  it('says of users who ended their access themselves that they left', async () => {
    const kim = await guest(server.url, 'Kim');
    const { socket } = await joined(kim);
    const { events } = await joined(ada);
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    await api(server.url, kim.accessToken).delete(`/users/${kim.user.id}`);
    await gone;
    await until(() => told(events, 'user_left').length > 0);
    expect(told(events, 'user_left')).toMatchObject([{ reason: 'left' }]);
    await until(() => linesOf(events).some(([line, name]) => line === 'left' && name === 'Kim'));
  });

  it('lets a socket leave and join again', async () => {
    const { socket, answer } = await joined(ada);
    await ask(socket, 'leave_room');
    const again = await ask(socket, 'join_room', { roomId: room.slug });

    expect(again.participant.id).not.toBe(answer.participant.id);
    expect(again.participants).toEqual([]);
  });

  it('notices a socket that is gone', async () => {
    const { events } = await joined(ada);
    const { socket } = await joined(bob);
    socket.disconnect();
    await until(() => told(events, 'user_left').length > 0);
    expect(told(events, 'user_left')).toMatchObject([{ reason: 'connection_lost' }]);
  });

  it('does nothing for those who have not joined', async () => {
    const socket = connect(ada.accessToken);
    const payloads: Partial<Record<RequestName, object>> = {
      restart_ice: { transportId: 'x' },
      pause_producer: { producerId: 'x' },
      resume_producer: { producerId: 'x' },
      close_producer: { producerId: 'x' },
      request_key_frame: { consumerId: 'x' },
      set_preferred_layers: { consumerId: 'x', spatialLayer: 0 },
      send_message: { text: 'x', clientMessageId: 'x' },
      chat_history: {},
      search_messages: { text: 'x' },
      react_to_message: { sequence: 1, emoji: '👍', reacted: true },
      set_rtp_capabilities: { rtpCapabilities: {} },
      report_quality: {
        seconds: 1,
        roundTripTime: null,
        packetsReceived: 0,
        packetsLost: 0,
        sendBitrate: 0,
        recvBitrate: 0,
        freezes: 0,
        freezeSeconds: 0,
      },
    };

    for (const [event, payload] of Object.entries(payloads)) {
      expect((await ask(socket, event as RequestName, payload)).error?.code).toBe('not_joined');
    }
  });

  it('cannot touch the transports and producers of others', async () => {
    const first = await joined(ada);
    const second = await joined(bob);
    const { id: transportId, dtlsParameters } = first.answer.sendTransport;
    const answers = await Promise.all([
      ask(second.socket, 'restart_ice', { transportId }),
      ask(second.socket, 'connect_transport', { transportId, dtlsParameters }),
    ]);

    expect(answers.map(({ error }) => error?.code)).toEqual(['transport_not_found', 'transport_not_found']);
  });

  describe('chat', () => {
    /** Two who are there, and everyone has been told so. */
    const both = async () => {
      const first = await joined(ada);
      await until(() => linesOf(first.events).length === 1);
      const second = await joined(bob);
      await until(() => linesOf(first.events).length === 2 && linesOf(second.events).length === 1);

      return [first, second] as const;
    };

    it('answers with the stored message, tells the others, and keeps it for those who come later', async () => {
      const [first, second] = await both();
      const { message } = await ask(first.socket, 'send_message', { text: '  Hello ', clientMessageId: 'one' });

      expect(message).toMatchObject({
        roomId: room.id,
        sequence: 3,
        kind: 'text',
        clientMessageId: 'one',
        userId: ada.user.id,
        displayName: 'Ada',
        text: 'Hello',
        reactions: [],
      });
      await until(() => linesOf(second.events).length === 2);
      expect(second.events.at(-1)).toEqual({ event: 'new_message', payload: { message } });
      expect(linesOf(first.events)).toEqual([
        ['joined', 'Ada'],
        ['joined', 'Bob'],
      ]);
      expect((await joined(bob)).answer.messages.at(-1)).toEqual(message);
    });

    it('writes down who joined and who left, in order, for everyone and for later', async () => {
      const [first, second] = await both();
      await ask(second.socket, 'leave_room');
      await until(() => linesOf(first.events).length === 3);
      const { messages } = await ask(first.socket, 'chat_history');

      expect(messages).toMatchObject([
        { sequence: 1, kind: 'joined', userId: ada.user.id, displayName: 'Ada', text: '' },
        { sequence: 2, kind: 'joined', userId: bob.user.id, displayName: 'Bob', text: '' },
        { sequence: 3, kind: 'left', userId: bob.user.id, displayName: 'Bob', text: '' },
      ]);
      expect(told(first.events, 'new_message').map(({ message }) => message)).toEqual(messages);
    });

    it('stores a message once, however often it is sent', async () => {
      const [first, second] = await both();
      const sent = { text: 'Once', clientMessageId: 'same' };
      const answers = await Promise.all(Array.from({ length: 4 }, () => ask(first.socket, 'send_message', sent)));
      const next = await ask(first.socket, 'send_message', { text: 'Next', clientMessageId: 'next' });

      expect(new Set(answers.map(({ message }) => message.id)).size).toBe(1);
      await until(() => linesOf(second.events).some(([line]) => line === 'Next'));
      expect(linesOf(second.events).map(([line]) => line)).toEqual(['joined', 'Once', 'Next']);
      expect(next.message.sequence).toBe(4);
    });

    it('tells the others of a message that was stored although its sender got no answer', async () => {
      const [first, second] = await both();
      const { append } = server.app.get(ChatStore);
      const store = server.app.get(ChatStore);
      store.append = async (message) => {
        await append.call(store, message);
        throw new Error('the answer was lost');
      };
      const sent = { text: 'Hello', clientMessageId: 'lost' };
      const lost = await ask(first.socket, 'send_message', sent);
      store.append = append;
      expect(lost.error?.code).toBe('chat_unavailable');
      expect(linesOf(second.events)).toHaveLength(1);

      const { message } = await ask(first.socket, 'send_message', sent);
      await ask(first.socket, 'send_message', sent);
      await ask(first.socket, 'send_message', { text: 'Next', clientMessageId: 'next' });
      await until(() => linesOf(second.events).some(([line]) => line === 'Next'));
      expect(linesOf(second.events).map(([line]) => line)).toEqual(['joined', 'Hello', 'Next']);
      expect(message.sequence).toBe(3);
    });

    it('does not tell again what was written before the meeting', async () => {
      const [first, second] = await both();
      const sent = { text: 'Old', clientMessageId: 'old' };
      await ask(first.socket, 'send_message', sent);
      await Promise.all([first, second].map(({ socket }) => ask(socket, 'leave_room')));

      const [again, other] = await both();
      expect((await ask(again.socket, 'send_message', sent)).message.text).toBe('Old');
      await ask(again.socket, 'send_message', { text: 'New', clientMessageId: 'new' });
      await until(() => linesOf(other.events).some(([line]) => line === 'New'));
      expect(linesOf(other.events).map(([line]) => line)).not.toContain('Old');
    });

    it('tells the others who reacted to a message', async () => {
      const [first, second] = await both();
      const { message } = await ask(first.socket, 'send_message', { text: 'Lunch?', clientMessageId: 'lunch' });
      const { sequence } = message;
      const reaction = { sequence, emoji: '👍', reacted: true };
      const reactions = [{ emoji: '👍', userIds: [bob.user.id] }];

      expect(await ask(second.socket, 'react_to_message', reaction)).toEqual({ reactions });
      await until(() => told(first.events, 'message_reactions').length === 1);
      expect(await ask(second.socket, 'react_to_message', { ...reaction, reacted: false })).toEqual({ reactions: [] });
      await until(() => told(first.events, 'message_reactions').length === 2);
      expect(told(first.events, 'message_reactions')).toEqual([
        { sequence, reactions },
        { sequence, reactions: [] },
      ]);
      expect(told(second.events, 'message_reactions')).toEqual([]);

      const refused = await Promise.all([
        ask(second.socket, 'react_to_message', { ...reaction, sequence: 999 }),
        ask(second.socket, 'react_to_message', { ...reaction, sequence: 1 }),
        ask(second.socket, 'react_to_message', { ...reaction, emoji: 'ok' }),
      ]);
      expect(refused.map(({ error }) => error?.code)).toEqual([
        'message_not_found',
        'message_not_found',
        'invalid_payload',
      ]);
    });

    it('finds what was written', async () => {
      const [first] = await both();
      for (const text of ['The café is open', 'Nothing', 'CAFE closed']) {
        await ask(first.socket, 'send_message', { text, clientMessageId: text });
      }
      const found = await ask(first.socket, 'search_messages', { text: 'café', limit: 1 });
      const { sequence: before } = found.messages[0]!;
      const older = await ask(first.socket, 'search_messages', { text: 'café', limit: 1, before });

      expect(found).toMatchObject({ messages: [{ text: 'CAFE closed' }], hasMore: true });
      expect(older).toMatchObject({ messages: [{ text: 'The café is open' }], hasMore: false });
    });

    it('reaches those who are joining while it is written', async () => {
      const first = await joined(ada);

      for (let round = 0; round < 15; round += 1) {
        const socket = connect(bob.accessToken);
        const events = listenTo(socket);
        await until(() => events.length > 0);
        const joining = ask(socket, 'join_room', { roomId: room.slug });
        await delay(round % 5);
        const { message } = await ask(first.socket, 'send_message', { text: 'Now', clientMessageId: `now-${round}` });
        const { messages } = await joining;
        const isKnown = () =>
          messages.some(({ id }: ChatMessage) => id === message.id) ||
          told(events, 'new_message').some((each) => each.message.id === message.id);
        await until(isKnown);
        socket.disconnect();
      }
    });

    it('numbers messages without gaps, and gives them back page by page', async () => {
      const [first, second] = await both();
      await Promise.all(
        Array.from({ length: 25 }, (_, index) =>
          Promise.all(
            [first, second].map(({ socket }) =>
              ask(socket, 'send_message', { text: `Message ${index}`, clientMessageId: `m-${index}` }),
            ),
          ),
        ),
      );
      const newest = await ask(first.socket, 'chat_history', { limit: 20 });
      const older = await ask(first.socket, 'chat_history', { before: newest.messages[0]?.sequence, limit: 100 });
      const sequences = [...older.messages, ...newest.messages].map(({ sequence }: ChatMessage) => sequence);

      expect([newest.hasMore, older.hasMore]).toEqual([true, false]);
      expect(sequences).toEqual(Array.from({ length: 52 }, (_, index) => index + 1));
    });

    it('refuses too many searches and reactions, as it does messages, each on its own', async () => {
      const { socket } = await joined(ada);
      await ask(socket, 'send_message', { text: 'Hello', clientMessageId: 'one' });
      const refusals = async (event: RequestName, payload: object) => {
        const answers = await Promise.all(Array.from({ length: 65 }, () => ask(socket, event, payload)));

        return answers.filter(({ error }) => error?.code === 'rate_limited').length;
      };

      expect(await refusals('search_messages', { text: 'hello' })).toBe(5);
      expect(await refusals('react_to_message', { sequence: 1, emoji: '👍', reacted: true })).toBe(5);
      expect((await ask(socket, 'send_message', { text: 'More', clientMessageId: 'two' })).error).toBeUndefined();
    });

    it('lets no line of one room that the database refuses hold up those of another', async () => {
      const database = server.app.get(DataSource);
      const refused = await createRoom(server.url, ada.accessToken);
      await database.query(`CREATE TRIGGER refuses BEFORE INSERT ON chat_messages
        WHEN NEW."roomId" = '${refused.id}' AND NEW.kind = 'joined' BEGIN SELECT RAISE(ABORT, 'never'); END`);
      const { socket, events } = await joined(bob, refused.slug);
      const { events: others } = await joined(ada);
      await until(() => linesOf(others).length === 1);
      await ask(socket, 'leave_room');
      await joined(ada, refused.slug);
      expect(linesOf(events)).toEqual([]);

      // It gives up the arrival, and then goes on.
      const store = server.app.get(ChatStore);
      const kinds = async () => (await store.page(refused.id, { limit: 10 })).messages.map(({ kind }) => kind);
      await until(async () => (await kinds()).length > 0);
      expect(await kinds()).toEqual(['left']);
      await database.query('DROP TRIGGER refuses');
    });

    it('lets people in at once although the store does not answer, and without its old messages', async () => {
      const first = await joined(ada);
      await ask(first.socket, 'send_message', { text: 'Old', clientMessageId: 'old' });
      const store = server.app.get(ChatStore);
      const { page, append } = store;
      store.page = () => new Promise(() => {});
      store.append = () => Promise.reject(new Error('away'));
      const { answer } = await joined(bob);
      expect(answer.messages).toEqual([]);

      Object.assign(store, { page, append });
      await until(() => linesOf(first.events).some(([line, name]) => line === 'joined' && name === 'Bob'));
    });
  });

  describe('bad input', () => {
    const junk: unknown[] = [
      null,
      42,
      'text',
      [],
      [[]],
      { nonsense: true },
      { roomId: 7, transportId: {}, producerId: [], consumerId: null, text: 1 },
      { roomId: 'x'.repeat(20_000), text: 'x'.repeat(20_000), clientMessageId: 'x'.repeat(20_000) },
      Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`key${index}`, index])),
    ];

    it('gets a coded answer from every event, and the server goes on', async () => {
      for (const event of Object.keys(requests) as RequestName[]) {
        // A socket of its own, so that their number does not matter.
        const { socket } = await joined(ada);
        // These need no payload, and nothing is what `null` is.
        const withoutPayload = requests[event].payload.safeParse({}).success;

        for (const payload of withoutPayload ? junk.slice(1) : junk) {
          const { error } = await ask(socket, event, payload);
          expect({ event, payload: JSON.stringify(payload).slice(0, 50), code: error?.code }).toMatchObject({
            code: 'invalid_payload',
          });
        }

        expect((await ask(socket, 'ping')).pong).toBeGreaterThan(0);
        await ask(socket, 'leave_room');
      }
    });

    it('under an unknown name is an unknown event', async () => {
      const socket = connect(ada.accessToken);
      expect((await ask(socket, 'make_coffee' as RequestName, {})).error?.code).toBe('unknown_event');

      const failed = new Promise((resolve) => socket.once('request_failed', resolve));
      socket.emit('make_coffee', { sugar: 2 });
      expect(await failed).toMatchObject({ event: 'make_coffee', error: { code: 'unknown_event' } });
    });

    it('with media parameters that fit the shape but not the meeting is refused, and media goes on', async () => {
      const { socket, answer } = await joined(ada);
      const produce = (rtpParameters: object) =>
        ask(socket, 'produce', {
          transportId: answer.sendTransport.id,
          kind: 'audio',
          source: 'microphone',
          rtpParameters,
        });
      const opus = { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 };

      for (const parameters of [
        { codecs: [{ ...opus, mimeType: 'audio/unheard-of' }], encodings: [{ ssrc: 1 }] },
        { codecs: [opus, opus], encodings: [{ ssrc: 1 }, { ssrc: 1 }], mid: '0' },
        { codecs: [opus] },
        { codecs: [opus], encodings: [{ rid: 'a' }] },
      ]) {
        const { error } = await produce(parameters);
        expect(['unsupported_media', 'invalid_payload', undefined]).toContain(error?.code);
        expect(error?.message ?? '').not.toMatch(/\bat .+:\d+/);
      }

      expect((await ask(socket, 'ping')).pong).toBeGreaterThan(0);
    });

    it('that is larger than any packet may be ends that connection and no other', async () => {
      const { socket: other } = await joined(bob);
      const socket = connect(ada.accessToken);
      await new Promise((resolve) => socket.once('welcome', resolve));
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      socket.emit('send_message', { text: 'x'.repeat(3_000_000), clientMessageId: 'large' });
      await gone;

      expect((await ask(other, 'ping')).pong).toBeGreaterThan(0);
    });

    it('in a flood is refused as too often, and the socket recovers', async () => {
      const socket = connect(ada.accessToken);
      const answers = await Promise.all(Array.from({ length: 400 }, () => ask(socket, 'ping')));

      expect(answers.filter(({ error }) => error?.code === 'rate_limited').length).toBeGreaterThan(50);
      await until(async () => (await ask(socket, 'ping')).error === undefined);
    });
  });

  it('closes the meeting of a room that is deleted, with the reason', async () => {
    const { socket, events } = await joined(bob);
    const answer = await api(server.url, ada.accessToken).delete(`/rooms/${room.id}`);

    expect(answer.status).toBe(204);
    await until(() => events.some(({ event }) => event === 'room_closed'));
    expect(events.at(-1)).toEqual({ event: 'room_closed', payload: { reason: 'room_deleted' } });
    expect((await ask(socket, 'chat_history', {})).error?.code).toBe('not_joined');
    expect((await ask(socket, 'join_room', { roomId: room.slug })).error?.code).toBe('room_not_found');
  });
});

describe('a server that stops', () => {
  it('tells everyone and stores who was there', async () => {
    const server = await startServer();
    const session = await guest(server.url, 'Ada');
    const room = await createRoom(server.url, session.accessToken);
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      auth: { token: session.accessToken },
    });
    await socket.emitWithAck('join_room', { roomId: room.slug });
    const closed = new Promise((resolve) => socket.once('room_closed', resolve));
    const disconnected = new Promise((resolve) => socket.once('disconnect', resolve));
    await server.stop();

    expect(await closed).toEqual({ reason: 'server_stopping' });
    await disconnected;
  });
});
