/** What README.md and docs/operating.md say of proxies, with real ones: links, addresses and sockets behind each. */
import { readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { networkInterfaces } from 'node:os';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JoinToken, NewApiKey, Room, Session } from '@minimeet/protocol';
import { io } from 'socket.io-client';
import { provideCertificate } from '../../scripts/lib/development-certificate.mjs';
import { exampleOf, findProxy, PROXY_NAMES, startProxy } from '../../scripts/test-servers/proxies.mjs';
import { api, basic, guest, temporaryFolder } from './harness.js';
import { compileServer, startServerProcess, type ServerProcess } from './server-process.js';
import { until } from './support.js';

const credentials = { email: 'olga@example.org', password: 'a long enough password' };
const FORGED = '203.0.113.9';

/** A client elsewhere: whoever comes from loopback is taken for a proxy. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe('a proxy on the same machine', () => {
  let folder: string;
  let files: { certFile: string; keyFile: string };
  let server: ServerProcess;
  let key: NewApiKey;
  let room: Room;

  beforeAll(async () => {
    compileServer();
    folder = await temporaryFolder();
    files = await provideCertificate({ folder, addresses: ['127.0.0.1', ...(outside ? [outside] : [])] });
    server = await startServerProcess({ DATA_DIR: folder, PUBLIC_URL: '', LOG_LEVEL: 'info' });
    await api(server.url).post('/users', { ...credentials, username: 'Olga' });
    const { accessToken } = (await api(server.url).post<Session>('/auth/login', credentials)).body;
    const { password: currentPassword } = credentials;
    key = (await api(server.url, accessToken).post<NewApiKey>('/api-keys', { label: 'Shop', currentPassword })).body;
    room = (await api(server.url, key).post<Room>('/rooms', { name: 'Advice', access: 'token' })).body;
  });

  afterAll(async () => {
    await server?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  describe.each(PROXY_NAMES)('%s, as the documentation has it', (name) => {
    const test = findProxy(name) ? it : it.skip;
    const testOutside = findProxy(name) && outside ? it : it.skip;
    let proxy: Awaited<ReturnType<typeof startProxy>>;
    let ca: string;

    beforeAll(async () => {
      if (findProxy(name)) {
        ca = await readFile(files.certFile, 'utf8');
        proxy = await startProxy(name, { example: exampleOf(name), upstream: new URL(server.url).host, ...files });
      }
    });

    afterAll(() => proxy?.close());

    const ask = (host: string, path: string, headers: Record<string, string>, body?: object) =>
      new Promise<unknown>((resolve, reject) => {
        const agent = new Agent({ ca });
        const method = body ? 'POST' : 'GET';
        const sent = request({ host, port: proxy.port, path, method, headers, agent }, (response) => {
          json(response).then(resolve, reject);
        });
        sent.once('error', reject).end(body && JSON.stringify(body));
      });

    test('makes links by HTTPS to where the browser is, without PUBLIC_URL', async () => {
      const headers = { authorization: basic(key), 'content-type': 'application/json' };
      const answer = await ask('127.0.0.1', `/rooms/${room.slug}/tokens`, headers, { identity: '7', name: 'Ada' });

      expect((answer as JoinToken).url).toContain(`https://127.0.0.1:${proxy.port}/r/${room.slug}`);
    });

    testOutside('tells the log where a client comes from, whatever that claims', async () => {
      const path = `/rooms/nothing-at-${name.toLowerCase()}`;
      await ask(outside!, path, { 'x-forwarded-for': FORGED, accept: 'application/json' });
      const logged = () =>
        server.output
          .split('\n')
          .filter((line) => line.includes(path))
          .map((line) => (JSON.parse(line) as { req: { remoteAddress: string } }).req.remoteAddress);
      await until(() => logged().length > 0);

      expect(logged()).toEqual([outside]);
    });

    test('carries WebSockets', async () => {
      const { accessToken } = await guest(server.url, 'Ada');
      const socket = io(`https://127.0.0.1:${proxy.port}`, {
        transports: ['websocket'],
        auth: { token: accessToken },
        ca,
        reconnection: false,
        forceNew: true,
      });

      await expect(
        new Promise((resolve, reject) => {
          socket.once('welcome', resolve);
          socket.once('connect_error', reject);
        }).finally(() => socket.disconnect()),
      ).resolves.toMatchObject({ user: { username: 'Ada' } });
    });
  });
});
