/** The rooms resource with its members, and who may do what with it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getRepositoryToken } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import {
  limits,
  slugSchema,
  type NewRoomInvitation,
  type Page,
  type Room,
  type RoomInvitation,
  type RoomMember,
  type Session,
} from '@minimeet/protocol';
import { ChatStore } from '../../src/chat/chat-store.js';
import { LiveStatsStore, type LiveMeeting } from '../../src/live-stats/live-stats-store.js';
import { RoomInvitationEntity } from '../../src/rooms/room-invitation.entity.js';
import { RoomDoors } from '../../src/rooms/room-doors.js';
import { api, createRoom, guest, refusal, startServer, type TestServer } from '../harness.js';
import { onEachDatabase } from './on-each-database.js';

const admin = { email: 'admin@example.org', password: 'administrator' };
/** In a minute: enough for all that sets passwords, makes accounts and deletes guests here. */
const LOGINS = 1000;

onEachDatabase('rooms', (database) => {
  let server: TestServer;
  let ada: Session;
  let bob: Session;
  let administrator: Session;

  beforeAll(async () => {
    server = await startServer({
      ...database(),
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      MAX_PARTICIPANTS_PER_ROOM: '100',
      RATE_LIMIT_LOGINS: String(LOGINS),
    });
    [ada, bob] = [await guest(server.url, 'Ada'), await guest(server.url, 'Bob')];
    administrator = (await api(server.url).post<Session>('/auth/login', admin)).body;
  });

  afterAll(() => server.stop());

  const as = ({ accessToken }: Session) => api(server.url, accessToken);
  const pass = ({ user }: Session, idOrSlug: string, password?: string) =>
    server.app.get(RoomDoors).pass(user, idOrSlug, { password, address: '192.0.2.1' });
  const roomOf = ({ accessToken }: Session, name = 'Kitchen') => createRoom(server.url, accessToken, { name });

  const closedRoomOf = async (owner: Session) =>
    (await as(owner).post<Room>('/rooms', { name: 'Council', access: 'members' })).body;
  let accounts = 0;
  const account = async (email = `account-${++accounts}@example.org`) => {
    const login = { email, password: 'a long enough password' };
    await api(server.url).post('/users', { ...login, username: `Account ${accounts}` });
    return (await api(server.url).post<Session>('/auth/login', login)).body;
  };

  describe('being made', () => {
    it('answers 201 with a room that has a speakable link and a size', async () => {
      const { status, body } = await as(ada).post<Room>('/rooms', { name: ' Kitchen ' });

      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.any(String),
        slug: expect.any(String),
        name: 'Kitchen',
        maxParticipants: 50,
        owner: { id: ada.user.id, username: 'Ada' },
        createdAt: expect.stringMatching(/Z$/),
        access: 'open',
        lobby: false,
        participantsNow: 0,
      });
      expect(slugSchema.safeParse(body.slug).success).toBe(true);
    });

    it('can ask for a size, as far as the server allows', async () => {
      const small = await as(ada).post<Room>('/rooms', { name: 'Cupboard', maxParticipants: 2 });
      const large = await as(ada).post('/rooms', { name: 'Stadium', maxParticipants: 101 });

      expect(small.body.maxParticipants).toBe(2);
      expect(large.status).toBe(400);
      expect(large.body.error).toMatchObject({ code: 'invalid_payload', issues: [{ path: ['maxParticipants'] }] });
    });

    it.each([{}, { name: '' }, { name: 'x'.repeat(121) }, { name: 'Kitchen', maxParticipants: 1 }, { name: 7 }, []])(
      'refuses %j',
      async (room) => {
        expect(await refusal(as(ada).post('/rooms', room))).toEqual([400, 'invalid_payload']);
      },
    );

    it('needs a token', async () => {
      expect(await refusal(api(server.url).post('/rooms', { name: 'Kitchen' }))).toEqual([401, 'unauthorized']);
    });
  });

  describe('being found', () => {
    it('is possible for everybody who knows the link or the id', async () => {
      const room = await roomOf(ada);

      expect((await as(bob).get(`/rooms/${room.slug}`)).body).toEqual(room);
      expect((await as(bob).get(`/rooms/${room.slug.toUpperCase()}`)).body).toEqual(room);
      expect((await as(bob).get(`/rooms/${room.id}`)).body).toEqual(room);
    });

    it('tells how many meet there now', async () => {
      const room = await roomOf(ada);
      const person = { id: randomUUID(), userId: randomUUID(), displayName: 'Somebody' };
      const meeting: LiveMeeting = {
        id: randomUUID(),
        serverId: randomUUID(),
        roomId: room.id,
        beganAt: new Date(),
        participants: [person, person, person],
        producers: 0,
        consumers: 0,
        incomingBitrate: 0,
        outgoingBitrate: 0,
      };
      await server.app.get(LiveStatsStore).change(meeting.serverId, { meetings: [meeting], ended: [] });

      expect((await as(ada).get<Room>(`/rooms/${room.id}`)).body.participantsNow).toBe(3);
      expect((await as(ada).get<Page<Room>>('/rooms?limit=1')).body.items[0]?.participantsNow).toBe(3);
    });

    it('says that there is none', async () => {
      expect(await refusal(as(ada).get('/rooms/baku-rimo-tefa'))).toEqual([404, 'room_not_found']);
      expect(await refusal(as(ada).get(`/rooms/${randomUUID()}`))).toEqual([404, 'room_not_found']);
      expect(await refusal(as(ada).get('/rooms/nonsense'))).toEqual([400, 'invalid_payload']);
    });

    it('gives meetings what they need to know', async () => {
      const { id, slug, name, maxParticipants } = await roomOf(ada);
      const passed = await pass(bob, slug);

      expect(passed).toEqual({
        room: { id, slug, name, maxParticipants, lobby: false, isOwnerless: false },
        standing: 'visitor',
      });
      await expect(pass(bob, 'baku-rimo-tefa')).rejects.toMatchObject({ code: 'room_not_found' });
    });
  });

  describe('being entered', () => {
    const standingOf = async (session: Session, room: Room, password?: string) =>
      (await pass(session, room.slug, password)).standing;

    it('is for its owner, its members and administrators alone, where it is for members', async () => {
      const room = await roomOf(ada);
      const grace = await guest(server.url, 'Grace');
      await as(ada).post(`/rooms/${room.id}/participants`, { userId: grace.user.id });
      const closed = await as(ada).patch<Room>(`/rooms/${room.id}`, { access: 'members' });

      expect(closed.body).toEqual({ ...room, access: 'members' });
      expect(await standingOf(ada, room)).toBe('owner');
      expect(await standingOf(administrator, room)).toBe('owner');
      expect(await standingOf(grace, room)).toBe('member');
      await expect(standingOf(bob, room)).rejects.toMatchObject({ code: 'not_allowed' });
    });

    it('tells a stranger nothing of a room for members', async () => {
      const { body: room } = await as(ada).post<Room>('/rooms', { name: 'Secret', access: 'members' });

      for (const attempt of [
        as(bob).get(`/rooms/${room.slug}`),
        as(bob).patch(`/rooms/${room.slug}`, { name: 'Mine' }),
        as(bob).delete(`/rooms/${room.slug}`),
        as(bob).get(`/rooms/${room.slug}/participants`),
        as(bob).post(`/rooms/${room.slug}/participants`, { userId: bob.user.id }),
        as(bob).get(`/rooms/${room.slug}/meetings`),
        as(bob).get(`/rooms/${room.slug}/analytics`),
      ]) {
        const { status, body } = await attempt;
        expect([status, body.error.code]).toEqual([403, 'not_allowed']);
        expect(JSON.stringify(body)).not.toMatch(/Secret|Ada/);
      }
    });

    it('takes a password, which is shown to nobody', async () => {
      const { body: room } = await as(ada).post<Room>('/rooms', { name: 'Vault', password: 'open sesame' });

      expect(room.access).toBe('password');
      expect(JSON.stringify([room, (await as(ada).get(`/rooms/${room.id}`)).body])).not.toMatch(/sesame|argon|[Hh]ash/);
      expect(await standingOf(ada, room)).toBe('owner');
      expect(await standingOf(bob, room, 'open sesame')).toBe('visitor');
      await expect(standingOf(bob, room)).rejects.toMatchObject({ code: 'password_required' });
      await expect(standingOf(bob, room, 'open barley')).rejects.toMatchObject({ code: 'wrong_password' });
    });

    it('shows of a room with a password what the waiting page needs', async () => {
      const { body } = await as(ada).post<Room>('/rooms', { name: 'Vault', password: 'open sesame', lobby: true });
      const { id, slug, name, access, lobby } = body;

      expect((await as(bob).get(`/rooms/${slug}`)).body).toEqual({ id, slug, name, access, lobby });
      expect((await as(ada).get(`/rooms/${slug}`)).body).toEqual(body);
    });

    it('can be given another password, or none any more', async () => {
      const { body: room } = await as(ada).post<Room>('/rooms', { name: 'Vault', password: 'open sesame' });
      await as(ada).patch(`/rooms/${room.id}`, { password: 'open barley' });
      await expect(standingOf(bob, room, 'open sesame')).rejects.toMatchObject({ code: 'wrong_password' });
      expect(await standingOf(bob, room, 'open barley')).toBe('visitor');
      const opened = await as(ada).patch<Room>(`/rooms/${room.id}`, { password: null });

      expect(opened.body.access).toBe('open');
      expect(await standingOf(bob, room)).toBe('visitor');
      // The old one was forgotten with it.
      expect(await refusal(as(ada).patch(`/rooms/${room.id}`, { access: 'password' }))).toEqual([
        400,
        'invalid_payload',
      ]);
    });

    it.each([
      { access: 'password' },
      { access: 'open', password: 'open sesame' },
      { access: 'password', password: null },
      { password: 'short' },
      { access: 'closed' },
      { lobby: 'yes' },
    ])('refuses %j', async (entry) => {
      const room = await roomOf(ada);

      expect(await refusal(as(ada).patch(`/rooms/${room.id}`, entry))).toEqual([400, 'invalid_payload']);
      expect(await refusal(as(ada).post('/rooms', { name: 'Vault', ...entry }))).toEqual([400, 'invalid_payload']);
    });

    it('can be tried with a few wrong passwords a minute only, and the right one as often as one likes', async () => {
      const { body: room } = await as(ada).post<Room>('/rooms', { name: 'Vault', password: 'open sesame' });
      const mallory = await guest(server.url, 'Mallory');
      const tryAs = (session: Session, password: string) =>
        standingOf(session, room, password).catch(({ code }: { code: string }) => code);
      const wrong = await Promise.all(Array.from({ length: 12 }, (_, index) => tryAs(mallory, `guess ${index}`)));
      const right = await Promise.all(Array.from({ length: 120 }, () => tryAs(bob, 'open sesame')));

      expect(wrong.filter((code) => code === 'wrong_password')).toHaveLength(10);
      expect(wrong.filter((code) => code === 'rate_limited')).toHaveLength(2);
      expect(await tryAs(mallory, 'one more guess')).toBe('rate_limited');
      expect(new Set(right)).toEqual(new Set(['visitor']));
    });
  });

  describe('being listed', () => {
    it('shows the rooms that you own or are a member of, newest first, in pages', async () => {
      const grace = await guest(server.url, 'Grace');
      const own = [await roomOf(grace, 'One'), await roomOf(grace, 'Two')];
      const shared = await roomOf(ada, 'Three');
      await roomOf(ada, 'Not for Grace');
      // Own and shared: it must be counted once.
      for (const room of [shared, own[0]!]) {
        await as(administrator).post(`/rooms/${room.id}/participants`, { userId: grace.user.id });
      }
      await as(administrator).post(`/rooms/${shared.id}/participants`, { userId: bob.user.id });

      const { body } = await as(grace).get<Page<Room>>('/rooms');
      expect(body).toEqual({ items: [shared, own[1], own[0]], total: 3, limit: 20, offset: 0 });

      const { body: second } = await as(grace).get<Page<Room>>('/rooms?limit=2&offset=2');
      expect(second).toEqual({ items: [own[0]], total: 3, limit: 2, offset: 2 });
    });

    it('shows all to an administrator', async () => {
      const room = await roomOf(bob, 'Newest');
      const { body } = await as(administrator).get<Page<Room>>('/rooms?limit=1');

      expect(body.items).toEqual([room]);
      expect(body.total).toBeGreaterThan(1);
    });

    it.each(['limit=0', 'limit=101', 'limit=ten', 'offset=-1', 'page=2', 'limit=1&limit=2'])(
      'refuses ?%s',
      async (query) => {
        expect(await refusal(as(ada).get(`/rooms?${query}`))).toEqual([400, 'invalid_payload']);
      },
    );
  });

  describe('being changed', () => {
    it('is for the owner and administrators', async () => {
      const room = await roomOf(ada);
      const changed = await as(ada).patch<Room>(`/rooms/${room.slug}`, { name: 'Hall' });
      const resized = await as(administrator).patch<Room>(`/rooms/${room.id}`, { maxParticipants: 9 });

      expect(changed.body).toEqual({ ...room, name: 'Hall' });
      expect(resized.body).toEqual({ ...room, name: 'Hall', maxParticipants: 9 });
      expect(await refusal(as(bob).patch(`/rooms/${room.id}`, { name: 'Mine' }))).toEqual([403, 'not_allowed']);
    });

    it('refuses a change of nothing, a size that the server does not allow, and a room that is not there', async () => {
      const room = await roomOf(ada);

      expect(await refusal(as(ada).patch(`/rooms/${room.id}`, {}))).toEqual([400, 'invalid_payload']);
      expect(await refusal(as(ada).patch(`/rooms/${room.id}`, { maxParticipants: 200 }))).toEqual([
        400,
        'invalid_payload',
      ]);
      expect(await refusal(as(ada).patch(`/rooms/${randomUUID()}`, { name: 'Hall' }))).toEqual([404, 'room_not_found']);
    });
  });

  describe('being deleted', () => {
    it('is for the owner and administrators, and takes the chat along', async () => {
      const room = await roomOf(ada);
      const chat = server.app.get(ChatStore);
      const message = { userId: ada.user.id, displayName: 'Ada', text: 'Hello', clientMessageId: '1' };
      await chat.append({ roomId: room.id, ...message });

      expect(await refusal(as(bob).delete(`/rooms/${room.id}`))).toEqual([403, 'not_allowed']);
      expect((await as(ada).delete(`/rooms/${room.id}`)).status).toBe(204);
      expect(await refusal(as(ada).get(`/rooms/${room.id}`))).toEqual([404, 'room_not_found']);
      expect((await chat.page(room.id, { limit: 1 })).messages).toEqual([]);
      expect((await as(administrator).delete(`/rooms/${(await roomOf(ada)).id}`)).status).toBe(204);
    });

    it('does not happen with the owner, whose rooms stay without one', async () => {
      const grace = await guest(server.url, 'Grace');
      const room = await roomOf(grace);
      await as(grace).delete(`/users/${grace.user.id}`);

      expect((await as(bob).get(`/rooms/${room.id}`)).body).toEqual({ ...room, owner: null });
      expect(await refusal(as(bob).delete(`/rooms/${room.id}`))).toEqual([403, 'not_allowed']);
      expect((await as(administrator).delete(`/rooms/${room.id}`)).status).toBe(204);
    });
  });

  describe('their members', () => {
    const members = (session: Session, room: Room, query = '') =>
      as(session).get<Page<RoomMember>>(`/rooms/${room.id}/participants${query}`);
    const add = (session: Session, room: Room, { user }: Session) =>
      as(session).post(`/rooms/${room.id}/participants`, { userId: user.id });
    const remove = (session: Session, room: Room, { user }: Session) =>
      as(session).delete(`/rooms/${room.id}/participants/${user.id}`);

    it('are added by the owner, once, and seen by name', async () => {
      const room = await roomOf(ada);
      const [zoe, carl] = [await guest(server.url, 'Zoe'), await guest(server.url, 'Carl')];
      const first = await add(ada, room, zoe);
      const again = await add(ada, room, zoe);
      await add(ada, room, carl);

      expect([first.status, again.status]).toEqual([201, 201]);
      expect(first.body).toEqual({ id: zoe.user.id, username: 'Zoe' });
      expect((await members(ada, room)).body).toEqual({
        items: [
          { id: carl.user.id, username: 'Carl' },
          { id: zoe.user.id, username: 'Zoe' },
        ],
        total: 2,
        limit: 20,
        offset: 0,
      });
      expect((await members(ada, room, '?limit=1&offset=1')).body).toMatchObject({
        items: [{ username: 'Zoe' }],
        total: 2,
      });
    });

    it('are seen by members and administrators, and by nobody else', async () => {
      const room = await roomOf(ada);
      const before = await refusal(as(bob).get(`/rooms/${room.id}/participants`));
      await add(ada, room, bob);

      expect(before).toEqual([403, 'not_allowed']);
      expect((await members(bob, room)).body.total).toBe(1);
      expect((await members(administrator, room)).body.total).toBe(1);
    });

    it('may go by themselves, and be removed by owner and administrators alone', async () => {
      const room = await roomOf(ada);
      const grace = await guest(server.url, 'Grace');
      await Promise.all([bob, grace].map((session) => add(ada, room, session)));

      expect(await refusal(as(bob).delete(`/rooms/${room.id}/participants/${grace.user.id}`))).toEqual([
        403,
        'not_allowed',
      ]);
      expect((await remove(bob, room, bob)).status).toBe(204);
      expect((await remove(administrator, room, grace)).status).toBe(204);
      expect((await remove(ada, room, grace)).status).toBe(204);
      expect((await members(ada, room)).body.total).toBe(0);
    });

    it('are added by nobody but owner and administrators, and only users that exist', async () => {
      const room = await roomOf(ada);
      const path = `/rooms/${room.id}/participants`;

      expect(await refusal(as(bob).post(path, { userId: bob.user.id }))).toEqual([403, 'not_allowed']);
      expect(await refusal(as(ada).post(path, { userId: randomUUID() }))).toEqual([404, 'user_not_found']);
      expect(await refusal(as(ada).post(path, { userId: 'bob' }))).toEqual([400, 'invalid_payload']);
    });

    it('are nobody whom an e-mail address names, which anybody may have given as theirs', async () => {
      const room = await closedRoomOf(administrator);
      const impostor = await account('boss@corp.example');
      const path = `/rooms/${room.id}/participants`;

      expect(await refusal(as(administrator).post(path, { email: 'boss@corp.example' }))).toEqual([
        400,
        'invalid_payload',
      ]);
      expect(await refusal(as(administrator).post(path, {}))).toEqual([400, 'invalid_payload']);
      expect(await refusal(as(impostor).get(`/rooms/${room.slug}`))).toEqual([403, 'not_allowed']);
    });

    describe('that were invited', () => {
      const invite = async (session: Session, room: Room, body: object = {}) =>
        (await as(session).post<NewRoomInvitation>(`/rooms/${room.id}/invitations`, body)).body;
      const accept = (session: Session, room: Room, invitation: string) =>
        as(session).post(`/rooms/${room.slug}/participants`, { invitation });
      const open = (session: Session, room: Room) =>
        as(session).get<Page<RoomInvitation>>(`/rooms/${room.id}/invitations`);

      it('make themselves members with the code of a link, once', async () => {
        const room = await closedRoomOf(ada);
        const [carla, dora] = [await account(), await account()];
        const { id, code, url, label, expiresAt } = await invite(ada, room, { label: '  Carla from sales ' });

        expect(url).toBe(`${server.url}/r/${room.slug}/invitation#code=${code}`);
        expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
        expect((await open(ada, room)).body).toMatchObject({ items: [{ id, label: 'Carla from sales' }], total: 1 });
        expect(label).toBe('Carla from sales');
        expect(JSON.stringify((await open(ada, room)).body)).not.toContain(code);

        const both = await Promise.all([carla, dora].map((session) => accept(session, room, code)));
        expect(both.map(({ status }) => status).sort()).toEqual([201, 403]);
        const [taken, late] = both[0]!.status === 201 ? [carla, dora] : [dora, carla];
        expect((await members(ada, room)).body.items).toEqual([{ id: taken.user.id, username: taken.user.username }]);
        expect(await refusal(accept(late, room, code))).toEqual([403, 'invalid_invitation']);
        expect((await as(taken).get(`/rooms/${room.slug}`)).status).toBe(200);
        expect(await refusal(as(late).get(`/rooms/${room.slug}`))).toEqual([403, 'not_allowed']);
        expect((await open(ada, room)).body.total).toBe(0);
      });

      it('need an account, and the code of this very room', async () => {
        const [room, other] = [await roomOf(ada), await roomOf(ada)];
        const carla = await account();
        const { code } = await invite(ada, room);

        expect(await refusal(accept(await guest(server.url, 'Eve'), room, code))).toEqual([403, 'not_allowed']);
        expect(await refusal(accept(carla, other, code))).toEqual([403, 'invalid_invitation']);
        expect(await refusal(accept(carla, room, `${code}x`))).toEqual([403, 'invalid_invitation']);
        expect(await refusal(accept(carla, { ...room, slug: 'aaaa-bbbb-cccc' }, code))).toEqual([
          404,
          'room_not_found',
        ]);
        expect((await accept(carla, room, code)).status).toBe(201);
      });

      it('use up nothing where they are members or own the room already', async () => {
        const room = await roomOf(ada);
        const carla = await account();
        await add(ada, room, carla);
        const { code } = await invite(ada, room);

        expect((await accept(carla, room, code)).status).toBe(201);
        expect((await accept(administrator, room, code)).status).toBe(201);
        expect((await open(ada, room)).body.total).toBe(1);
        expect((await members(ada, room)).body.total).toBe(1);
      });

      it('come no more once the invitation is withdrawn, or after seven days', async () => {
        const room = await roomOf(ada);
        const carla = await account();
        const [withdrawn, expired] = [await invite(ada, room), await invite(ada, room)];
        const withdraw = (session: Session, { id }: { id: string }) =>
          as(session).delete(`/rooms/${room.id}/invitations/${id}`);

        expect(await refusal(withdraw(carla, withdrawn))).toEqual([403, 'not_allowed']);
        expect([(await withdraw(ada, withdrawn)).status, (await withdraw(ada, withdrawn)).status]).toEqual([204, 204]);
        await server.app
          .get<Repository<RoomInvitationEntity>>(getRepositoryToken(RoomInvitationEntity))
          .update({ id: expired.id }, { expiresAt: new Date(Date.now() - 1) });
        for (const { code } of [withdrawn, expired]) {
          expect(await refusal(accept(carla, room, code))).toEqual([403, 'invalid_invitation']);
        }
        expect((await open(ada, room)).body.total).toBe(0);
      });

      it('are invited by owner and administrators alone, a hundred at a time', async () => {
        const room = await roomOf(ada);
        await add(ada, room, bob);
        const path = `/rooms/${room.id}/invitations`;

        expect(await refusal(as(bob).post(path, {}))).toEqual([403, 'not_allowed']);
        expect(await refusal(as(bob).get(path))).toEqual([403, 'not_allowed']);
        expect((await as(administrator).post(path)).status).toBe(201);
        for (let made = 1; made < limits.roomInvitations; made += 1) {
          await invite(ada, room);
        }
        expect(await refusal(as(ada).post(path, {}))).toEqual([403, 'not_allowed']);
        expect((await open(ada, room)).body.total).toBe(limits.roomInvitations);
        expect(await refusal(as(ada).post(path, { label: 'x'.repeat(65) }))).toEqual([400, 'invalid_payload']);
      });

      it('are invited no more once the room is gone', async () => {
        const room = await roomOf(ada);
        const { code } = await invite(ada, room);
        await as(ada).delete(`/rooms/${room.id}`);

        expect(await refusal(accept(await account(), room, code))).toEqual([404, 'room_not_found']);
      });
    });

    it('go with their account and with the room', async () => {
      const [room, other] = [await roomOf(ada), await roomOf(ada)];
      const [grace, carl] = [await guest(server.url, 'Grace'), await guest(server.url, 'Carl')];
      await Promise.all([add(ada, room, grace), add(ada, other, carl)]);
      await as(grace).delete(`/users/${grace.user.id}`);
      await as(ada).delete(`/rooms/${other.id}`);

      expect((await members(ada, room)).body.total).toBe(0);
      expect((await as(carl).get<Page<Room>>('/rooms')).body.total).toBe(0);
    });
  });
});
