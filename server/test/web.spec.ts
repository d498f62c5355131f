/** What browsers and other callers get from addresses that are not of the REST API. */
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { clientAssets, sendClientPage } from '../src/web/client-build.js';
import { OWN_PATHS } from '../src/settings/settings.js';
import { api, startServer, temporaryFolder, type TestServer } from './harness.js';

/** What a browser accepts when somebody opens a page. */
const asBrowser = { headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } };

describe('the server', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(() => server.stop());

  it.each(['/', '/r/baku-rimo-tefa', '/anything/else'])('answers a browser that opens %s with a page', async (path) => {
    const response = await fetch(server.url + path, asBrowser);

    expect(response.headers.get('content-type')).toMatch('text/html');
    expect(await response.text()).toMatch(/<title>.*MiniMeet/);
  });

  it.each([
    '/',
    '/r/baku-rimo-tefa',
    '/login',
    '/signup',
    '/account',
    '/live',
    '/reports',
    '/reports/rooms/baku-rimo-tefa',
    '/reports/meetings/0f8b4b7e-58a2-4a4e-9d5c-0a6d6cf3a6a1',
  ])('answers whoever takes anything from %s with a page', async (path) => {
    expect((await fetch(server.url + path)).headers.get('content-type')).toMatch('text/html');
  });

  it.each([
    ['/', 'application/json'],
    ['/r/baku-rimo-tefa', 'application/json'],
    ['/assets/missing.js', '*/*'],
  ])('answers others who get %s as %s with a coded 404', async (path, accept) => {
    const response = await fetch(server.url + path, { headers: { accept } });

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  });

  it('lets the browser load nothing from elsewhere, and nobody frame its pages', async () => {
    const policy = (await fetch(server.url, asBrowser)).headers.get('content-security-policy');

    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe');
  });

  it('lets only the description of the API bring styles along, and no page scripts', async () => {
    for (const [path, isDescription] of [
      ['/api/docs', true],
      ['/api/docs/', true],
      ['/api/docs-json', false],
      ['/r/api/docs', false],
    ] as const) {
      const policy = (await fetch(server.url + path, asBrowser)).headers.get('content-security-policy');

      expect(policy).toContain("script-src 'self';");
      expect([path, policy?.includes("style-src 'self' 'unsafe-inline'")]).toEqual([path, isDescription]);
    }
  });

  it('compresses what is worth it', async () => {
    const response = await fetch(`${server.url}/api/docs-json`, { headers: { 'accept-encoding': 'gzip' } });

    expect(response.headers.get('content-encoding')).toBe('gzip');
  });

  it('has no address that PUBLIC_URL could take for its path', async () => {
    const { paths } = (await (await fetch(`${server.url}/api/docs-json`)).json()) as { paths: object };
    const first = new Set(Object.keys(paths).map((path) => path.split('/')[1]));

    expect([...first].filter((segment) => !OWN_PATHS.has(segment!))).toEqual([]);
  });

  it('sends what the description of the API looks like compressed, once and for all, and nothing else of that package', async () => {
    const bundle = `${server.url}/api/docs/swagger-ui-bundle.js`;
    const first = await fetch(bundle, { headers: { 'accept-encoding': 'br' } });
    const etag = first.headers.get('etag')!;
    const again = await fetch(bundle, { headers: { 'accept-encoding': 'br', 'if-none-match': etag } });

    expect(first.headers.get('content-encoding')).toBe('br');
    expect(first.headers.get('content-type')).toMatch('javascript');
    expect((await first.text()).length).toBeGreaterThan(1_000_000);
    expect(again.headers.get('etag')).toBe(etag);
    expect((await fetch(`${bundle}.map`)).status).toBe(404);
  });

  it('describes its API to people', async () => {
    const response = await fetch(`${server.url}/api/docs`, asBrowser);

    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('MiniMeet API')]);
  });
});

