/** Roles and moderation, with real sockets against a real server: who may do what, and what becomes of the others. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorAnswer, Notification, NotificationName, RequestName, RequestResult } from '@minimeet/protocol';
import { moderationActs, type MeetingReport, type Room, type Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { ChatStore } from '../src/chat/chat-store.js';
import { api, createRoom, guest, startServer, type TestServer } from './harness.js';
import { toldIn, until } from './support.js';

type Answered<Name extends RequestName> = RequestResult<Name> & Partial<ErrorAnswer>;

/** Another microphone or camera for each, as a browser describes it. */
let ssrc = 1000;
const codecs = {
  audio: { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 },
  video: { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 },
};

/** Somebody in the meeting, with all that they were told. */
class Person {
  private readonly told: { event: string; payload: unknown }[] = [];

  constructor(
    readonly socket: Socket,
    readonly answer: RequestResult<'join_room'>,
  ) {
    socket.onAny((event, payload) => this.told.push(...toldIn(event, payload)));
  }

  get id() {
    return this.answer.participant.id;
  }

  ask<Name extends RequestName>(event: Name, payload: object = {}): Promise<Answered<Name>> {
    return this.socket.timeout(15_000).emitWithAck(event, payload);
  }

  /** `undefined` where it was done. */
  async refusal(event: RequestName, payload: object = {}): Promise<string | undefined> {
    return (await this.ask(event, payload)).error?.code;
  }

  produce(source: 'microphone' | 'camera' | 'screen', paused = false) {
    const kind = source === 'microphone' ? 'audio' : 'video';

    return this.ask('produce', {
      transportId: this.answer.sendTransport.id,
      kind,
      source,
      paused,
      rtpParameters: { codecs: [codecs[kind]], encodings: [{ ssrc: ++ssrc }] },
    });
  }

  heard<Name extends NotificationName>(name: Name): Notification<Name>[] {
    return this.told.filter(({ event }) => event === name).map(({ payload }) => payload as Notification<Name>);
  }

  /** The newest notification of this name, once there are so many. */
  async hears<Name extends NotificationName>(name: Name, count = 1): Promise<Notification<Name>> {
    await until(() => this.heard(name).length >= count);

    return this.heard(name).at(-1)!;
  }
}

