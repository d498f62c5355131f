/** Access tokens: how one gets them, and when they stop working. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Session, User } from '@minimeet/protocol';
import { AuthService } from '../src/auth/auth.service.js';
import { api, guest, refusal, startServer, type TestServer } from './harness.js';
import { onEachDatabase } from './stores/on-each-database.js';

const SECRET = 'a-secret-of-more-than-thirty-two-characters';
const ada = { email: 'ada@example.org', password: 'correct horse' };

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
      ['names nobody', () => token({ sub: '8d4c1e5a-0000-4000-8000-000000000000', version: 0, exp: inAnHour() })],
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
