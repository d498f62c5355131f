/** Access tokens: how one gets them, and when they stop working. */
import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session, User } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { DataSource } from 'typeorm';
import { SessionEntity } from '../src/auth/session.entity.js';
import { AuthService } from '../src/auth/auth.service.js';
import { api, guest, refusal, startServer, type TestServer } from './harness.js';
import { onEachDatabase } from './stores/on-each-database.js';

const NOBODY = '8d4c1e5a-0000-4000-8000-000000000000';
const SECRET = 'a-secret-of-more-than-thirty-two-characters';
const ada = { email: 'ada@example.org', password: 'correct horse' };
const boss = { email: 'boss@example.org', password: 'a horse of course' };

onEachDatabase('access', (database) => {
  let server: TestServer;
  let user: User;

  beforeAll(async () => {
    server = await startServer({ ...database(), JWT_SECRET: SECRET });
    user = (await api(server.url).post<User>('/users', { ...ada, username: 'Ada' })).body;
  });

  afterAll(() => server.stop());

  const login = (credentials: { email: string; password: string }) =>
    api(server.url).post<Session>('/auth/login', credentials);
  const me = (token: string) => api(server.url, token).get('/users/me');
  const refusedLogin = (credentials: object) => refusal(api(server.url).post('/auth/login', credentials));

  it('is given to whom address and password fit', async () => {
    const { status, body } = await login({ ...ada, email: 'ADA@example.org' });

    expect(status).toBe(200);
    expect(body.user).toEqual(user);
    expect((await me(body.accessToken)).body).toEqual(user);
  });

  it('is refused in the same way for a wrong password, an unknown address and a user without password', async () => {
    await api(server.url).post('/users', { email: 'eve@example.org', username: 'Eve' });

    expect(await refusedLogin({ ...ada, password: 'wrong horse' })).toEqual([401, 'invalid_credentials']);
    expect(await refusedLogin({ ...ada, email: 'nobody@example.org' })).toEqual([401, 'invalid_credentials']);
    expect(await refusedLogin({ ...ada, email: 'eve@example.org' })).toEqual([401, 'invalid_credentials']);
  });

  it('is given to guests by their name alone', async () => {
    const { user, accessToken } = await guest(server.url, ' Grace ');

    expect(user).toMatchObject({ username: 'Grace', email: null, isGuest: true, isAdmin: false, isActive: true });
    expect((await me(accessToken)).body).toEqual(user);
  });

  it('is not given to guests where they are not allowed', async () => {
    const closed = await startServer({ GUESTS_ALLOWED: 'false' });
    const refused = await refusal(api(closed.url).post('/auth/guest', { displayName: 'Grace' }));
    await closed.stop();

    expect(refused).toEqual([403, 'not_allowed']);
  });

  it('says with a 401 how to authenticate', async () => {
    expect((await api(server.url).get('/rooms')).headers.get('www-authenticate')).toBe('Bearer');
  });

  describe('by a token', () => {
    let refreshToken: string;

    beforeAll(async () => {
      ({ refreshToken } = (await login(ada)).body);
    });

    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;
    const token = (claims: object, { secret = SECRET, header = { alg: 'HS256', typ: 'JWT' } } = {}) => {
      const signed = `${encode(header)}.${encode(claims)}`;

      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    };

    it('works with what the server would have signed', async () => {
      expect((await me(token({ sub: user.id, version: 0, exp: inAnHour() }))).status).toBe(200);
    });

    it.each<[string, () => string]>([
      ['is no token', () => 'nonsense'],
      ['is signed with another key', () => token({ sub: user.id, version: 0, exp: inAnHour() }, { secret: 'other' })],
      ['has expired', () => token({ sub: user.id, version: 0, exp: inAnHour() - 3601 })],
      ['names nobody', () => token({ sub: NOBODY, version: 0, exp: inAnHour() })],
      ['is a refresh token', () => refreshToken],
      ['is of another session than runs', () => token({ sub: user.id, version: 0, session: NOBODY, exp: inAnHour() })],
      ['is of an older version', () => token({ sub: user.id, version: -1, exp: inAnHour() })],
      ['has no version', () => token({ sub: user.id, exp: inAnHour() })],
      ['is not signed', () => `${encode({ alg: 'none' })}.${encode({ sub: user.id, version: 0 })}.`],
    ])('is refused when it %s', async (_, make) => {
      expect(await refusal(me(make()))).toEqual([401, 'unauthorized']);
    });

    it('is the same for sockets', async () => {
      const { body } = await login(ada);
      const auth = server.app.get(AuthService);

      await expect(auth.authenticate(body.accessToken)).resolves.toEqual(user);
      await expect(auth.authenticate('')).rejects.toMatchObject({ code: 'unauthorized' });
    });

    it('does not keep somebody with an old one from logging in', async () => {
      expect((await api(server.url, 'old').post('/auth/login', ada)).status).toBe(200);
    });
  });
});

