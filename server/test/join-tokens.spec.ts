/** Host applications: their API keys, and the people whom they send into rooms with join tokens. */
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  ApiKeyList,
  ErrorAnswer,
  JoinToken,
  NewApiKey,
  Notification,
  NotificationName,
  RequestResult,
  Room,
  Session,
  User,
} from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { DataSource } from 'typeorm';
import { ApiKeyEntity } from '../src/auth/api-key.entity.js';
import { SessionEntity } from '../src/auth/session.entity.js';
import { routerRtpCapabilities } from '../src/media/codecs.js';
import { api, createRoom, guest, refusal, startServer, type TestServer } from './harness.js';
import { listen, until } from './support.js';
import { onEachDatabase } from './stores/on-each-database.js';

const password = 'a long enough password';
const admin = { email: 'admin@example.org', password };
const now = () => Math.floor(Date.now() / 1000);

type Join = RequestResult<'join_room'> & Partial<ErrorAnswer>;

onEachDatabase('a host application', (database) => {
  let server: TestServer;
  let owner: Session;
  let key: NewApiKey;
  let room: Room;
  const sockets: Socket[] = [];
  let accounts = 0;

  beforeAll(async () => {
    server = await startServer({ ...database(), ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: password });
    owner = await account();
    key = await keyOf(owner);
    room = (await api(server.url, key).post<Room>('/rooms', { name: 'Advice', access: 'token' })).body;
  });

  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));

  afterAll(() => server.stop());

  const logIn = async (credentials: typeof admin) =>
    (await api(server.url).post<Session>('/auth/login', credentials)).body;

  async function account(): Promise<Session> {
    const credentials = { email: `owner${++accounts}@example.org`, password };
    await api(server.url).post('/users', { ...credentials, username: 'Olga' });

    return logIn(credentials);
  }

  const keyOf = async ({ accessToken }: Session, label = 'Shop') =>
    (await api(server.url, accessToken).post<NewApiKey>('/api-keys', { label, currentPassword: password })).body;

  /** As any JWT library would make it. */
  const mint = (claims: object = {}, { secret = key.secret, algorithm = 'HS256' } = {}) => {
    const usual = { iss: key.id, sub: 'customer 7', aud: 'join', room: room.slug, name: 'Grace', exp: now() + 60 };
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode({ ...usual, ...claims })}`;

    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };

  const tryToken = (token: string) => api(server.url).post<Session>('/auth/join-token', { token });
  const refusedToken = (token: string) => refusal(api(server.url).post('/auth/join-token', { token }));

  const sent = async (claims: object = {}, made?: { secret: string }): Promise<Session> => {
    const { status, body } = await tryToken(mint(claims, made));
    expect({ status, body }).toMatchObject({ status: 201 });

    return body;
  };

  const connect = ({ accessToken: token }: Session) => {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    sockets.push(socket);

    return socket;
  };

  const knock = async (
    session: Session,
    { roomId = room.slug, ...more }: { roomId?: string; replaces?: object } = {},
  ) => {
    const socket = connect(session);
    const told = { gone: false, heard: [] as { event: string; payload: unknown }[] };
    socket.on('disconnect', () => (told.gone = true));
    for (const event of ['user_left', 'role_changed', 'new_consumer'] as const) {
      listen(socket, event, (payload) => told.heard.push({ event, payload }));
    }
    socket.on('new_consumer', (_, accept: (answer: object) => void) => accept({}));
    const answer: Join = await socket
      .timeout(15_000)
      .emitWithAck('join_room', { roomId, rtpCapabilities: routerRtpCapabilities, ...more });
    const heard = <Name extends NotificationName>(name: Name) =>
      told.heard.filter(({ event }) => event === name).map(({ payload }) => payload as Notification<Name>);
    const ask = (event: string, payload: object = {}): Promise<Partial<ErrorAnswer>> =>
      socket.timeout(15_000).emitWithAck(event, payload);

    return {
      socket,
      answer,
      told,
      heard,
      ask,
      refusal: async (event: string, payload: object = {}) => (await ask(event, payload)).error?.code,
    };
  };

  const enter = async (session: Session, more: { roomId?: string } = {}) => {
    const person = await knock(session, more);
    expect(person.answer.error).toBeUndefined();

    return { ...person, id: person.answer.participant.id };
  };

  const refusedJoin = async (session: Session, more: { roomId?: string } = {}) =>
    (await knock(session, more)).answer.error?.code;

  const sound = (transportId: string) => ({
    transportId,
    kind: 'audio',
    source: 'microphone',
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc: 1 + Math.floor(Math.random() * 0xffff_fffe) }],
    },
  });

  describe('has a key', () => {
    it('whose secret is told once, kept nowhere, and enough to speak for its account about rooms', async () => {
      const me = api(server.url, owner.accessToken);
      const { items } = (await me.get<ApiKeyList>('/api-keys')).body;

      expect(key).toMatchObject({ id: expect.stringMatching(/^mk_[0-9a-f]{20}$/), label: 'Shop', lastUsedAt: null });
      expect(Buffer.byteLength(key.secret)).toBeGreaterThanOrEqual(32);
      expect(items).toEqual([
        { id: key.id, label: 'Shop', createdAt: key.createdAt, lastUsedAt: expect.stringMatching(/^\d{4}-/) },
      ]);
      expect(JSON.stringify(await server.app.get(DataSource).getRepository(ApiKeyEntity).find())).not.toContain(
        key.secret,
      );
      expect(room.owner?.id).toBe(owner.user.id);
      expect((await api(server.url, key).patch<Room>(`/rooms/${room.id}`, { name: 'Advice' })).status).toBe(200);
    });

    it.each<[string, () => { id: string; secret: string }]>([
      ['the secret is another one', () => ({ ...key, secret: `${key.secret}x` })],
      ['the secret is empty', () => ({ ...key, secret: '' })],
      ['there is no such key', () => ({ ...key, id: `mk_${'0'.repeat(20)}` })],
    ])('and is refused where %s', async (_, wrong) => {
      expect(await refusal(api(server.url, wrong()).get(`/rooms/${room.id}`))).toEqual([401, 'unauthorized']);
    });

    it('that guests cannot have, and of which an account has twenty at most', async () => {
      const grace = await guest(server.url, 'Grace');
      const somebody = await account();
      const make = (session: Session) =>
        api(server.url, session.accessToken).post('/api-keys', { label: 'Shop', currentPassword: password });

      expect(await refusal(make(grace))).toEqual([403, 'not_allowed']);
      for (let made = 0; made < 20; made++) {
        expect((await make(somebody)).status).toBe(201);
      }
      expect(await refusal(make(somebody))).toEqual([403, 'not_allowed']);
    });

    it('that who has found a token makes only with the password', async () => {
      const somebody = api(server.url, (await account()).accessToken);
      const make = (body: object) => refusal(somebody.post('/api-keys', { label: 'Shop', ...body }));

      expect(await make({})).toEqual([400, 'invalid_payload']);
      expect(await make({ currentPassword: 'a wrong password' })).toEqual([401, 'invalid_credentials']);
      expect((await somebody.get<ApiKeyList>('/api-keys')).body.items).toEqual([]);
    });

    it('that nobody else revokes', async () => {
      const stranger = api(server.url, (await account()).accessToken);

      expect(await refusal(stranger.delete(`/api-keys/${key.id}`))).toEqual([403, 'not_allowed']);
      expect(await refusal(stranger.delete(`/api-keys/mk_${'0'.repeat(20)}`))).toEqual([404, 'api_key_not_found']);
    });

    it('and is not asked for ever where it guesses secrets', async () => {
      const strict = await startServer({ RATE_LIMIT_LOGINS: '3' });
      const guess = () => refusal(api(strict.url, { ...key, secret: 'guess' }).get('/rooms/baku-rimo-tefa'));
      const outcomes = [await guess(), await guess(), await guess(), await guess()];
      await strict.stop();

      expect(outcomes.map(([status]) => status)).toEqual([401, 401, 401, 429]);
    });
  });

  describe('sends somebody', () => {
    it('with a token and a link of the server’s', async () => {
      const ask = { identity: 'customer 8', name: 'Henry', role: 'attendee', expiresIn: 600 };
      const { status, body } = await api(server.url, key).post<JoinToken>(`/rooms/${room.slug}/tokens`, ask);

      expect(status).toBe(201);
      expect(body.url).toBe(`${server.url}/r/${room.slug}#token=${body.token}`);
      expect(Date.parse(body.expiresAt) / 1000 - now()).toBeGreaterThan(500);
      const { body: session } = await tryToken(body.token);
      expect(session.user).toMatchObject({ username: 'Henry', isGuest: true, email: null });
      const henry = await enter(session);
      expect(henry.answer.participant).toMatchObject({ displayName: 'Henry', role: 'attendee' });
      expect(henry.answer.grants).toEqual(['join', 'publish', 'subscribe', 'chat', 'screen']);
    });

    it('with a token that it made by itself, who is the same user each time', async () => {
      const [first, again, other] = [await sent(), await sent({ name: 'Gracia' }), await sent({ sub: 'customer 9' })];
      const another = await account();
      const theirs = await keyOf(another);
      const elsewhere = await createRoom(server.url, another.accessToken);
      const namesake = await sent({ iss: theirs.id, room: elsewhere.id }, theirs);

      expect(again.user).toEqual({ ...first.user, username: 'Gracia' });
      expect(new Set([first, other, namesake].map(({ user }) => user.id)).size).toBe(3);
      expect((await enter(again)).answer.participant).toMatchObject({
        userId: first.user.id,
        displayName: 'Gracia',
        role: 'speaker',
      });
    });

    it('who carries on a session, but not for longer than a token may be valid', async () => {
      const { refreshToken } = await sent();
      const sessions = server.app.get(DataSource).getRepository(SessionEntity);
      const kept = async () => (await sessions.find({ order: { createdAt: 'DESC' }, take: 1 }))[0]!;
      const before = await kept();
      const next = await api(server.url).post<Session>('/auth/refresh', { refreshToken });

      expect(next.status).toBe(200);
      expect((await kept()).expiresAt).toEqual(before.expiresAt);
      expect((await enter(next.body)).answer.grants).toContain('publish');
      await sessions.update({ id: before.id }, { expiresAt: new Date() });
      expect(await refusal(api(server.url).post('/auth/refresh', { refreshToken: next.body.refreshToken }))).toEqual([
        401,
        'unauthorized',
      ]);
    });

    it.each<[string, () => string, string?]>([
      ['is no token', () => 'nonsense'],
      [
        'has text in place of claims',
        () => `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.bm9uc2Vuc2U.AAAA`,
      ],
      ['names a step of a path', () => mint({ sub: '..' })],
      ['is not signed by a key', () => owner.accessToken],
      ['has expired', () => mint({ exp: now() - 60 })],
      ['is not valid yet', () => mint({ nbf: now() + 50 })],
      ['is valid for too long', () => mint({ exp: now() + 100_000 })],
      ['is from the future', () => mint({ iat: now() + 50 })],
      ['is signed with another secret', () => mint({}, { secret: 'another secret' })],
      ['is not signed', () => mint({}, { algorithm: 'none' })],
      ['names no such key', () => mint({ iss: `mk_${'0'.repeat(20)}` })],
      ['is not meant for joining', () => mint({ aud: 'refresh' })],
      ['does not let in', () => mint({ grants: ['publish'] })],
      ['makes a moderator without saying so', () => mint({ role: 'moderator', grants: ['join', 'publish'] })],
      ['has no end', () => mint({ exp: undefined })],
      ['is for no room', () => mint({ room: 'zzzz-zzzz-zzzz' }), 'room_not_found'],
    ])('and nobody comes whose token %s', async (_, make, code = 'invalid_token') => {
      expect((await refusedToken(make()))[1]).toBe(code);
    });

    it('only into rooms of its account, also where that is an administrator’s', async () => {
      const ofAdmin = await keyOf(await logIn(admin));
      expect(await refusedToken(mint({ iss: ofAdmin.id }, ofAdmin))).toEqual([403, 'not_allowed']);
      expect(await refusal(api(server.url, ofAdmin).delete(`/rooms/${room.id}`))).toEqual([403, 'not_allowed']);

      const another = await account();
      const theirs = await createRoom(server.url, another.accessToken);
      const ask = { identity: 'customer 7', name: 'Grace' };

      expect(await refusedToken(mint({ room: theirs.slug }))).toEqual([403, 'not_allowed']);
      expect(await refusal(api(server.url, key).post(`/rooms/${theirs.slug}/tokens`, ask))).toEqual([
        403,
        'not_allowed',
      ]);
    });

    it('with a join token that is nobody’s access token, and a session that opens nothing else', async () => {
      const own = await createRoom(server.url, owner.accessToken);
      const session = await sent();
      const me = api(server.url, session.accessToken);

      expect(await refusal(api(server.url, mint()).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect((await me.get<User>('/users/me')).body).toEqual(session.user);
      expect((await me.get<Room>(`/rooms/${room.slug}`)).body.id).toBe(room.id);
      expect(await refusal(me.get(`/rooms/${own.slug}`))).toEqual([403, 'not_allowed']);
      expect(await refusal(me.post('/rooms', { name: 'Mine' }))).toEqual([403, 'not_allowed']);
      expect(await refusedJoin(session, { roomId: own.slug })).toBe('not_allowed');
    });
  });

  describe('keeps a room', () => {
    it('to which strangers find no way, and its members and those sent do', async () => {
      const stranger = await account();
      const member = await account();
      await api(server.url, owner.accessToken).post(`/rooms/${room.id}/participants`, { userId: member.user.id });

      expect(await refusal(api(server.url, stranger.accessToken).get(`/rooms/${room.slug}`))).toEqual([
        403,
        'not_allowed',
      ]);
      expect(await refusedJoin(stranger)).toBe('not_allowed');
      expect(await refusedJoin(await guest(server.url, 'Eve'))).toBe('not_allowed');
      await enter(member);
      await enter(await sent());
    });

    it.each([{ access: 'members' }, { password: 'open sesame' }, { access: 'open', lobby: true }])(
      'that is open to who is sent, though it is %j',
      async (door) => {
        const own = (await api(server.url, key).post<Room>('/rooms', { name: 'Advice', ...door })).body;
        const grace = await enter(await sent({ room: own.id }), { roomId: own.slug });

        // They did not decide who else comes in.
        expect(await grace.refusal('admit', { waitingIds: [crypto.randomUUID()] })).toBe('not_allowed');
      },
    );

    it('that they do not enter when it is locked, nor when they are banned from it', async () => {
      const own = (await api(server.url, key).post<Room>('/rooms', { name: 'Advice' })).body;
      const host = await enter(await sent({ room: own.id, sub: 'clerk', role: 'host' }), { roomId: own.slug });
      const grace = await enter(await sent({ room: own.id }), { roomId: own.slug });
      expect(host.answer.participant.role).toBe('host');

      await host.ask('lock_meeting', { locked: true });
      expect(await refusedJoin(await sent({ room: own.id, sub: 'late' }), { roomId: own.slug })).toBe('meeting_locked');
      await host.ask('lock_meeting', { locked: false });
      await host.ask('remove_participant', { participantId: grace.id, ban: true });
      expect(await refusedJoin(await sent({ room: own.id }), { roomId: own.slug })).toBe('not_allowed');
    });
  });

  describe('says what those whom it sends may do', () => {
    it('however a moderator changes their role', async () => {
      const host = await enter(await sent({ sub: 'clerk', role: 'host' }));
      const grace = await enter(await sent({ role: 'attendee', grants: ['join', 'publish'] }));
      const { sendTransport } = grace.answer;
      const may = () =>
        Promise.all([
          grace.refusal('produce', sound(sendTransport.id)),
          grace.refusal('send_message', { text: 'Hello', clientMessageId: crypto.randomUUID() }),
          grace.refusal('mute_all'),
        ]);

      expect(await may()).toEqual(['not_allowed', 'not_allowed', 'not_allowed']);
      expect(await host.refusal('set_role', { participantId: grace.id, role: 'moderator' })).toBe('not_allowed');
      expect(await host.refusal('set_role', { participantId: grace.id, role: 'speaker' })).toBeUndefined();
      expect(await may()).toEqual([undefined, 'not_allowed', 'not_allowed']);
    });

    it('and forwards nothing to who may not receive', async () => {
      const deaf = await enter(await sent({ sub: 'robot', grants: ['join', 'publish'] }));
      const hearing = await enter(await sent({ sub: 'listener', grants: ['join', 'subscribe'] }));
      const speaker = await enter(await sent());
      expect(await speaker.refusal('produce', sound(speaker.answer.sendTransport.id))).toBeUndefined();
      await until(() => hearing.heard('new_consumer').length === 1);

      // A round trip later, what would have been offered is there.
      await deaf.ask('ping');
      expect(deaf.heard('new_consumer')).toEqual([]);
    });
  });

  describe('changes its mind', () => {
    const removals = (person: { heard: (name: 'user_left') => Notification<'user_left'>[] }) =>
      person.heard('user_left').map(({ participantId, reason }) => [participantId, reason]);

    it('about one person, who leaves the room at once and comes back with a later token only', async () => {
      const own = (await api(server.url, key).post<Room>('/rooms', { name: 'Advice' })).body;
      const there = { roomId: own.slug };
      const token = mint({ room: own.id, iat: now() });
      const elsewhere = await enter(await sent());
      const other = await enter(await sent({ room: own.id, sub: 'customer 9' }), there);
      const { body: session } = await tryToken(token);
      const grace = await enter(session, there);
      const revoked = await api(server.url, key).delete(
        `/rooms/${own.slug}/tokens/${encodeURIComponent('customer 7')}`,
      );
      expect(revoked.status).toBe(204);

      await until(() => grace.told.gone && removals(other).length === 1);
      expect(removals(other)).toEqual([[grace.id, 'removed']]);
      expect([other.told.gone, elsewhere.told.gone]).toEqual([false, false]);
      expect(await refusedToken(token)).toEqual([401, 'invalid_token']);
      // One that does not say when it was made may be as old.
      expect(await refusedToken(mint({ room: own.id }))).toEqual([401, 'invalid_token']);
      expect(await refusal(api(server.url, session.accessToken).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect(await refusal(api(server.url).post('/auth/refresh', { refreshToken: session.refreshToken }))).toEqual([
        401,
        'unauthorized',
      ]);

      const ask = { identity: 'customer 7', name: 'Grace' };
      const again = await api(server.url, key).post<JoinToken>(`/rooms/${own.slug}/tokens`, ask);
      await enter((await tryToken(again.body.token)).body, there);
    });

    it('by its own clock, which may be ahead of the server’s or behind', async () => {
      const revoke = (identity: string, issuedUntil: number | string) =>
        api(server.url, key).delete(`/rooms/${room.slug}/tokens/${identity}?issuedUntil=${issuedUntil}`);

      for (const [identity, wrongBy] of [
        ['ahead', 20],
        ['behind', -20],
      ] as const) {
        const itsNow = now() + wrongBy;
        const before = mint({ sub: identity, iat: itsNow });
        expect((await tryToken(before)).status).toBe(201);
        expect((await revoke(identity, itsNow)).status).toBe(204);
        expect(await refusedToken(before)).toEqual([401, 'invalid_token']);
        // Whoever says less later takes nothing back.
        expect((await revoke(identity, itsNow - 5)).status).toBe(204);
        expect(await refusedToken(before)).toEqual([401, 'invalid_token']);
        expect((await tryToken(mint({ sub: identity, iat: itsNow + 1 }))).status).toBe(201);
      }
    });

    it('but not for a time that is far from now, or is none', async () => {
      for (const wrong of [now() + 60, now() - 60, 1e300, 'soon', '', -1]) {
        const answer = api(server.url, key).delete(`/rooms/${room.slug}/tokens/somebody?issuedUntil=${wrong}`);
        expect(await refusal(answer)).toEqual([400, 'invalid_payload']);
      }
    });

    it('about who came by a session that has expired since', async () => {
      const grace = await enter(await sent({ sub: 'late' }));
      await server.app.get(DataSource).getRepository(SessionEntity).delete({ roomId: room.id });
      await api(server.url, key).delete(`/rooms/${room.slug}/tokens/late`);

      await until(() => grace.told.gone);
    });

    it('about one room, which nobody outlasts by going on over what another one opened', async () => {
      const own = (await api(server.url, key).post<Room>('/rooms', { name: 'Advice' })).body;
      const grace = await enter(await sent({ room: own.id }), { roomId: own.slug });
      const elsewhere = connect(await sent());
      const seat = { participantId: grace.id, resumeToken: grace.answer.resumeToken };
      const { error } = await elsewhere.timeout(15_000).emitWithAck('resume_session', seat);

      expect(error?.code).toBe('session_expired');
      expect(grace.told.gone).toBe(false);
    });

    it('about a key, while another goes on', async () => {
      const [old, young] = [await keyOf(owner, 'Old'), await keyOf(owner, 'Young')];
      const byOld = await sent({ iss: old.id, sub: 'old' }, old);
      const [leaving, staying, lost] = [
        await enter(byOld),
        await enter(await sent({ iss: young.id, sub: 'young' }, young)),
        await enter(await sent({ iss: old.id, sub: 'lost' }, old)),
      ];
      // Their seat is kept for who comes back.
      lost.socket.io.engine.close();
      expect((await api(server.url, owner.accessToken).delete(`/api-keys/${old.id}`)).status).toBe(204);

      await until(() => leaving.told.gone && removals(staying).length === 2);
      expect(Object.fromEntries(removals(staying))).toEqual({ [leaving.id]: 'removed', [lost.id]: 'removed' });
      expect(await refusedToken(mint({ iss: old.id }, old))).toEqual([401, 'invalid_token']);
      expect(await refusal(api(server.url, old).get(`/rooms/${room.id}`))).toEqual([401, 'unauthorized']);
      expect(await refusal(api(server.url, byOld.accessToken).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect(staying.told.gone).toBe(false);
      await enter(await sent({ iss: young.id }, young));
    });

    it('with its account, whose keys and people are nothing without it', async () => {
      const somebody = await account();
      const theirs = await keyOf(somebody);
      const own = await createRoom(server.url, somebody.accessToken);
      const token = mint({ iss: theirs.id, room: own.id }, theirs);
      const { body: session } = await tryToken(token);
      const grace = await enter(session, { roomId: own.slug });
      const administrator = api(server.url, (await logIn(admin)).accessToken);
      await administrator.patch(`/users/${somebody.user.id}`, { isActive: false });

      await until(() => grace.told.gone);
      expect(await refusedToken(token)).toEqual([401, 'invalid_token']);
      expect(await refusal(api(server.url, session.accessToken).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect(await refusal(api(server.url, theirs).get(`/rooms/${own.id}`))).toEqual([401, 'unauthorized']);

      // A changed password ends what the account itself has open, and not what its application did.
      await administrator.patch(`/users/${somebody.user.id}`, { isActive: true });
      const back = await enter(session, { roomId: own.slug });
      await administrator.patch(`/users/${somebody.user.id}`, { password: 'another long password' });
      expect((await api(server.url, session.accessToken).get('/users/me')).status).toBe(200);
      expect(back.told.gone).toBe(false);
    });

    it.each(['a new password', 'a log-out everywhere'])(
      'about all keys of an account, where that is wished with %s',
      async (what) => {
        const somebody = await account();
        const { user, accessToken } = somebody;
        const keys = [await keyOf(somebody, 'Old'), await keyOf(somebody, 'Young')];
        const own = await createRoom(server.url, accessToken);
        const people = await Promise.all(
          keys.map(async (made) => enter(await sent({ iss: made.id, room: own.id }, made), { roomId: own.slug })),
        );
        const bystander = await enter(await sent({ sub: 'bystander' }));
        const me = api(server.url, accessToken);
        expect(await refusal(me.patch(`/users/${user.id}`, { username: 'Olga', revokeApiKeys: true }))).toEqual([
          400,
          'invalid_payload',
        ]);
        const change = { password: 'another long password', currentPassword: password, revokeApiKeys: true };
        expect(await refusal(me.patch(`/users/${user.id}`, { ...change, currentPassword: 'a wrong one' }))).toEqual([
          401,
          'invalid_credentials',
        ]);
        expect(await refusal(me.patch(`/users/${user.id}`, { ...change, email: admin.email }))).toEqual([
          409,
          'email_taken',
        ]);
        expect((await api(server.url, keys[0]).get(`/rooms/${own.id}`)).status).toBe(200);
        const { status } =
          what === 'a new password'
            ? await me.patch(`/users/${user.id}`, change)
            : await me.post('/auth/logout-everywhere', { revokeApiKeys: true });

        expect(status).toBeLessThan(300);
        await until(() => people.every(({ told }) => told.gone));
        for (const made of keys) {
          expect(await refusal(api(server.url, made).get(`/rooms/${own.id}`))).toEqual([401, 'unauthorized']);
        }
        expect(bystander.told.gone).toBe(false);
      },
    );

    it('also about a key that is made in the same moment', async () => {
      const somebody = await account();
      const me = api(server.url, somebody.accessToken);
      const making = Array.from({ length: 4 }, () =>
        me.post<NewApiKey>('/api-keys', { label: 'Thief', currentPassword: password }),
      );
      const change = { password: 'another long password', currentPassword: password, revokeApiKeys: true };
      const changed = await me.patch(`/users/${somebody.user.id}`, change);
      const made = await Promise.all(making);

      expect(changed.status).toBe(200);
      for (const { status, body } of made) {
        expect(status === 401 || (await api(server.url, body).get('/rooms')).status === 401).toBe(true);
      }
    });

    it('and an administrator shuts a person out for good', async () => {
      const { user } = await sent({ sub: 'troll' });
      const administrator = api(server.url, (await logIn(admin)).accessToken);
      await administrator.patch(`/users/${user.id}`, { isActive: false });

      expect(await refusedToken(mint({ sub: 'troll' }))).toEqual([403, 'not_allowed']);
    });
  });
});
