/** Who may come in: a password, the lobby and members alone, as the owner sets them and those outside meet them. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { complaintsOf, openBrowser, smallCamera, visit, type Visitor } from './support/browser.js';
import { startServer, type RunningServer } from './support/server.js';

describe('the door of a meeting', () => {
  let server: RunningServer;
  let browsers: Browser[] = [];
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    server = await startServer();
    browsers = await Promise.all([openBrowser(), openBrowser()]);
  });

  afterEach(async () => {
    await Promise.all(visitors.map(({ context }) => context.close()));
    // A browser writes every refused request to the console; a stranger's is one.
    const unexpected = complaintsOf(visitors).filter((complaint) => !/status of 403/.test(complaint));
    visitors = [];
    expect(unexpected).toEqual([]);
  });

  afterAll(async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    await server?.stop();
  });

  const open = async (browser: number, path: string, options: Parameters<typeof visit>[1] = {}) => {
    const visitor = await visit(server.url + path, options, browsers[browser]);
    visitors.push(visitor);

    return visitor.page;
  };

  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

  /** Somebody who has made a meeting of their own and is in it. */
  const owner = async () => {
    const page = await open(0, '/');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('pre-join').waitFor();
    const path = new URL(page.url()).pathname;
    await page.goto(`${server.url}${path}?name=Ada&join=now&${smallCamera}`);
    await page.getByTestId('tile').waitFor();

    return { page, path };
  };

  const changeRoom = async (page: Page, change: (dialog: ReturnType<Page['getByTestId']>) => Promise<void>) => {
    await page.getByTestId('toolbar-room-settings').click();
    const dialog = page.getByTestId('room-settings');
    await change(dialog);
    await dialog.getByTestId('save-room-settings').click();
    await dialog.waitFor({ state: 'hidden' });
  };

  it('opens with the password, and for whom the owner lets in', async () => {
    const { page: ada, path } = await owner();
    await changeRoom(ada, async (dialog) => {
      await dialog.getByTestId('access-password').click();
      await dialog.getByTestId('new-room-password-input').fill('open sesame');
      await dialog.getByTestId('lobby-switch').click();
    });

    const bob = await open(1, `${path}?${smallCamera}`, phone);
    await bob.getByTestId('name-input').fill('Bob');
    // Whoever does not know it is not told who is there.
    expect(await bob.getByTestId('people-now').count()).toBe(0);
    await bob.getByTestId('room-password-input').fill('open barley');
    await bob.getByTestId('join-button').click();
    await bob.getByTestId('join-problem').waitFor();
    expect(await bob.getByTestId('join-problem').textContent()).toMatch(/password is another/);
    await bob.getByTestId('room-password-input').fill('open sesame');
    await bob.getByTestId('join-button').click();
    await bob.getByTestId('in-lobby').waitFor();
    await bob.getByTestId('camera-preview').waitFor();
    expect(await bob.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

    await ada.getByTestId('lobby-banner').getByText('Bob waits').waitFor();
    await ada.getByTestId('lobby-refuse').click();
    await bob.getByTestId('join-problem').getByText('not let in').waitFor();
    await bob.getByTestId('join-button').click();
    await bob.getByTestId('in-lobby').waitFor();

    const eve = await open(1, `${path}?name=Eve&join=now&${smallCamera}`);
    await eve.getByTestId('join-problem').getByText('has a password').waitFor();
    await eve.getByTestId('room-password-input').fill('open sesame');
    await eve.getByTestId('join-button').click();
    await ada.getByTestId('lobby-banner').getByText('2 people').waitFor();
    await ada.getByTestId('lobby-show').click();
    expect(await ada.getByTestId('lobby-person').allTextContents()).toEqual([
      expect.stringContaining('Bob'),
      expect.stringContaining('Eve'),
    ]);
    await ada.getByTestId('people-list').getByRole('button', { name: 'Let all in' }).click();
    await ada.getByTestId('person').nth(2).waitFor();
    await bob.getByTestId('tile').first().waitFor();
    await eve.getByTestId('tile').first().waitFor();
    await ada.getByTestId('lobby-banner').waitFor({ state: 'hidden' });
    // They have no say in who comes next.
    expect(await eve.getByTestId('toolbar-room-settings').count()).toBe(0);

    // Whoever reloads the page is inside again without the password, and whoever has left is asked for it.
    await eve.reload();
    await eve.getByTestId('tile').first().waitFor();
    await eve.getByTestId('toolbar-leave').click();
    await eve.getByTestId('rejoin-button').waitFor();
    await eve.goto(`${server.url}${path}`);
    await eve.getByTestId('room-password-input').waitFor();
  });

  it('stays closed to strangers of a room for members, who learn nothing of it', async () => {
    const { page: ada, path } = await owner();
    await changeRoom(ada, (dialog) => dialog.getByTestId('access-members').click());

    const mallory = await open(1, path);
    await mallory.getByTestId('closed-room').waitFor();
    expect(await mallory.locator('body').textContent()).not.toMatch(/Ada|meeting’s|Meeting \(/);
    await mallory.goto(`${server.url}${path}?name=Mallory&join=now`);
    await mallory.getByTestId('closed-room').waitFor();
    expect(await ada.getByTestId('tile').count()).toBe(1);
  });
});
