/** The web client works in the oldest supported browsers, and says so in older ones. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { browsersWithout } from '../../scripts/lib/browsers.mjs';
import { openBrowser, smallCamera } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';

interface Entry {
  __compat?: { support: Record<string, object> };
  [name: string]: unknown;
}

/** `URL.parse`, `Array.toSorted`: what MDN's data says that some supported browser lacks. */
function lacking(): string[] {
  const path = createRequire(import.meta.url).resolve('@mdn/browser-compat-data');
  const { api, javascript } = JSON.parse(readFileSync(path, 'utf8'));
  const groups: Record<string, Entry>[] = [api, javascript.builtins, javascript.builtins.Intl];

  return groups.flatMap((group) =>
    Object.entries(group).flatMap(([owner, members]) =>
      Object.entries({ ...members, '': members })
        .filter(([, entry]) => {
          const compat = (entry as Entry)?.__compat;

          return compat !== undefined && browsersWithout(compat.support).length > 0;
        })
        .map(([member]) => (member ? `${owner}.${member.replace(/_static$/, '')}` : owner)),
    ),
  );
}

describe('a browser', () => {
  let server: RunningServer;
  let browser: Browser;
  let slug: string;
  const pages: Page[] = [];
  let userAgent: string;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
    slug = (await openRoom(server.url, { name: 'Old browsers' })).room.slug;
    const blank = await browser.newPage();
    userAgent = (await blank.evaluate(() => navigator.userAgent)).replace('HeadlessChrome', 'Chrome');
    await blank.close();
  });

  afterEach(() => Promise.all(pages.splice(0).map((page) => page.context().close())));

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (path: string, prepare: (page: Page) => Promise<unknown>) => {
    // Without `userAgentData`, which some lack, only this tells what engine it is.
    const context = await browser.newContext({ userAgent });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    pages.push(page);
    const thrown: string[] = [];
    page.on('pageerror', (error) => thrown.push(error.message));
    await prepare(page);
    await page.goto(server.url + path);

    return { page, thrown };
  };

  it('that lacks whatever some supported one lacks goes through a meeting, and nothing throws', async () => {
    const names = lacking();
    expect(names).toEqual(expect.arrayContaining(['URL.parse', 'AbortSignal.any', 'Promise.withResolvers']));
    const without = (page: Page) => page.addInitScript(takeAway, names);
    const { page: other } = await open(`/r/${slug}?join=now&name=Other&${smallCamera}`, async () => undefined);
    const { page, thrown } = await open(`/r/${slug}?join=now&name=Old&${smallCamera}`, without);
    await page.getByTestId('tile').nth(1).waitFor();
    expect(await page.evaluate(() => [typeof URL.parse, 'any' in AbortSignal, 'groupBy' in Object])).toEqual([
      'undefined',
      false,
      false,
    ]);
    await page.locator('[data-testid=tile]:not([data-own]) video[data-begun]').waitFor();
    await page.getByTestId('toolbar-chat').click();
    await page.getByTestId('chat-input').fill('See https://example.org/minutes and www.example.org');
    await page.keyboard.press('Enter');
    await page.getByTestId('chat-message').getByRole('link').nth(1).waitFor();
    await other.getByTestId('toolbar-chat').click();
    await other.getByTestId('chat-message').getByRole('link').nth(1).waitFor();
    await page.getByTestId('toolbar-people').click();
    await page.getByTestId('person').nth(1).waitFor();
    await page.getByTestId('toolbar-hand').click();
    await page.getByTestId('toolbar-speaker-view').click();
    await page.getByTestId('toolbar-devices').click();
    await page.keyboard.press('Escape');
    await page.getByTestId('toolbar-leave').click();
    await page.getByTestId('meeting-over').waitFor();
    expect(thrown).toEqual([]);
    expect(await page.getByTestId('part-fault').count()).toBe(0);
  });

  it.each(['toSorted', 'findLast'])('that is older, without %s, is told what to use', async (method) => {
    const { page } = await open(`/r/${slug}`, (each) =>
      each.addInitScript((name) => void Reflect.deleteProperty(Array.prototype, name), method),
    );
    const notice = page.getByTestId('unsupported-browser');
    await notice.filter({ hasText: 'This browser is too old for MiniMeet' }).waitFor();
    await notice.filter({ hasText: 'Chrome or Edge 111, Firefox 120, Safari 16.4' }).waitFor();
    expect(await page.getByTestId('pre-join').count()).toBe(0);
  });

  it('without WebRTC is told that it is turned off', async () => {
    const { page } = await open(`/r/${slug}`, (each) =>
      each.addInitScript(() => void Reflect.deleteProperty(window, 'RTCPeerConnection')),
    );
    await page.getByTestId('unsupported-browser').filter({ hasText: 'WebRTC is turned off' }).waitFor();
  });
});

/** Runs in the page, before its own scripts. */
function takeAway(names: string[]): void {
  const globals = window as unknown as Record<string, { prototype?: object } | undefined>;
  for (const name of names) {
    const [owner = '', member] = name.split('.');
    const from = globals[owner] ?? (Intl as unknown as typeof globals)[owner];
    if (from === undefined || from === null) continue;
    if (member === undefined) {
      Reflect.deleteProperty(owner in Intl ? Intl : window, owner);
    } else {
      Reflect.deleteProperty(from, member);
      if (from.prototype) Reflect.deleteProperty(from.prototype, member);
    }
  }
}
