/** Who has a seat in a meeting and who may take it from them, however often somebody comes: with real sockets and small limits. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ErrorAnswer, NewApiKey, RequestName, RequestResult, Room, Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { api, createRoom, guest, startServer, type TestServer } from './harness.js';
import { listen, until } from './support.js';

type Answered<Name extends RequestName> = RequestResult<Name> & Partial<ErrorAnswer>;

const PER_USER = 3;

describe('the seats of a meeting', () => {
  let server: TestServer;
  let owner: Session;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer({
      MAX_SEATS_PER_USER: String(PER_USER),
      ROOM_SEATS_PER_ADDRESS: '50',
      LOBBY_PLACES_PER_ADDRESS: '4',
      RATE_LIMIT_DOOR_ATTEMPTS: '1000',
    });
    owner = await guest(server.url, 'Olga');
  });

  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

  afterAll(() => server.stop());

  const connect = ({ accessToken: token }: Session, address = '203.0.113.1'): Socket => {
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { token },
      extraHeaders: { 'x-forwarded-for': address },
    });
    sockets.push(socket);

    return socket;
  };

  const ask = <Name extends RequestName>(socket: Socket, event: Name, payload: object = {}): Promise<Answered<Name>> =>
    socket.timeout(30_000).emitWithAck(event, payload);

  const join = async (session: Session, room: Room, address?: string) => {
    const socket = connect(session, address);
    const answer = await ask(socket, 'join_room', { roomId: room.slug });

    return { socket, answer, outcome: answer.error?.code ?? 'joined' };
  };

  const outcome = async (...parameters: Parameters<typeof join>) => (await join(...parameters)).outcome;

  it('are so many for one user and not more, and one whose connection was lost makes room', async () => {
    const room = await createRoom(server.url, owner.accessToken, { maxParticipants: 6 });
    const mallory = await guest(server.url, 'Mallory');
    const windows = [];
    for (let turn = 0; turn < PER_USER; turn += 1) {
      windows.push(await join(mallory, room));
    }
    expect(windows.map((window) => window.outcome)).toEqual(Array(PER_USER).fill('joined'));
    expect(await outcome(mallory, room)).toBe('too_many_connections');
    expect(await outcome(await guest(server.url, 'Bob'), room)).toBe('joined');

    const lost: string[] = [];
    listen(windows[1]!.socket, 'participant_connection', ({ participantId }) => lost.push(participantId));
    windows[0]!.socket.io.engine.close();
    await until(() => lost.length === 1);
    expect(await outcome(mallory, room)).toBe('joined');
    expect(await outcome(mallory, room)).toBe('too_many_connections');
  });

  it('show people apart who are called the same, and not the windows of one', async () => {
    const room = await createRoom(server.url, owner.accessToken);
    const [one, other] = [await guest(server.url, 'Ana'), await guest(server.url, 'ana')];
    const first = await join(one, room);
    const window = await join(one, room);
    const second = await join(other, room);

    const names = [first, window, second].map(({ answer }) => answer.participant.displayName);
    expect(names).toEqual(['Ana', 'Ana', 'ana (2)']);
    const sent = await ask(second.socket, 'send_message', { text: 'Hello', clientMessageId: 'one' });
    expect(sent.message.displayName).toBe('ana (2)');
  });

  it('are there for the owner also where all are taken, one and not more', async () => {
    const room = await createRoom(server.url, owner.accessToken, { maxParticipants: 2 });
    const guests = await Promise.all(['Ann', 'Ben', 'Cid'].map((name) => guest(server.url, name)));
    expect([await outcome(guests[0]!, room), await outcome(guests[1]!, room)]).toEqual(['joined', 'joined']);
    expect(await outcome(guests[2]!, room)).toBe('room_full');

    expect(await outcome(owner, room)).toBe('joined');
    expect(await outcome(owner, room)).toBe('room_full');
    expect(await outcome(guests[2]!, room)).toBe('room_full');
  });

  it('are there for others where guests from one address take all that they can', async () => {
    const room = await createRoom(server.url, owner.accessToken, { maxParticipants: 12 });
    const crowd = await Promise.all(Array.from({ length: 8 }, (_, number) => guest(server.url, `Guest ${number}`)));
    const outcomes = await Promise.all(crowd.map((one) => outcome(one, room)));

    expect(outcomes.filter((one) => one === 'joined')).toHaveLength(6);
    expect(outcomes.filter((one) => one === 'room_full')).toHaveLength(2);
    expect(await outcome(await guest(server.url, 'Far'), room, '198.51.100.7')).toBe('joined');
    expect(await outcome(owner, room)).toBe('joined');
  });

  it('are all for one household where the meeting is small', async () => {
    const room = await createRoom(server.url, owner.accessToken, { maxParticipants: 4 });
    const family = await Promise.all(['Ann', 'Ben', 'Cid', 'Dora'].map((name) => guest(server.url, name)));

    expect(await Promise.all(family.map((one) => outcome(one, room)))).toEqual(Array(4).fill('joined'));
  });

  it('can be waited for in the lobby by others although guests from one address crowd it', async () => {
    const room = await createRoom(server.url, owner.accessToken, { lobby: true });
    const crowd = await Promise.all(Array.from({ length: 6 }, (_, number) => guest(server.url, `Guest ${number}`)));
    const outcomes = [];
    for (const one of crowd) {
      outcomes.push(await outcome(one, room));
    }

    expect(outcomes).toEqual([...Array(4).fill('lobby_waiting'), 'room_full', 'room_full']);
    expect(await outcome(await guest(server.url, 'Far'), room, '198.51.100.7')).toBe('lobby_waiting');
    expect(await outcome(owner, room)).toBe('joined');
  });

  it('are not taken from a host by a moderator, whichever of the host’s windows is meant', async () => {
    const email = 'keys@example.org';
    const password = 'correct horse battery';
    await api(server.url).post('/users', { email, username: 'Keeper', password });
    const { body: account } = await api(server.url).post<Session>('/auth/login', { email, password });
    const room = await createRoom(server.url, account.accessToken);
    const { body: key } = await api(server.url, account.accessToken).post<NewApiKey>('/api-keys', {
      label: 'App',
      currentPassword: password,
    });
    const send = async (identity: string, role: string) => {
      const path = `/rooms/${room.id}/tokens`;
      const { body } = await api(server.url, key).post<{ token: string }>(path, { identity, name: identity, role });

      return (await api(server.url).post<Session>('/auth/join-token', { token: body.token })).body;
    };
    const host = await join(await send('Hella', 'host'), room);
    const lesser = await join(await send('Hella', 'attendee'), room);
    const moderator = await join(await send('Mo', 'moderator'), room);
    expect([host.outcome, lesser.outcome, moderator.outcome]).toEqual(['joined', 'joined', 'joined']);
    const participantId = lesser.answer.participant.id;

    for (const [event, payload] of [
      ['set_role', { participantId, role: 'attendee' }],
      ['set_role', { participantId, role: 'speaker' }],
      ['remove_participant', { participantId, ban: false }],
      ['remove_participant', { participantId, ban: true }],
    ] as const) {
      expect((await ask(moderator.socket, event, payload)).error?.code).toBe('not_allowed');
    }
    expect((await ask(host.socket, 'lock_meeting', { locked: true })).error).toBeUndefined();

    // An owner stays one in a window of theirs that came by a join token for themselves or by none.
    const own = await join(account, room);
    expect(
      (await ask(host.socket, 'remove_participant', { participantId: own.answer.participant.id, ban: true })).error
        ?.code,
    ).toBe('not_allowed');
  });
});
