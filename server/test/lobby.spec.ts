/** The doors of rooms as sockets find them: rights, passwords and the lobby. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '@minimeet/protocol';
import type { ErrorAnswer, Notification, RequestName, RequestResult, Room, Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { api, createRoom, guest, startServer, type TestServer } from './harness.js';
import { listen, until } from './support.js';

type Answered<Name extends RequestName> = RequestResult<Name> & Partial<ErrorAnswer>;

/** Somebody at a socket, and what they were told about lobbies. */
interface Person {
  session: Session;
  socket: Socket;
  /** The names of those who wait, as told last; `null`: never told. */
  lobby(): string[] | null;
  waiting(): Notification<'lobby_changed'>['waiting'];
  /** Verdicts on this person, in order. */
  verdicts: string[];
  ask<Name extends RequestName>(event: Name, payload?: object): Promise<Answered<Name>>;
  /** Asks to join; the error's code, or `joined`. */
  knock(password?: string): Promise<string>;
}

describe('the door of a room', () => {
  let server: TestServer;
  let ada: Session;
  let room: Room;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer({ RATE_LIMIT_DOOR_ATTEMPTS: '12' });
    ada = await guest(server.url, 'Ada');
  });

  beforeEach(async () => {
    room = await createRoom(server.url, ada.accessToken, { lobby: true });
  });

  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

  afterAll(() => server.stop());

  const comes = async (nameOrSession: string | Session): Promise<Person> => {
    const session = typeof nameOrSession === 'string' ? await guest(server.url, nameOrSession) : nameOrSession;
    const auth = { token: session.accessToken };
    const socket = io(server.url, { auth, transports: ['websocket'], forceNew: true, reconnection: false });
    sockets.push(socket);
    let waiting: Notification<'lobby_changed'>['waiting'] | null = null;
    const verdicts: string[] = [];
    listen(socket, 'lobby_changed', (told) => (waiting = told.waiting));
    listen(socket, 'lobby_admitted', () => verdicts.push('admitted'));
    listen(socket, 'lobby_refused', () => verdicts.push('refused'));
    await new Promise((connected) => socket.once('welcome', connected));
    const ask: Person['ask'] = (event, payload = {}) => socket.timeout(12_000).emitWithAck(event, payload);

    return {
      session,
      socket,
      lobby: () => waiting?.map(({ displayName }) => displayName) ?? null,
      waiting: () => waiting ?? [],
      verdicts,
      ask,
      knock: async (password) => {
        const { error } = await ask('join_room', { roomId: room.slug, ...(password !== undefined && { password }) });

        return error?.code ?? 'joined';
      },
    };
  };

  const idsOf = (person: Person, ...names: string[]) =>
    person
      .waiting()
      .filter(({ displayName }) => names.includes(displayName))
      .map(({ id }) => id);

  const change = (entry: object) => api(server.url, ada.accessToken).patch<Room>(`/rooms/${room.id}`, entry);

  it('is closed to strangers of a room for members, who learn nothing else', async () => {
    await change({ access: 'members' });
    const mallory = await comes('Mallory');
    const answer = await mallory.ask('join_room', { roomId: room.id });

    expect(answer).toEqual({ error: { code: 'not_allowed', message: expect.any(String) } });
    for (const [event, payload] of [
      ['chat_history', {}],
      ['search_messages', { text: 'secret' }],
      ['send_message', { text: 'Hello', clientMessageId: 'one' }],
      ['react_to_message', { sequence: 1, emoji: '👍', reacted: true }],
      ['admit', { waitingIds: [room.id] }],
      ['refuse', { waitingIds: [room.id] }],
    ] as const) {
      expect((await mallory.ask(event, payload)).error?.code).toBe('not_joined');
    }
  });

  it('opens to who knows the password', async () => {
    await change({ password: 'open sesame', lobby: false });
    const bob = await comes('Bob');

    expect(await bob.knock()).toBe('password_required');
    expect(await bob.knock('open barley')).toBe('wrong_password');
    expect(await bob.knock('open sesame')).toBe('joined');
    expect(await (await comes(ada)).knock()).toBe('joined');
  });

  it('lets nobody who waits hear, see or read anything of the meeting', async () => {
    const [host, bob] = [await comes(ada), await comes('Bob')];
    const heard: string[] = [];
    bob.socket.onAny((event: string) => heard.push(event));
    await host.knock();
    await bob.knock();
    await host.ask('send_message', { text: 'Between us', clientMessageId: 'one' });
    await bob.ask('ping');

    expect((await bob.ask('chat_history')).error?.code).toBe('not_joined');
    // Whether anybody is there to let them in, and nothing else.
    expect(heard).toEqual(['lobby_status']);
  });

  it('shows those who wait to who may let them in, and lets in whom they say', async () => {
    const [host, bob, eve] = [await comes(ada), await comes('Bob'), await comes('Eve')];
    await host.knock();

    expect(await bob.knock()).toBe('lobby_waiting');
    expect(await eve.knock()).toBe('lobby_waiting');
    await until(() => host.lobby()?.length === 2);
    expect(host.lobby()).toEqual(['Bob', 'Eve']);
    expect(await host.ask('admit', { waitingIds: idsOf(host, 'Eve') })).toEqual({});
    await until(() => eve.verdicts.length > 0);

    expect(eve.verdicts).toEqual(['admitted']);
    expect(await eve.knock()).toBe('joined');
    expect(host.lobby()).toEqual(['Bob']);
    expect(bob.verdicts).toEqual([]);
    // A guest of the house has no say.
    expect(eve.lobby()).toBeNull();
    expect((await eve.ask('admit', { waitingIds: idsOf(host, 'Bob') })).error?.code).toBe('not_allowed');
    expect((await eve.ask('refuse', { waitingIds: idsOf(host, 'Bob') })).error?.code).toBe('not_allowed');
    expect(await bob.knock()).toBe('lobby_waiting');
  });

  it('sends away whom they refuse, who may knock again', async () => {
    const [host, bob] = [await comes(ada), await comes('Bob')];
    await host.knock();
    await bob.knock();
    await until(() => host.lobby()?.length === 1);
    await host.ask('refuse', { waitingIds: idsOf(host, 'Bob') });
    await until(() => bob.verdicts.length > 0);

    expect(bob.verdicts).toEqual(['refused']);
    expect(host.lobby()).toEqual([]);
    expect(await bob.knock()).toBe('lobby_waiting');
  });

  it('is passed by members, who let others in as well', async () => {
    const grace = await guest(server.url, 'Grace');
    await api(server.url, ada.accessToken).post(`/rooms/${room.id}/participants`, { userId: grace.user.id });
    const [member, bob] = [await comes(grace), await comes('Bob')];

    expect(await bob.knock()).toBe('lobby_waiting');
    expect(await member.knock()).toBe('joined');
    // Bob was there first, while no meeting ran.
    await until(() => member.lobby() !== null);
    expect(member.lobby()).toEqual(['Bob']);
    await member.ask('admit', { waitingIds: idsOf(member, 'Bob') });
    await until(() => bob.verdicts.length > 0);
    expect(await bob.knock()).toBe('joined');
  });

  it('heeds no more whoever is removed from the members, and again whoever becomes one, while they are inside', async () => {
    const grace = await guest(server.url, 'Grace');
    const members = `/rooms/${room.id}/participants`;
    await api(server.url, ada.accessToken).post(members, { userId: grace.user.id });
    const [host, member, bob] = [await comes(ada), await comes(grace), await comes('Bob')];
    await host.knock();
    await member.knock();
    await bob.knock();
    await until(() => member.lobby()?.length === 1);
    const waitingIds = idsOf(member, 'Bob');
    await api(server.url, ada.accessToken).delete(`${members}/${grace.user.id}`);
    await until(() => member.lobby()?.length === 0);

    expect((await member.ask('admit', { waitingIds })).error?.code).toBe('not_allowed');
    expect(bob.verdicts).toEqual([]);
    expect(host.lobby()).toEqual(['Bob']);
    // The owner of a room is above that.
    await api(server.url, ada.accessToken).post(members, { userId: ada.user.id });
    await api(server.url, ada.accessToken).delete(`${members}/${ada.user.id}`);
    await api(server.url, ada.accessToken).post(members, { userId: grace.user.id });
    await until(() => member.lobby()?.length === 1);
    expect((await host.ask('refuse', { waitingIds: [room.id] })).error).toBeUndefined();
    expect((await member.ask('admit', { waitingIds })).error).toBeUndefined();
    await until(() => bob.verdicts.length > 0);
  });

  it('keeps the place of who asks again, and forgets whose connection is gone', async () => {
    const [host, bob, eve] = [await comes(ada), await comes('Bob'), await comes('Eve')];
    await host.knock();
    await bob.knock();
    await eve.knock();
    for (let again = 0; again < 20; again++) {
      expect(await bob.knock()).toBe('lobby_waiting');
    }
    expect(host.lobby()).toEqual(['Bob', 'Eve']);
    bob.socket.disconnect();
    await until(() => host.lobby()?.length === 1);
    await eve.ask('leave_room');
    await until(() => host.lobby()?.length === 0);
  });

  it('knows again whom it has let in, as long as the meeting lasts', async () => {
    const [host, bob] = [await comes(ada), await comes('Bob')];
    await host.knock();
    await bob.knock();
    await until(() => host.lobby()?.length === 1);
    await host.ask('admit', { waitingIds: idsOf(host, 'Bob') });
    expect(await bob.knock()).toBe('joined');
    await bob.ask('leave_room');
    expect(await bob.knock()).toBe('joined');
    await bob.ask('leave_room');
    await host.ask('leave_room');

    expect(await bob.knock()).toBe('lobby_waiting');
  });

  it('shows who waits to whoever becomes a moderator, and no more to who was one', async () => {
    const [host, bob, eve] = [await comes(ada), await comes('Bob'), await comes('Eve')];
    await host.knock();
    await bob.knock();
    await until(() => host.lobby()?.length === 1);
    await host.ask('admit', { waitingIds: idsOf(host, 'Bob') });
    const { participant } = await bob.ask('join_room', { roomId: room.id });
    await eve.knock();
    await host.ask('set_role', { participantId: participant.id, role: 'moderator' });
    await until(() => bob.lobby()?.length === 1);
    await host.ask('set_role', { participantId: participant.id, role: 'speaker' });
    await until(() => bob.lobby()?.length === 0);

    expect((await bob.ask('admit', { waitingIds: idsOf(host, 'Eve') })).error?.code).toBe('not_allowed');
  });

  it('lets everybody in once its owner opens it', async () => {
    const bob = await comes('Bob');
    await bob.knock();
    await change({ lobby: false });
    await until(() => bob.verdicts.length > 0);

    expect(bob.verdicts).toEqual(['admitted']);
    expect(await bob.knock()).toBe('joined');
  });

  it('keeps the place of those who wait while its owner changes something else', async () => {
    const [host, bob, eve] = [await comes(ada), await comes('Bob'), await comes('Eve')];
    await host.knock();
    await bob.knock();
    await eve.knock();
    await until(() => host.lobby()?.length === 2);
    await change({ name: 'Another name' });
    await until(() => bob.verdicts.length > 0);
    expect(await bob.knock()).toBe('lobby_waiting');
    expect(host.lobby()).toEqual(['Bob', 'Eve']);
    await change({ access: 'members' });
    expect(await bob.knock()).toBe('not_allowed');
    await until(() => host.lobby()?.length === 1);
  });

  it('tells who waits that the room was deleted', async () => {
    const bob = await comes('Bob');
    await bob.knock();
    await api(server.url, ada.accessToken).delete(`/rooms/${room.id}`);
    await until(() => bob.verdicts.length > 0);

    expect(await bob.knock()).toBe('room_not_found');
  });

  it('tells who comes back after a loss who waits now', async () => {
    const [host, bob] = [await comes(ada), await comes('Bob')];
    const { participant, resumeToken } = await host.ask('join_room', { roomId: room.id });
    host.socket.io.engine.close();
    await bob.knock();
    const again = await comes(ada);
    await again.ask('resume_session', { participantId: participant.id, resumeToken });
    await until(() => again.lobby() !== null);

    expect(again.lobby()).toEqual(['Bob']);
  });

  it('is knocked at so often only, by one account', async () => {
    const [host, bob] = [await comes(ada), await comes('Bob')];
    await host.knock();
    const codes = [];
    for (let knock = 0; knock < 14; knock++) {
      codes.push(await bob.knock());
      await bob.ask('leave_room');
    }

    expect(codes.slice(0, 12)).toEqual(Array.from({ length: 12 }, () => 'lobby_waiting'));
    expect(codes.slice(12)).toEqual(['rate_limited', 'rate_limited']);
    expect(host.lobby()).toEqual([]);
  });

  it('refuses lists of people that are none', async () => {
    const host = await comes(ada);
    await host.knock();
    const tooMany = Array.from({ length: limits.lobbyWaiting + 1 }, () => room.id);

    for (const waitingIds of [[], ['nobody'], tooMany, 'all']) {
      expect((await host.ask('admit', { waitingIds })).error?.code).toBe('invalid_payload');
    }
    // Somebody else was faster.
    expect(await host.ask('admit', { waitingIds: [room.id] })).toEqual({});
  });

  it('has nobody wait for a meeting that would not take them', async () => {
    const owner = await comes(ada);
    const bob = await comes('Bob');
    await owner.knock();
    await owner.ask('lock_meeting', { locked: true });
    expect(await bob.knock()).toBe('meeting_locked');
    await owner.ask('lock_meeting', { locked: false });
    expect(await bob.knock()).toBe('lobby_waiting');
    expect(owner.lobby()).toEqual(['Bob']);
  });

  it('lets in again who was inside before there was a lobby', async () => {
    await change({ lobby: false });
    const owner = await comes(ada);
    const bob = await comes('Bob');
    await owner.knock();
    expect(await bob.knock()).toBe('joined');
    await change({ lobby: true });
    await bob.ask('leave_room');
    expect(await bob.knock()).toBe('joined');
    expect(await (await comes('Eve')).knock()).toBe('lobby_waiting');
  });
});
