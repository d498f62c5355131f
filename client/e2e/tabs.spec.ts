/** One browser and its tabs: the meeting in two of them, the way back after a long absence, and a screen that stays on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, smallCamera, visit } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

describe('a tab', () => {
  let server: RunningServer;
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let slug: string;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer({ RECONNECT_GRACE: '1' }), openBrowser()]);
  });

  beforeEach(async () => {
    slug = (await openRoom(server.url, { name: 'Tabs' })).room.slug;
  });

  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const address = (name: string, more = '&join=now') => `${server.url}/r/${slug}?name=${name}${more}&${smallCamera}`;

  const open = async (name: string, prepare: (page: Page) => Promise<unknown> = async () => undefined) => {
    const { page, context } = await visit('about:blank', {}, browser);
    contexts.push(context);
    await prepare(page);
    await page.goto(address(name));
    await page.getByTestId('tile').first().waitFor();

    return page;
  };

  const hasTiles = (page: Page, count: number) => until(async () => (await page.getByTestId('tile').count()) === count);
  const state = (page: Page, device: string) => page.getByTestId(`toolbar-${device}`).getAttribute('data-state');

  it('asks where the meeting is in another one already, and moves it here', async () => {
    const bob = await open('Bob');
    const first = await open('Ada');
    await hasTiles(bob, 2);
    const second = await first.context().newPage();
    await second.goto(address('Ada'));
    await second.getByTestId('already-here').waitFor();
    expect(await second.getByTestId('meeting').count()).toBe(0);
    await second.getByTestId('join-button').click();
    await second.getByTestId('tile').first().waitFor();
    await first.getByTestId('meeting-over').getByText('You moved to another tab').waitFor();
    await hasTiles(bob, 2);

    // And back again.
    await first.getByTestId('rejoin-button').click();
    await first.getByTestId('tile').first().waitFor();
    await second.getByTestId('meeting-over').waitFor();
    await hasTiles(bob, 2);
  });

  it('joins without sound beside another one, and brings the sound over', async () => {
    const bob = await open('Bob');
    const first = await open('Ada');
    const second = await first.context().newPage();
    await second.goto(address('Ada', ''));
    await second.getByTestId('already-here').waitFor();
    await second.getByTestId('join-without-sound').click();
    await hasTiles(bob, 3);
    await hasTiles(second, 3);
    expect(await second.locator('audio').count()).toBe(0);
    expect(await state(second, 'microphone')).toBe('off');
    await second.getByTestId('silent-tab').waitFor();
    await second.getByTestId('move-here').click();
    await first.getByTestId('meeting-over').waitFor();
    await until(async () => (await second.locator('audio').count()) > 0);
    await hasTiles(bob, 2);
  });

  it('that is reloaded, or copied from one that is gone, is asked nothing', async () => {
    const first = await open('Ada');
    await first.reload();
    await first.getByTestId('meeting').waitFor();
    await first.close();
    const next = await contexts[0]!.newPage();
    await next.goto(address('Ada'));
    await next.getByTestId('meeting').waitFor();
  });

  it('that lost its network for longer than its seat was kept comes back as it was, and muted and dark if it slept, which it says', async () => {
    const bob = await open('Bob');
    const ada = await open('Ada');
    await hasTiles(bob, 2);
    const isOn = async () => [await state(ada, 'microphone'), await state(ada, 'camera')].join() === 'on,on';
    await until(isOn);
    const lose = async () => {
      await ada.context().setOffline(true);
      await hasTiles(bob, 1);
      await ada.getByTestId('reconnecting').waitFor();
    };
    await lose();
    await new Promise((resolve) => setTimeout(resolve, 5500));
    await ada.context().setOffline(false);
    await hasTiles(bob, 2);
    await bob.getByTestId('tile').filter({ hasText: 'Ada' }).locator('video').waitFor();
    expect(await isOn()).toBe(true);
    expect(await ada.getByTestId('returned-muted').count()).toBe(0);

    await lose();
    // Nothing of the page runs meanwhile, as on a machine that sleeps.
    await ada.evaluate(() => {
      const end = Date.now() + 7000;
      while (Date.now() < end);
    });
    await ada.context().setOffline(false);
    await ada.getByTestId('returned-muted').getByText('microphone and camera are off').waitFor();
    expect([await state(ada, 'microphone'), await state(ada, 'camera')]).toEqual(['off', 'off']);
    await hasTiles(bob, 2);
    const tile = bob.getByTestId('tile').filter({ hasText: 'Ada' });
    await tile.getByTestId('tile-muted').waitFor();
    expect(await tile.locator('video').count()).toBe(0);

    await ada.getByTestId('toolbar-camera').click();
    await tile.locator('video').waitFor();
    expect(await ada.getByTestId('returned-muted').count()).toBe(0);
  });

  it('that the browser brings back after an hour comes back muted and dark, and one that is reloaded as it was', async () => {
    const ada = await open('Ada');
    await until(async () => (await state(ada, 'camera')) === 'on');
    await ada.reload();
    await ada.getByTestId('meeting').waitFor();
    await until(async () => (await state(ada, 'camera')) === 'on');
    expect(await ada.getByTestId('returned-muted').count()).toBe(0);

    await ada.addInitScript(() => {
      const meeting = JSON.parse(sessionStorage.getItem('minimeet.meeting') ?? '{}') as { seenAt: number };
      sessionStorage.setItem('minimeet.meeting', JSON.stringify({ ...meeting, seenAt: Date.now() - 3_600_000 }));
    });
    await ada.reload();
    await ada.getByTestId('returned-muted').getByText('away for an hour').waitFor();
    expect([await state(ada, 'microphone'), await state(ada, 'camera')]).toEqual(['off', 'off']);
  });

  it('keeps the screen on in a meeting, also after it was hidden, and lets it go dark afterwards', async () => {
    const ada = await open('Ada', (page) =>
      page.addInitScript(() => {
        // A browser without windows has no screen to keep on.
        class Lock extends EventTarget {
          released = false;
          async release() {
            if (this.released) return;
            this.released = true;
            this.dispatchEvent(new Event('release'));
          }
        }
        const locks: Lock[] = [];
        Object.assign(window, { locks });
        navigator.wakeLock.request = async () => {
          const lock = new Lock();
          locks.push(lock);

          return lock as unknown as WakeLockSentinel;
        };
      }),
    );
    const held = () =>
      ada.evaluate(
        () => (window as unknown as { locks: WakeLockSentinel[] }).locks.filter(({ released }) => !released).length,
      );
    await until(async () => (await held()) === 1);

    // As a browser does: it takes the lock back from a page that is hidden.
    const setVisibility = (visibility: string) =>
      ada.evaluate(async (value) => {
        Object.defineProperty(document, 'visibilityState', { value, configurable: true });
        const { locks } = window as unknown as { locks: WakeLockSentinel[] };
        if (value === 'hidden') await Promise.all(locks.map((lock) => lock.release()));
        document.dispatchEvent(new Event('visibilitychange'));
      }, visibility);
    await setVisibility('hidden');
    expect(await held()).toBe(0);
    await setVisibility('visible');
    await until(async () => (await held()) === 1);

    await ada.getByTestId('toolbar-leave').click();
    await ada.getByTestId('meeting-over').waitFor();
    await until(async () => (await held()) === 0);
  });
});