describe('an address that asks for files all the time', () => {
  it('is refused with a code', async () => {
    const server = await startServer({ RATE_LIMIT_FILE_REQUESTS: '2' });
    const ask = () => fetch(`${server.url}/api/docs/swagger-ui.css`);
    await ask();
    await ask();
    const refused = await ask();

    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({ error: { code: 'rate_limited' } });
    expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    await server.stop();
  });
});

describe('a server below a path of its host', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ PUBLIC_URL: 'https://example.org/meet' });
  });

  afterAll(() => server.stop());

  it.each(['', '/meet'])('answers whether or not a proxy has stripped it: %s', async (prefix) => {
    const page = await fetch(`${server.url}${prefix}/r/baku-rimo-tefa`, asBrowser);
    const session = await api(server.url + prefix).post('/auth/guest', { displayName: 'Ada' });
    const handshake = await fetch(`${server.url}${prefix}/socket.io/?EIO=4&transport=polling`);
    const description = await fetch(`${server.url}${prefix}/api/docs-json`);

    expect(page.headers.get('content-type')).toMatch('text/html');
    expect(session.status).toBe(201);
    expect(await handshake.text()).toMatch(/^0\{"sid"/);
    expect(await description.json()).toMatchObject({ servers: [{ url: '/meet' }] });
  });
});

describe('the client, also below a dot-folder', () => {
  let folder: string;
  let build: string;
  let server: Server;
  let url: string;

  beforeAll(async () => {
    folder = await temporaryFolder();
    build = join(folder, '.local', 'dist');
    await mkdir(join(build, 'assets'), { recursive: true });
    await writeFile(join(build, 'assets', 'index-1a2b3c.js'), 'meet()');
    await writeFile(join(build, 'icon.svg'), '<svg/>');
    server = express()
      .use(clientAssets(build))
      .use((_, response) => sendClientPage(response, '/meet', build))
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  const caching = async (path: string) => (await fetch(url + path)).headers.get('cache-control');

  it('is said to be missing while it is not built', async () => {
    const response = await fetch(url);

    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build');
  });

  it('is answered to every page, cached for good where the name has a hash, and asked for again elsewhere', async () => {
    await writeFile(join(build, 'index.html'), '<title>MiniMeet</title>');

    expect(await (await fetch(`${url}/r/baku-rimo-tefa`)).text()).toBe('<title>MiniMeet</title>');
    expect(await caching('/assets/index-1a2b3c.js')).toBe('public, max-age=31536000, immutable');
    expect(await caching('/icon.svg')).toBe('no-cache');
    expect(await caching('/')).toBe('no-cache');
    expect(await caching('/r/baku-rimo-tefa')).toBe('no-cache');
  });

  it('is told where its server is, below whatever path', async () => {
    await writeFile(
      join(build, 'index.html'),
      '<meta name="base-path" content="./" /><script src="./assets/index.js">',
    );

    expect(await (await fetch(`${url}/r/baku-rimo-tefa`)).text()).toBe(
      '<meta name="base-path" content="/meet/" /><script src="/meet/assets/index.js">',
    );
  });

  it.each([
    ['br, gzip', 'br', 'as brotli'],
    ['gzip, deflate, br;q=0', 'gzip', 'as gzip'],
    ['identity', null, 'meet()'],
  ])('is sent to who accepts %s as it was compressed when it was built: %s', async (accepted, encoding, content) => {
    await writeFile(join(build, 'assets', 'index-1a2b3c.js.br'), brotliCompressSync('as brotli'));
    await writeFile(join(build, 'assets', 'index-1a2b3c.js.gz'), gzipSync('as gzip'));
    const response = await fetch(`${url}/assets/index-1a2b3c.js`, { headers: { 'accept-encoding': accepted } });

    expect(response.headers.get('content-encoding')).toBe(encoding);
    expect(response.headers.get('content-type')).toMatch('javascript');
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('vary')).toBe('Accept-Encoding');
    expect(await response.text()).toBe(content);
  });

  it('gives out nothing from beside its folder', async () => {
    const response = await fetch(`${url}/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd`);

    expect(await response.text()).not.toContain('root:');
  });
});