onEachDatabase('a session', (database) => {
  let server: TestServer;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer({ ...database(), ADMIN_EMAIL: boss.email, ADMIN_PASSWORD: boss.password });
    await api(server.url).post<User>('/users', { ...ada, username: 'Ada' });
  });

  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
  afterAll(() => server.stop());

  const login = async () => (await api(server.url).post<Session>('/auth/login', ada)).body;
  const refresh = (refreshToken: string) => api(server.url).post<Session>('/auth/refresh', { refreshToken });
  const refusedRefresh = (refreshToken: string) => refusal(api(server.url).post('/auth/refresh', { refreshToken }));
  const works = async ({ accessToken }: Session) =>
    (await api(server.url, accessToken).get('/users/me')).status === 200;
  const UNAUTHORIZED = [401, 'unauthorized'];

  /** A socket that was let in, and a promise of its end. */
  async function connected({ accessToken }: Session) {
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { token: accessToken },
    });
    sockets.push(socket);
    await new Promise((resolve) => socket.once('welcome', resolve));

    return { socket, ended: new Promise((resolve) => socket.once('disconnect', resolve)) };
  }

  /** As if so many seconds had passed since: the session's turn begins earlier. */
  async function passed(seconds: number): Promise<void> {
    const sessions = server.app.get(DataSource).getRepository(SessionEntity);
    for (const { id, refreshedAt } of await sessions.find()) {
      await sessions.update({ id }, { refreshedAt: new Date(refreshedAt.getTime() - seconds * 1000) });
    }
  }

  it('goes on with other tokens, and with those from before until they expire', async () => {
    const first = await login();
    const second = (await refresh(first.refreshToken)).body;
    const third = (await refresh(second.refreshToken)).body;

    expect(second.user).toEqual(first.user);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(await Promise.all([first, second, third].map(works))).toEqual([true, true, true]);
    expect(third.expiresIn).toBe(900);
  });

  it('gives the same to two who come at once, and to who did not hear the answer', async () => {
    const { refreshToken } = await login();
    const [one, other] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    const again = await refresh(refreshToken);

    expect([one.status, other.status, again.status]).toEqual([200, 200, 200]);
    // Whichever of them is used next, it is the present one.
    await passed(60);
    expect((await refresh(other.body.refreshToken)).status).toBe(200);
    expect((await refresh(one.body.refreshToken)).status).toBe(200);
  });

  it('ends for all its tokens and sockets when a refresh token comes again that was used before', async () => {
    const stolen = await login();
    const other = await login();
    const second = (await refresh(stolen.refreshToken)).body;
    const { ended } = await connected(second);
    await passed(60);

    expect(await refusedRefresh(stolen.refreshToken)).toEqual(UNAUTHORIZED);
    expect(await refusedRefresh(second.refreshToken)).toEqual(UNAUTHORIZED);
    expect([await works(stolen), await works(second), await works(other)]).toEqual([false, false, true]);
    await ended;
  });

  it('ends at a log-out, with its sockets and no others', async () => {
    const [here, there] = [await login(), await login()];
    const socketThere = (await connected(there)).socket;
    const { ended } = await connected(here);
    const logOut = () => api(server.url).post('/auth/logout', { refreshToken: here.refreshToken });

    expect((await logOut()).status).toBe(204);
    expect((await logOut()).status).toBe(204);
    await ended;
    expect([await works(here), await works(there)]).toEqual([false, true]);
    expect(await refusedRefresh(here.refreshToken)).toEqual(UNAUTHORIZED);
    expect(await socketThere.timeout(5000).emitWithAck('ping', {})).toMatchObject({ pong: expect.any(Number) });
  });

  it('ends everywhere when its user wishes so, and another one may begin at once', async () => {
    const sessions = [await login(), await login()];
    const ends = (await Promise.all(sessions.map(connected))).map(({ ended }) => ended);

    const everywhere = (init: RequestInit) =>
      fetch(`${server.url}/auth/logout-everywhere`, {
        method: 'POST',
        ...init,
        headers: { authorization: `Bearer ${sessions[0]!.accessToken}`, ...init.headers },
      });
    // What it cannot read is not taken for no wish at all.
    const unread = { body: '{"revokeApiKeys":true}', headers: { 'content-type': 'text/plain' } };
    expect((await everywhere(unread)).status).toBe(400);
    expect((await everywhere({})).status).toBe(204);
    await Promise.all(ends);
    expect(await Promise.all(sessions.map(works))).toEqual([false, false]);
    expect(await refusedRefresh(sessions[1]!.refreshToken)).toEqual(UNAUTHORIZED);
    expect(await works(await login())).toBe(true);
  });

  it('ends with its user’s access, and takes nothing but its own refresh tokens', async () => {
    const { accessToken, user } = await login();
    expect(await refusedRefresh(accessToken)).toEqual(UNAUTHORIZED);
    expect(await refusedRefresh('nonsense')).toEqual(UNAUTHORIZED);
    expect(await refusal(api(server.url).post('/auth/logout', { refreshToken: accessToken }))).toEqual(UNAUTHORIZED);

    const { refreshToken } = await login();
    await api(server.url, accessToken).patch(`/users/${user.id}`, {
      password: 'another horse',
      currentPassword: ada.password,
    });
    expect(await refusedRefresh(refreshToken)).toEqual(UNAUTHORIZED);
  });

  it('says of a user who was deactivated or deleted that their access has ended', async () => {
    const guests = [await guest(server.url, 'Gus'), await guest(server.url, 'Gaby')] as const;
    const [gus, gaby] = guests;
    const { accessToken } = (await api(server.url).post<Session>('/auth/login', boss)).body;
    await api(server.url, accessToken).patch(`/users/${gus.user.id}`, { isActive: false });
    await api(server.url, gaby.accessToken).delete(`/users/${gaby.user.id}`);

    for (const { refreshToken } of guests) {
      expect(await refusedRefresh(refreshToken)).toEqual([403, 'access_ended']);
    }
  });
});

