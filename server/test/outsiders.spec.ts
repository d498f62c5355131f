/** What a server keeps from those whom it does not concern: other users of the machine, strangers, and who had an earlier key of access tokens. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewApiKey, Room, Session } from '@minimeet/protocol';
import { api, createRoom, startServer, temporaryFolder, type TestServer } from './harness.js';

const credentials = { email: 'olga@example.org', password: 'a long enough password' };

describe('a server', () => {
  let dataDir: string;
  let server: TestServer;

  beforeAll(async () => {
    dataDir = await temporaryFolder();
  });

  afterEach(() => server.stop());

  afterAll(() => rm(dataDir, { recursive: true }));

  const start = async (jwtSecret: string) => {
    server = await startServer({ DATA_DIR: dataDir, JWT_SECRET: jwtSecret });

    return server.url;
  };

  const logIn = async (url: string) => (await api(url).post<Session>('/auth/login', credentials)).body;

  it('keeps its files from others, and says to strangers only whether it is ready', async () => {
    const url = await start('a'.repeat(40));
    await api(url).post('/users', { ...credentials, username: 'Olga' });
    await createRoom(url, (await logIn(url)).accessToken);

    const names = await readdir(dataDir);
    expect(names).toEqual(expect.arrayContaining(['minimeet.sqlite', 'minimeet.sqlite-wal', 'minimeet.sqlite-shm']));
    const modes = await Promise.all(names.map(async (name) => (await stat(join(dataDir, name))).mode & 0o777));
    expect(modes).toEqual(names.map(() => 0o600));
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);

    const strangers = await fetch(`${url}/health/ready`, { headers: { 'x-forwarded-for': '203.0.113.1' } });
    expect([strangers.status, await strangers.json()]).toEqual([
      200,
      { ready: true, canHostMeetings: true, stopping: false },
    ]);
    const { body } = await api(url).get<object>('/health/ready');
    expect(body).toMatchObject({ dependencies: expect.any(Array), mediaWorkers: {}, participants: {} });
  });

  it('ends access tokens with another key, and no integration', async () => {
    const before = await start('a'.repeat(40));
    const { accessToken } = await logIn(before);
    const wanted = { label: 'Shop', currentPassword: credentials.password };
    const { body: key } = await api(before, accessToken).post<NewApiKey>('/api-keys', wanted);
    const { body: room } = await api(before, key).post<Room>('/rooms', { name: 'Advice', access: 'token' });
    await server.stop();

    const after = await start('b'.repeat(40));
    expect((await api(after, accessToken).get('/users/me')).status).toBe(401);
    const made = await api(after, key).post<{ token: string }>(`/rooms/${room.id}/tokens`, {
      identity: '7',
      name: 'G',
    });
    expect(made.status).toBe(201);
    expect((await api(after).post('/auth/join-token', { token: made.body.token })).status).toBeLessThan(300);
  });
});
