/** A server below a path of its host, behind a proxy that strips it and behind one that does not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { provideCertificate } from '../../scripts/lib/development-certificate.mjs';
import { freePort } from '../../scripts/test-servers/ports.mjs';
import { exampleOf, findProxy, startProxy } from '../../scripts/test-servers/proxies.mjs';
import { complaintsOf, mediaOf, openBrowser, smallCamera, visit, type Visitor } from './support/browser.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

const behind = findProxy('nginx') ? describe : describe.skip;

behind.each([
  ['strips', 'http://127.0.0.1:3000/'],
  ['leaves', 'http://127.0.0.1:3000'],
])('below /meet, behind nginx that %s the path', (_, upstream) => {
  let folder: string;
  let server: RunningServer;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let browser: Browser;
  let url: string;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'minimeet-e2e-proxy-'));
    const files = await provideCertificate({ folder, addresses: ['127.0.0.1'] });
    const host = `127.0.0.1:${await freePort()}`;
    // The proxy is started first, as its port stands in the address of the server.
    const example = exampleOf('nginx')
      .replace('location / {', 'location /meet/ {')
      .replace('proxy_pass http://127.0.0.1:3000;', `proxy_pass ${upstream};`);
    proxy = await startProxy('nginx', { example, upstream: host, ...files });
    url = `https://127.0.0.1:${proxy.port}/meet`;
    [server, browser] = await Promise.all([
      startServer({ PORT: new URL(`http://${host}`).port, PUBLIC_URL: url }),
      openBrowser(),
    ]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await proxy?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const open = async (address: string) => {
    const visitor = await visit(address, { ignoreHTTPSErrors: true }, browser);
    visitors.push(visitor);

    return visitor.page;
  };

  it('two meet and see each other, by the link that one of them copies', async () => {
    const ada = await open(`${url}/`);
    const failed: string[] = [];
    ada.on('response', (response) => {
      const isAway = !response.url().startsWith(`${url}/`) && !/^(?:blob|data):/.test(response.url());
      if (response.status() >= 400 || isAway) failed.push(`${response.status()} ${response.url()}`);
    });
    await ada.getByTestId('new-meeting-button').click();
    await ada.getByTestId('pre-join').waitFor();
    expect(ada.url()).toMatch(/\/meet\/r\/[a-z]{4}-[a-z]{4}-[a-z]{4}$/);

    // Reloaded where it is, with other parameters: pages are found at any depth.
    await ada.goto(`${ada.url()}?name=Ada&join=now&${smallCamera}`);
    await ada.getByTestId('tile').first().waitFor();
    const link = ada.url().split('?')[0]!;
    const bob = await open(`${link}?name=Bob&join=now&${smallCamera}`);
    await Promise.all([ada, bob].map((page) => until(async () => (await mediaOf(page)).videosReceived.length === 1)));

    expect(failed).toEqual([]);
    expect(complaintsOf(visitors)).toEqual([]);
  });

  it('has its manifest, its picture and the description of its API there', async () => {
    const page = await open(`${url}/`);
    const told = await page.evaluate(async () => {
      const { href } = document.querySelector<HTMLLinkElement>('link[rel=manifest]')!;
      const manifest = (await (await fetch(href)).json()) as { start_url: string; scope: string };

      return { start: new URL(manifest.start_url, href).href, scope: new URL(manifest.scope, href).href };
    });
    expect(told).toEqual({ start: `${url}/`, scope: `${url}/` });

    await page.goto(`${url}/api/docs`);
    await page.getByText('Log in with e-mail address and password').waitFor();
    expect(await page.locator('.servers select option').first().getAttribute('value')).toBe('/meet');
  });

  it('keeps what it stores apart from what others of the same host store', async () => {
    const page = await open(`${url}/`);
    const keys = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);

    expect(keys.filter((key) => !key.startsWith('/meet '))).toEqual([]);
  });
});