describe('a socket', () => {
  it('goes on when the token has expired with which it came, for as long as the session runs', async () => {
    const server = await startServer();
    const auth = server.app.get(AuthService);
    const { accessToken, refreshToken, user } = await guest(server.url, 'Grace');
    const claims = await auth.claimsOf(accessToken);

    // What it came with is not looked at again.
    expect(await auth.userOf(claims)).toEqual(user);
    await auth.logOut(refreshToken);
    await expect(auth.userOf(claims)).rejects.toMatchObject({ code: 'unauthorized' });
    await server.stop();
  });
});

describe('an e-mail address', () => {
  it('is one address however it is written, and may be tried a few times only, whether it is known or not', async () => {
    const server = await startServer({ RATE_LIMIT_FAILED_LOGINS: '3', RATE_LIMIT_FAILED_LOGINS_ANYWHERE: '7' });
    await api(server.url).post('/users', { ...ada, username: 'Ada' });
    const attempt = (email: string, password: string) => api(server.url).post('/auth/login', { email, password });
    const outcomes = async (email: string) => {
      const codes: string[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        codes.push((await refusal(attempt(email, 'wrong horse')))[1]);
      }

      return codes;
    };

    // Written with letters of full width, and in capitals.
    expect((await attempt('ＡＤＡ＠example.org', ada.password)).status).toBe(200);
    expect(await refusal(api(server.url).post('/users', { email: 'ａda@EXAMPLE.org', username: 'Eve' }))).toEqual([
      409,
      'email_taken',
    ]);
    const limited = [...Array(3).fill('invalid_credentials'), ...Array(2).fill('rate_limited')];
    expect(await outcomes(ada.email)).toEqual(limited);
    expect(await outcomes('nobody@example.org')).toEqual(limited);
    // The right password does not tell either, until the time is over.
    expect(await refusal(attempt(ada.email, ada.password))).toEqual([429, 'rate_limited']);

    // From another address it does: who tries passwords keeps nobody else out, unless they have many addresses.
    const attemptFrom = async (address: string, email: string, password: string) => {
      const response = await fetch(`${server.url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ email, password }),
      });

      return response.status;
    };
    expect(await attemptFrom('203.0.113.1', ada.email, ada.password)).toBe(200);
    for (const email of [ada.email, 'nobody@example.org']) {
      const statuses: number[] = [];
      for (const address of [2, 2, 3, 3, 4, 4].map((number) => `203.0.113.${number}`)) {
        statuses.push(await attemptFrom(address, email, 'wrong horse'));
      }
      expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    }
    await server.stop();
  });

  it('is tried just as often by who has found a token, and wants the password to it', async () => {
    const server = await startServer({ RATE_LIMIT_FAILED_LOGINS: '3' });
    const { body: user } = await api(server.url).post<User>('/users', { ...ada, username: 'Ada' });
    const { accessToken } = (await api(server.url).post<Session>('/auth/login', ada)).body;
    const change = (currentPassword: string) =>
      refusal(api(server.url, accessToken).patch(`/users/${user.id}`, { password: 'another horse', currentPassword }));
    const makeKey = (currentPassword: string) =>
      refusal(api(server.url, accessToken).post('/api-keys', { label: 'Shop', currentPassword }));
    const codes: string[] = [];
    for (const [guess, ask] of [
      ['one', change],
      ['two', makeKey],
      ['three', change],
      [ada.password, makeKey],
      [ada.password, change],
    ] as const) {
      codes.push((await ask(guess))[1]);
    }

    expect(codes).toEqual([...Array(3).fill('invalid_credentials'), ...Array(2).fill('rate_limited')]);
    expect(await refusal(api(server.url).post('/auth/login', ada))).toEqual([429, 'rate_limited']);
    // What needs no password is theirs to change all the same.
    expect((await api(server.url, accessToken).patch(`/users/${user.id}`, { username: 'Ada L.' })).status).toBe(200);
    await server.stop();
  });
});

describe('the rate limits of one address', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ RATE_LIMIT_LOGINS: '2', RATE_LIMIT_REST_REQUESTS: '6' });
  });

  afterAll(() => server.stop());

  it('let few logins through, more of other requests, and every health check', async () => {
    const attempt = () => refusal(api(server.url).post('/auth/login', ada));

    expect([await attempt(), await attempt()]).toEqual(Array(2).fill([401, 'invalid_credentials']));
    expect(await attempt()).toEqual([429, 'rate_limited']);

    const { status } = await api(server.url).post('/auth/guest', { displayName: 'Grace' });
    expect(status).toBe(201);

    // The fifth and the sixth; what is refused for another reason counts as well.
    expect(await refusal(api(server.url).post('/auth/guest', {}))).toEqual([400, 'invalid_payload']);
    expect(await refusal(api(server.url).get('/rooms'))).toEqual([401, 'unauthorized']);

    const refused = await api(server.url).get('/rooms');
    expect(refused.body.error.code).toBe('rate_limited');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

    expect((await api(server.url).get('/health/live')).status).toBe(200);
  });
});
