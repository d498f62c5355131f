/** The users resource, and who may do what with it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page, Session, UpdateUser, User } from '@minimeet/protocol';
import { api, guest, refusal, startServer, type TestServer } from '../harness.js';
import { onEachDatabase } from './on-each-database.js';

const PASSWORD = 'correct horse';
const admin = { email: 'admin@example.org', password: 'administrator' };

onEachDatabase('users', (database) => {
  let server: TestServer;
  let adminToken: string;

  beforeAll(async () => {
    server = await startServer({ ...database(), ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password });
    adminToken = await login(admin.email, admin.password);
  });

  afterAll(() => server.stop());

  const anyone = () => api(server.url);
  const as = (token: string) => api(server.url, token);
  const anEmail = () => `${randomUUID()}@example.org`;

  async function login(email: string, password = PASSWORD): Promise<string> {
    return (await anyone().post<Session>('/auth/login', { email, password })).body.accessToken;
  }

  async function account(username = 'Ada'): Promise<{ user: User; email: string; token: string }> {
    const email = anEmail();
    const { body: user } = await anyone().post<User>('/users', { email, username, password: PASSWORD });

    return { user, email, token: await login(email) };
  }

  describe('being made', () => {
    it('answers 201 with the user, and never with a password', async () => {
      const { status, body } = await anyone().post('/users', {
        email: ' Ada@Example.org ',
        username: ' Ada ',
        password: PASSWORD,
      });

      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4/),
        email: 'ada@example.org',
        username: 'Ada',
        isActive: true,
        isGuest: false,
        isAdmin: false,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      });
    });

    it('refuses an address that somebody has, also in other capitals', async () => {
      const { email } = await account();
      const { status, body } = await anyone().post('/users', { email: email.toUpperCase(), username: 'Eve' });

      expect(status).toBe(409);
      expect(body.error.code).toBe('email_taken');
    });

    it('lets one win when several want the same address at the same time', async () => {
      const email = anEmail();
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => anyone().post('/users', { email, username: 'Ada', password: PASSWORD })),
      );

      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    });

    it.each([
      ['no address', { username: 'Ada' }, ['email']],
      ['no real address', { email: 'ada', username: 'Ada' }, ['email']],
      ['an empty name', { email: 'a@example.org', username: '  ' }, ['username']],
      ['a name with a line break', { email: 'a@example.org', username: 'A\nda' }, ['username']],
      ['a short password', { email: 'a@example.org', username: 'Ada', password: 'short' }, ['password']],
      ['a field that nobody knows', { email: 'a@example.org', username: 'Ada', isAdmin: true }, []],
    ])('refuses %s and says where the fault is', async (_, user, path) => {
      const { status, body } = await anyone().post('/users', user);

      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 'invalid_payload', issues: [{ path }] });
    });

    it('is for administrators alone where registration is closed', async () => {
      const closed = await startServer({
        ...database(),
        REGISTRATION_OPEN: 'false',
        ADMIN_EMAIL: admin.email,
        ADMIN_PASSWORD: admin.password,
      });
      const user = { email: anEmail(), username: 'Ada' };
      const refused = await api(closed.url).post('/users', user);
      const { body: session } = await api(closed.url).post<Session>('/auth/login', admin);
      const made = await api(closed.url, session.accessToken).post('/users', user);
      await closed.stop();

      expect([refused.status, refused.body.error.code]).toEqual([403, 'not_allowed']);
      expect(made.status).toBe(201);
    });
  });

  describe('being read', () => {
    it('shows you yourself, by id and as me', async () => {
      const { user, token } = await account();

      expect((await as(token).get(`/users/${user.id}`)).body).toEqual(user);
      expect((await as(token).get('/users/me')).body).toEqual(user);
    });

    it('shows anyone to an administrator, in pages, newest first', async () => {
      const [one, two, three] = [await account('One'), await account('Two'), await account('Three')];
      const first = await as(adminToken).get<Page<User>>('/users?limit=2');
      const second = await as(adminToken).get<Page<User>>('/users?limit=2&offset=2');

      expect(first.body.items).toEqual([three.user, two.user]);
      expect(second.body.items[0]).toEqual(one.user);
      expect(first.body).toMatchObject({ limit: 2, offset: 0, total: second.body.total });
      expect((await as(adminToken).get(`/users/${one.user.id}`)).body).toEqual(one.user);
    });

    it('shows nobody else, and no list, to others', async () => {
      const [ada, eve] = [await account('Ada'), await account('Eve')];
      const visitor = await guest(server.url, 'Visitor');

      for (const token of [eve.token, visitor.accessToken]) {
        for (const path of [`/users/${ada.user.id}`, '/users', `/users/${randomUUID()}`]) {
          expect([path, await refusal(as(token).get(path))]).toEqual([path, [403, 'not_allowed']]);
        }
      }
    });

    it('tells an administrator that there is no such user', async () => {
      expect(await refusal(as(adminToken).get(`/users/${randomUUID()}`))).toEqual([404, 'user_not_found']);
    });

    it.each(['/users', '/users/me', '/users/8d4c1e5a-0000-4000-8000-000000000000'])(
      'needs a token for %s',
      async (path) => {
        expect(await refusal(anyone().get(path))).toEqual([401, 'unauthorized']);
      },
    );
  });

  describe('being changed', () => {
    const change = (token: string, id: string, fields: UpdateUser) => as(token).patch<User>(`/users/${id}`, fields);

    it('changes your own name, also as a guest', async () => {
      const ada = await account('Ada');
      const visitor = await guest(server.url, 'Visitor');

      expect((await change(ada.token, ada.user.id, { username: 'Ada L.' })).body).toEqual({
        ...ada.user,
        username: 'Ada L.',
      });
      expect((await change(visitor.accessToken, visitor.user.id, { username: 'Grace' })).body.username).toBe('Grace');
    });

    it('wants the current password for a new address or password', async () => {
      const { user, token } = await account();
      const fields = { email: anEmail() };
      const missing = await as(token).patch(`/users/${user.id}`, fields);
      const wrong = await as(token).patch(`/users/${user.id}`, { ...fields, currentPassword: 'wrong horse' });

      expect(missing.body.error).toMatchObject({ code: 'invalid_payload', issues: [{ path: ['currentPassword'] }] });
      expect([wrong.status, wrong.body.error.code]).toEqual([401, 'invalid_credentials']);
      expect((await change(token, user.id, { ...fields, currentPassword: PASSWORD })).body.email).toBe(fields.email);
    });

    it('ends older access tokens with a new password', async () => {
      const { user, email, token } = await account();
      const { status } = await change(token, user.id, { password: 'battery staple', currentPassword: PASSWORD });

      expect(status).toBe(200);
      expect(await refusal(as(token).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect(await refusal(anyone().post('/auth/login', { email, password: PASSWORD }))).toEqual([
        401,
        'invalid_credentials',
      ]);
      expect((await as(await login(email, 'battery staple')).get('/users/me')).status).toBe(200);
    });

    it('lets an administrator deactivate somebody, who is then out until activated', async () => {
      const { user, email, token } = await account();
      await change(adminToken, user.id, { isActive: false });

      expect(await refusal(as(token).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect(await refusal(anyone().post('/auth/login', { email, password: PASSWORD }))).toEqual([
        401,
        'invalid_credentials',
      ]);

      await change(adminToken, user.id, { isActive: true });

      expect(await refusal(as(token).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect((await as(await login(email)).get('/users/me')).status).toBe(200);
    });

    it('lets an administrator give somebody another password without knowing the old one', async () => {
      const { user, email } = await account();
      await change(adminToken, user.id, { password: 'battery staple' });

      expect((await as(await login(email, 'battery staple')).get('/users/me')).status).toBe(200);
    });

    it('refuses others, your own activation, and an address or password for a guest', async () => {
      const [ada, eve] = [await account('Ada'), await account('Eve')];
      const visitor = await guest(server.url, 'Visitor');
      const forbidden: [token: string, id: string, UpdateUser][] = [
        [eve.token, ada.user.id, { username: 'Mallory' }],
        [visitor.accessToken, ada.user.id, { username: 'Mallory' }],
        [eve.token, eve.user.id, { isActive: true }],
        [visitor.accessToken, visitor.user.id, { email: anEmail() }],
        [visitor.accessToken, visitor.user.id, { password: 'battery staple' }],
        [adminToken, visitor.user.id, { email: anEmail() }],
      ];

      for (const [token, id, fields] of forbidden) {
        expect([fields, await refusal(as(token).patch(`/users/${id}`, fields))]).toEqual([
          fields,
          [403, 'not_allowed'],
        ]);
      }
      expect((await as(ada.token).get<User>('/users/me')).body).toEqual(ada.user);
    });

    it('refuses an address that somebody has', async () => {
      const [ada, eve] = [await account(), await account()];
      const fields = { email: ada.email, currentPassword: PASSWORD };

      expect(await refusal(as(eve.token).patch(`/users/${eve.user.id}`, fields))).toEqual([409, 'email_taken']);
    });

    it.each<[field: string, UpdateUser, ofAdministrator: number, ofThemselves: number]>([
      ['username', { username: 'Grace' }, 200, 200],
      ['email', { email: anEmail() }, 200, 400],
      ['password', { password: 'battery staple' }, 200, 400],
      ['isActive', { isActive: true }, 200, 403],
      ['currentPassword', { currentPassword: PASSWORD }, 400, 400],
    ])('takes %s alone or says what is missing', async (_, change, ofAdministrator, ofThemselves) => {
      const { user, token } = await account();

      expect((await as(token).patch(`/users/${user.id}`, change)).status).toBe(ofThemselves);
      expect((await as(adminToken).patch(`/users/${user.id}`, change)).status).toBe(ofAdministrator);
    });

    it('refuses a change of nothing', async () => {
      const { user, token } = await account();

      expect(await refusal(as(token).patch(`/users/${user.id}`, {}))).toEqual([400, 'invalid_payload']);
    });
  });

  describe('being deleted', () => {
    it('ends the account and its tokens, and frees the address', async () => {
      const { user, email, token } = await account();

      // Whoever found the token is not to delete the account with it.
      expect(await refusal(as(token).delete(`/users/${user.id}`))).toEqual([400, 'invalid_payload']);
      expect(await refusal(as(token).delete(`/users/${user.id}`, { currentPassword: 'guessed it' }))).toEqual([
        401,
        'invalid_credentials',
      ]);
      expect(await as(token).delete(`/users/${user.id}`, { currentPassword: PASSWORD })).toMatchObject({
        status: 204,
        body: undefined,
      });
      expect(await refusal(as(token).get('/users/me'))).toEqual([401, 'unauthorized']);
      expect((await anyone().post('/users', { email, username: 'Ada' })).status).toBe(201);
    });

    it('is for yourself and administrators', async () => {
      const [ada, eve] = [await account(), await account()];

      expect(await refusal(as(eve.token).delete(`/users/${ada.user.id}`))).toEqual([403, 'not_allowed']);
      expect((await as(adminToken).delete(`/users/${ada.user.id}`)).status).toBe(204);
      expect(await refusal(as(adminToken).delete(`/users/${ada.user.id}`))).toEqual([404, 'user_not_found']);
    });
  });
});