describe('a meeting with moderators', () => {
  let server: TestServer;
  let room: Room;
  let owner: Session;
  let host: Person;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer();
    owner = await guest(server.url, 'Olga');
  });

  beforeEach(async () => {
    room = await createRoom(server.url, owner.accessToken);
    host = await enter(owner);
  });

  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

  afterAll(() => server.stop());

  const connect = ({ accessToken: token }: Session) => {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    sockets.push(socket);

    return socket;
  };

  const knock = async (session: Session, more: object = {}) => {
    const socket = connect(session);
    const answer: Answered<'join_room'> = await socket
      .timeout(15_000)
      .emitWithAck('join_room', { roomId: room.slug, ...more });

    return { socket, answer };
  };

  const enter = async (session: Session, more: object = {}) => {
    const { socket, answer } = await knock(session, more);
    expect(answer.error).toBeUndefined();

    return new Person(socket, answer);
  };

  const enterAs = async (name: string, role?: string) => {
    const session = await guest(server.url, name);
    const person = await enter(session);

    if (role) {
      expect(await host.ask('set_role', { participantId: person.id, role })).toEqual({});
      await person.hears('role_changed');
    }

    return Object.assign(person, { session });
  };

  describe('knows roles', () => {
    it('the owner as host and everybody else as speaker, and says so', async () => {
      const ada = await enterAs('Ada');

      expect(host.answer.participant.role).toBe('host');
      expect(ada.answer.participant.role).toBe('speaker');
      expect(ada.answer.participants.map(({ role }) => role)).toEqual(['host']);
      expect(ada.answer).toMatchObject({ locked: false, hands: [], switches: { onlyModeratorsShare: false } });
    });

    it('that are told to everyone, and last in every window and over leaving', async () => {
      const ada = await enterAs('Ada', 'attendee');
      const { participantId, role, byParticipantId } = await host.hears('role_changed');
      expect([participantId, role, byParticipantId]).toEqual([ada.id, 'attendee', host.id]);

      const window = await enter(ada.session);
      expect(window.answer.participant.role).toBe('attendee');
      await window.ask('leave_room');
      await ada.ask('leave_room');
      expect((await enter(ada.session)).answer.participant.role).toBe('attendee');
    });

    it('that survive the loss of a connection', async () => {
      const ada = await enterAs('Ada', 'moderator');
      await ada.ask('lock_meeting', { locked: true });
      await ada.ask('raise_hand');
      ada.socket.io.engine.close();
      const { participant, resumeToken } = ada.answer;
      const socket = connect(ada.session);
      const seat = { participantId: participant.id, resumeToken };

      expect(await socket.timeout(15_000).emitWithAck('resume_session', seat)).toMatchObject({
        role: 'moderator',
        locked: true,
        hands: [ada.id],
      });
    });

    it('of which only hosts make and unmake moderators and hosts', async () => {
      const [ada, bob] = [await enterAs('Ada', 'moderator'), await enterAs('Bob')];

      expect(await ada.refusal('set_role', { participantId: bob.id, role: 'moderator' })).toBe('not_allowed');
      expect(await ada.refusal('set_role', { participantId: ada.id, role: 'host' })).toBe('not_allowed');
      expect(await ada.refusal('set_role', { participantId: host.id, role: 'attendee' })).toBe('not_allowed');
      expect(await ada.refusal('remove_participant', { participantId: host.id })).toBe('not_allowed');
      expect(await ada.refusal('set_role', { participantId: bob.id, role: 'attendee' })).toBeUndefined();
      expect(await host.refusal('set_role', { participantId: ada.id, role: 'speaker' })).toBeUndefined();
      expect(await host.refusal('set_role', { participantId: host.id, role: 'speaker' })).toBe('not_allowed');
    });

    it('and has the first moderator stand in for the last host, until one is back', async () => {
      const [ada, bob] = [await enterAs('Ada', 'moderator'), await enterAs('Bob', 'moderator')];
      await host.ask('leave_room');
      await until(() =>
        bob.heard('role_changed').some(({ role, participantId }) => role === 'host' && participantId === ada.id),
      );
      expect(await ada.refusal('set_role', { participantId: bob.id, role: 'speaker' })).toBeUndefined();

      await enter(owner);
      await until(() => ada.heard('role_changed').at(-1)?.role === 'moderator');
      expect(await ada.refusal('set_role', { participantId: bob.id, role: 'moderator' })).toBe('not_allowed');
    });
  });

  describe('lets nobody send or do what their role does not allow', () => {
    it('refuses every source of an attendee, also one that is paused, and lets them write', async () => {
      const ada = await enterAs('Ada', 'attendee');

      for (const source of ['microphone', 'camera', 'screen'] as const) {
        expect((await ada.produce(source)).error?.code).toBe('not_allowed');
        expect((await ada.produce(source, true)).error?.code).toBe('not_allowed');
      }

      expect(await ada.refusal('set_role', { participantId: ada.id, role: 'speaker' })).toBe('not_allowed');
      expect(await ada.refusal('send_message', { text: 'Hello', clientMessageId: 'one' })).toBeUndefined();
    });

    it('refuses them before joining, unknown ids and bad payloads with their own codes', async () => {
      const stranger = new Person(connect(await guest(server.url, 'Eve')), host.answer);
      const nobody = '00000000-0000-4000-8000-000000000000';

      expect(await stranger.refusal('mute_all')).toBe('not_joined');
      expect(await stranger.refusal('raise_hand')).toBe('not_joined');

      for (const [event, payload] of [
        ['set_role', { role: 'attendee' }],
        ['mute_participant', {}],
        ['stop_source', { source: 'camera' }],
        ['remove_participant', {}],
        ['lower_hand', {}],
      ] as const) {
        expect(await host.refusal(event, { ...payload, participantId: nobody })).toBe('participant_not_found');
        expect(await host.refusal(event, { ...payload, participantId: 'nobody' })).toBe('invalid_payload');
      }

      expect(await host.refusal('set_role', { participantId: host.id, role: 'king' })).toBe('invalid_payload');
      expect(await host.refusal('stop_source', { participantId: host.id, source: 'microphone' })).toBe(
        'invalid_payload',
      );
      expect(await host.refusal('stop_source', { participantId: host.id, source: 'camera' })).toBe(
        'producer_not_found',
      );
      expect(await host.refusal('lock_meeting', { locked: 'yes' })).toBe('invalid_payload');
      expect(await host.refusal('set_meeting_switches', { onlyOwnersSing: true })).toBe('invalid_payload');
      expect(await host.refusal('send_reaction', { emoji: 'hello' })).toBe('invalid_payload');
      expect(await host.refusal('delete_message', { sequence: 0 })).toBe('invalid_payload');
      expect(await host.refusal('delete_message', { sequence: 9999 })).toBe('message_not_found');
    });

    it('closes what an attendee sent as a speaker, and tells them and the others', async () => {
      const ada = await enterAs('Ada');
      const camera = await ada.produce('camera');
      await ada.produce('microphone');
      await host.ask('set_role', { participantId: ada.id, role: 'attendee' });

      await ada.hears('stopped_by_moderator', 2);
      await host.hears('producer_closed', 2);
      expect(
        ada
          .heard('stopped_by_moderator')
          .map(({ source }) => source)
          .sort(),
      ).toEqual(['camera', 'microphone']);
      expect(await ada.refusal('pause_producer', { producerId: camera.producerId })).toBe('producer_not_found');
    });

    it('also where the role changes while it begins to be sent', async () => {
      const ada = await enterAs('Ada');
      const [produced] = await Promise.all([
        ada.produce('camera'),
        host.ask('set_role', { participantId: ada.id, role: 'attendee' }),
      ]);

      // Whichever came first: it is refused, or was closed at once.
      if (produced.error) {
        expect(produced.error.code).toBe('not_allowed');
      } else {
        await ada.hears('stopped_by_moderator');
      }
      const late = await enter(await guest(server.url, 'Late'));
      expect(late.answer.participants.find(({ id }) => id === ada.id)?.producers).toEqual([]);
    });
  });

  describe('has switches', () => {
    it('that let only moderators share, write and unmute', async () => {
      const [ada, moderator] = [await enterAs('Ada'), await enterAs('Mo', 'moderator')];
      await ada.produce('screen');
      const switches = { onlyModeratorsShare: true, onlyModeratorsChat: true, onlyModeratorsUnmute: true };
      const microphone = await ada.produce('microphone');
      await moderator.ask('set_meeting_switches', switches);

      expect(await ada.hears('stopped_by_moderator')).toEqual({ source: 'screen', byParticipantId: moderator.id });
      expect(await ada.hears('meeting_rules')).toEqual({ locked: false, switches });
      expect((await ada.produce('screen')).error?.code).toBe('not_allowed');
      expect(await ada.refusal('send_message', { text: 'Hello', clientMessageId: 'two' })).toBe('not_allowed');
      expect((await moderator.produce('screen')).error).toBeUndefined();
      expect(await moderator.refusal('send_message', { text: 'Hello', clientMessageId: 'two' })).toBeUndefined();

      // Who is heard may go on; who is muted stays so.
      const { producerId } = microphone;
      expect((await ada.produce('microphone')).error).toBeUndefined();
      const again = await ada.produce('microphone', true);
      expect(again.error).toBeUndefined();
      expect(await ada.refusal('resume_producer', { producerId: again.producerId })).toBe('not_allowed');
      expect((await ada.produce('microphone')).error?.code).toBe('not_allowed');
      expect(producerId).not.toBe(again.producerId);

      await moderator.ask('set_meeting_switches', { onlyModeratorsUnmute: false });
      expect((await ada.hears('meeting_rules', 2)).switches).toEqual({ ...switches, onlyModeratorsUnmute: false });
      expect(await ada.refusal('resume_producer', { producerId: again.producerId })).toBeUndefined();
    });

    it('and who comes later is told of them', async () => {
      await host.ask('set_meeting_switches', { onlyModeratorsChat: true });
      expect((await enterAs('Ada')).answer.switches).toEqual({
        onlyModeratorsShare: false,
        onlyModeratorsUnmute: false,
        onlyModeratorsChat: true,
      });
    });
  });

  describe('is kept in order', () => {
    it('by muting one, who may unmute', async () => {
      const ada = await enterAs('Ada');
      const { producerId } = await ada.produce('microphone');
      expect(await host.ask('mute_participant', { participantId: ada.id })).toEqual({});

      expect(await ada.hears('muted_by_moderator')).toEqual({ byParticipantId: host.id });
      expect(await host.hears('producer_paused')).toEqual({ participantId: ada.id, producerId });
      expect(await ada.refusal('resume_producer', { producerId })).toBeUndefined();
      await host.hears('producer_resumed');
    });

    it('by muting all but the one who asks', async () => {
      const [ada, bob] = [await enterAs('Ada'), await enterAs('Bob')];
      await Promise.all([host, ada, bob].map((person) => person.produce('microphone')));
      await host.ask('mute_all');

      await Promise.all([ada.hears('muted_by_moderator'), bob.hears('muted_by_moderator')]);
      await ada.hears('producer_paused');
      const { answer } = await enterAs('Late');
      const silent = answer.participants.map(({ id, producers }) => [id, producers[0]?.paused]);
      expect(silent).toEqual([
        [host.id, false],
        [ada.id, true],
        [bob.id, true],
      ]);
    });

    it('by stopping a camera', async () => {
      const ada = await enterAs('Ada');
      await ada.produce('camera');
      await host.ask('stop_source', { participantId: ada.id, source: 'camera' });

      expect(await ada.hears('stopped_by_moderator')).toEqual({ source: 'camera', byParticipantId: host.id });
      await host.hears('producer_closed');
      expect((await ada.produce('camera')).error).toBeUndefined();
    });

    it('by removing somebody, whose client does not come back by itself', async () => {
      const ada = await enterAs('Ada');
      const seat = { participantId: ada.id, resumeToken: ada.answer.resumeToken };
      await host.ask('remove_participant', { participantId: ada.id });

      expect(await ada.hears('room_closed')).toEqual({ reason: 'removed' });
      expect(await host.hears('user_left')).toEqual({ participantId: ada.id, reason: 'removed' });
      expect(await ada.refusal('raise_hand')).toBe('not_joined');
      // One that has not heard of it, as its connection was lost.
      expect((await knock(ada.session, { replaces: seat })).answer.error?.code).toBe('not_allowed');
      // A person who decides to.
      expect((await knock(ada.session)).answer.error).toBeUndefined();
    });

    it('by a ban, of all windows and until the meeting is over', async () => {
      const ada = await enterAs('Ada');
      const window = await enter(ada.session);
      await host.ask('remove_participant', { participantId: ada.id, ban: true });

      await Promise.all([ada.hears('room_closed'), window.hears('room_closed')]);
      expect((await knock(ada.session)).answer.error?.code).toBe('not_allowed');
      expect(await host.refusal('remove_participant', { participantId: host.id, ban: true })).toBe('not_allowed');
      await host.ask('leave_room');
      expect((await knock(ada.session)).answer.error).toBeUndefined();
    });

    it('by a lock, which lets nobody in but who has a seat, and the owner', async () => {
      const ada = await enterAs('Ada');
      await host.ask('lock_meeting', { locked: true });
      expect((await ada.hears('meeting_rules')).locked).toBe(true);

      expect((await knock(await guest(server.url, 'Eve'))).answer.error?.code).toBe('meeting_locked');
      expect((await knock(ada.session)).answer.error?.code).toBe('meeting_locked');
      const seat = { participantId: ada.id, resumeToken: ada.answer.resumeToken };
      expect((await knock(ada.session, { replaces: { ...seat, resumeToken: 'wrong' } })).answer.error?.code).toBe(
        'meeting_locked',
      );
      expect((await knock(ada.session, { replaces: seat })).answer.error).toBeUndefined();
      expect((await knock(owner)).answer).toMatchObject({ locked: true });
      await host.ask('lock_meeting', { locked: false });
      expect((await knock(await guest(server.url, 'Eve'))).answer.error).toBeUndefined();
    });

    it('by ending it for everyone', async () => {
      const moderator = await enterAs('Mo', 'moderator');
      await moderator.ask('end_meeting');

      expect(await host.hears('room_closed')).toEqual({ reason: 'ended' });
      expect(await host.refusal('raise_hand')).toBe('not_joined');
      expect((await enter(owner)).answer.participants).toEqual([]);
    });
  });

  describe('lets everybody', () => {
    it('raise a hand, in an order that everyone knows, and lower it; moderators lower others’', async () => {
      const [ada, bob] = [await enterAs('Ada', 'attendee'), await enterAs('Bob')];
      await bob.ask('raise_hand');
      await ada.ask('raise_hand');
      await bob.ask('raise_hand');
      expect(await host.hears('hands_raised', 2)).toEqual({ participantIds: [bob.id, ada.id] });
      expect((await enterAs('Late')).answer.hands).toEqual([bob.id, ada.id]);

      expect(await ada.refusal('lower_hand', { participantId: bob.id })).toBe('not_allowed');
      await host.ask('lower_hand', { participantId: bob.id });
      expect(await host.hears('hands_raised', 3)).toEqual({ participantIds: [ada.id] });
      await ada.ask('leave_room');
      expect(await host.hears('hands_raised', 4)).toEqual({ participantIds: [] });
      expect(await bob.ask('lower_hand')).toEqual({});
    });

    it('react, so often and not more', async () => {
      const ada = await enterAs('Ada');
      expect(await ada.ask('send_reaction', { emoji: '🎉' })).toEqual({});
      expect(await host.hears('reaction')).toEqual({ participantId: ada.id, emoji: '🎉' });
      const codes = await Promise.all(Array.from({ length: 40 }, () => ada.refusal('send_reaction', { emoji: '🎉' })));
      expect(codes).toContain('rate_limited');
    });

    it('delete what they wrote, and moderators what anybody did', async () => {
      const [ada, bob] = [await enterAs('Ada'), await enterAs('Bob')];
      const write = async (text: string) =>
        (await ada.ask('send_message', { text, clientMessageId: text })).message.sequence;
      const [first, second] = [await write('first'), await write('second')];

      expect(await bob.refusal('delete_message', { sequence: first })).toBe('not_allowed');
      expect(await ada.refusal('delete_message', { sequence: first })).toBeUndefined();
      expect(await host.refusal('delete_message', { sequence: second })).toBeUndefined();
      expect(await host.refusal('delete_message', { sequence: second })).toBeUndefined();
      await bob.hears('message_deleted', 2);
      const { messages } = await bob.ask('chat_history');
      expect(
        messages.filter(({ userId }) => userId === ada.session.user.id).map(({ kind, text }) => [kind, text]),
      ).toEqual([
        ['joined', ''],
        ['deleted', ''],
        ['deleted', ''],
      ]);
      expect((await bob.ask('search_messages', { text: 'second' })).messages).toEqual([]);
      expect(await bob.refusal('react_to_message', { sequence: first, emoji: '👍', reacted: true })).toBe(
        'message_not_found',
      );
    });
  });

  it('shows nobody a message that was deleted while they came in', async () => {
    const { message } = await host.ask('send_message', { text: 'Not for Ada', clientMessageId: 'one' });
    const store = server.app.get(ChatStore);
    const { page } = store;
    // Chance: it is deleted just after the messages were read for whoever joins.
    const readAndDelete: typeof page = async (...request) => {
      const read = await page.apply(store, request);
      await host.ask('delete_message', { sequence: message.sequence });

      return read;
    };
    Object.assign(store, { page: readAndDelete });
    const { answer } = await enterAs('Ada').finally(() => Object.assign(store, { page }));

    const seen = answer.messages.find(({ sequence }) => sequence === message.sequence);
    expect(seen).toMatchObject({ kind: 'deleted', text: '' });
  });

  it('has every act on its record, in order, with the people as they were called', async () => {
    const rest = api(server.url, owner.accessToken);
    const [ada, bob, eve] = [await enterAs('Ada'), await enterAs('Bob'), await enterAs('Eve')];
    const mute = await ada.produce('microphone');
    await ada.produce('screen');
    await ada.ask('raise_hand');
    const { message } = await ada.ask('send_message', { text: 'Hello', clientMessageId: 'one' });
    const switches = { onlyModeratorsChat: true, onlyModeratorsShare: false };
    await host.ask('mute_participant', { participantId: ada.id });
    expect(await ada.refusal('resume_producer', { producerId: mute.producerId })).toBeUndefined();
    await host.ask('mute_all');
    await host.ask('stop_source', { participantId: ada.id, source: 'screen' });
    await host.ask('lower_hand', { participantId: ada.id });
    await host.ask('delete_message', { sequence: message.sequence });
    await host.ask('set_role', { participantId: ada.id, role: 'moderator' });
    await ada.ask('set_meeting_switches', switches);
    await ada.ask('lock_meeting', { locked: true });
    await ada.ask('lock_meeting', { locked: true });
    await ada.ask('lock_meeting', { locked: false });
    await rest.patch(`/rooms/${room.id}`, { lobby: true });
    const [visitor, stranger] = [await guest(server.url, 'Vera'), await guest(server.url, 'Sten')];
    expect((await knock(visitor)).answer.error?.code).toBe('lobby_waiting');
    expect((await knock(stranger)).answer.error?.code).toBe('lobby_waiting');
    await until(() => host.heard('lobby_changed').at(-1)?.waiting.length === 2);
    const [vera, sten] = host.heard('lobby_changed').at(-1)!.waiting;
    await ada.ask('admit', { waitingIds: [vera!.id] });
    await ada.ask('refuse', { waitingIds: [sten!.id] });
    await host.ask('remove_participant', { participantId: bob.id });
    await host.ask('remove_participant', { participantId: eve.id, ban: true });
    // What somebody is called later changes nothing about what was.
    await api(server.url, ada.session.accessToken).patch(`/users/${ada.session.user.id}`, { username: 'Countess' });
    await host.ask('end_meeting');
    const report = async () => (await rest.get<MeetingReport>(`/meetings/${host.answer.meetingId}`)).body;
    // Before the record is written, the answer is an error.
    await until(async () => Boolean((await report()).endedAt));

    const { acts } = await report();
    expect(acts.map(({ act, by, whom, detail }) => [act, by.displayName, whom?.displayName ?? null, detail])).toEqual([
      ['mute_participant', 'Olga', 'Ada', {}],
      ['mute_all', 'Olga', null, {}],
      ['stop_source', 'Olga', 'Ada', { source: 'screen' }],
      ['lower_hand', 'Olga', 'Ada', {}],
      ['delete_message', 'Olga', null, { sequence: message.sequence }],
      ['set_role', 'Olga', 'Ada', { role: 'moderator' }],
      ['set_meeting_switches', 'Ada', null, { switches: { onlyModeratorsChat: true } }],
      ['lock_meeting', 'Ada', null, {}],
      ['unlock_meeting', 'Ada', null, {}],
      ['admit', 'Ada', 'Vera', {}],
      ['refuse', 'Ada', 'Sten', {}],
      ['remove_participant', 'Olga', 'Bob', {}],
      ['ban_participant', 'Olga', 'Eve', {}],
      ['end_meeting', 'Olga', null, {}],
    ]);
    expect(new Set(acts.map(({ act }) => act))).toEqual(new Set(moderationActs));
    expect(acts[0]).toMatchObject({
      by: { participantId: host.id, userId: owner.user.id },
      whom: { participantId: ada.id, userId: ada.session.user.id },
    });
    expect(acts[9]?.whom).toEqual({ participantId: null, userId: visitor.user.id, displayName: 'Vera' });
  });
});
