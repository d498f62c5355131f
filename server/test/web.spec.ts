/** What browsers and other callers get from addresses that are not of the REST API. */
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { clientAssets, sendClientPage } from '../src/web/client-build.js';
import { startServer, temporaryFolder, type TestServer } from './harness.js';

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

  it('describes its API to people', async () => {
    const response = await fetch(`${server.url}/api/docs`, asBrowser);

    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('MiniMeet API')]);
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
      .use((_, response) => sendClientPage(response, build))
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

  it('gives out nothing from beside its folder', async () => {
    const response = await fetch(`${url}/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd`);

    expect(await response.text()).not.toContain('root:');
  });
});
