/** Every page and state of a meeting as axe sees it: light and dark, on a desk and on a phone. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, smallCamera, visit } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const desk = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const administrator = { email: 'admin@example.org', password: 'a long enough password' };

describe('axe finds no fault', () => {
  let server: RunningServer;
  let browser: Browser;
  let link: string;
  let host: Page;
  let guest: Page;

  beforeAll(async () => {
    server = await startServer({ ADMIN_EMAIL: administrator.email, ADMIN_PASSWORD: administrator.password });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (path: string) => {
    const { page } = await visit(`${server.url}${path}`, { viewport: desk, bypassCSP: true }, browser);
    return page;
  };

  it('on the pages without an account', async () => {
    const page = await open('/');
    await page.getByTestId('new-meeting-button').waitFor();
    await expectClean(page, 'start');
    for (const path of [
      '/login',
      '/signup',
      '/no/such/page',
      '/r/aaaa-bbbb-cccc',
      '/r/aaaa-bbbb-cccc/invitation#code=x',
    ]) {
      await page.goto(`${server.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expectClean(page, path);
    }
  });

  it('on the pages before a meeting', async () => {
    const { room } = await openRoom(server.url, { name: 'Access', password: 'a secret' });
    const page = await open(`/r/${room.slug}`);
    await page.getByTestId('name-input').waitFor();
    await expectClean(page, 'before a meeting with a password', phone);
  });

  it('on the page before a meeting where camera and microphone are refused', async () => {
    const { room } = await openRoom(server.url, { name: 'Refused' });
    const page = await open('/');
    await page.addInitScript(() => {
      const refuse = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
      Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { value: refuse });
    });
    await page.goto(`${server.url}/r/${room.slug}?name=Ada`);
    await page.getByTestId('camera-problem').waitFor();
    await expectClean(page, 'before a meeting without devices', phone);
    await page.getByTestId('join-button').click();
    await page.getByTestId('tile').waitFor();
    await expectClean(page, 'in a meeting without devices');
    await page.close();
  });

  it('in a meeting, alone and with others', async () => {
    const page = await open('/');
    await page.getByTestId('new-meeting-button').click();
    await page.getByTestId('name-input').fill('Ada');
    host = page;
    link = `/r/${new URL(page.url()).pathname.split('/').at(-1)}`;
    await page.getByTestId('join-button').click();
    await page.getByTestId('tile').first().waitFor();
    await expectClean(page, 'alone');

    guest = await open(`${link}?name=Bob&join=now&${smallCamera}`);
    await page.getByTestId('tile').nth(1).waitFor();
    await expectClean(page, 'with others');
  });

  it('in the chat and among what is found in it', async () => {
    const page = host;
    await page.getByTestId('toolbar-chat').click();
    await page.getByTestId('chat-input').fill('See https://example.org');
    await page.getByTestId('chat-input').press('Enter');
    await page.getByTestId('chat-message').and(page.locator('[data-status=sent]')).waitFor();
    await expectClean(page, 'chat', phone);
    await page.getByTestId('chat-search').fill('see');
    await page.getByTestId('chat-search-result').waitFor();
    await expectClean(page, 'search');
    await page.getByTestId('chat-search-clear').click();
    await page.getByTestId('panel-close').click();
  });

  it('among the people and in the menus for them', async () => {
    const page = host;
    await page.getByTestId('toolbar-people').click();
    await page.getByTestId('person').nth(1).waitFor();
    await expectClean(page, 'people', phone);
    for (const menu of ['meeting-menu', 'person-menu']) {
      await page.getByTestId(menu).first().click();
      await page.getByRole('menu').waitFor();
      await expectClean(page, menu);
      await page.keyboard.press('Escape');
      await page.getByRole('menu').waitFor({ state: 'detached' });
    }
    await page.getByTestId('meeting-menu').click();
    await page.getByTestId('end-meeting').click();
    await page.getByRole('dialog').waitFor();
    await expectClean(page, 'end the meeting');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByTestId('panel-close').click();
  });

  it('in the dialogs of a meeting', async () => {
    const page = host;
    for (const dialog of ['toolbar-devices', 'toolbar-room-settings']) {
      const button = page.getByTestId(dialog);
      if ((await button.count()) === 0) continue;
      await button.click();
      await page.getByRole('dialog').waitFor();
      await expectClean(page, dialog);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  it('with a shared screen, where it is shared and where it is seen', async () => {
    await host.getByTestId('toolbar-screen').click();
    await guest.getByTestId('screen-tile').locator('video').waitFor();
    await expectClean(host, 'sharing');
    await expectClean(guest, 'a shared screen', phone);
    await host.getByTestId('toolbar-screen').click();
    await guest.getByTestId('screen-tile').waitFor({ state: 'detached' });
  });

  it('with somebody in the lobby, from outside and from inside', async () => {
    await host.getByTestId('toolbar-room-settings').click();
    await host.getByTestId('lobby-switch').click();
    await host.getByTestId('save-room-settings').click();
    await host.getByTestId('room-settings').waitFor({ state: 'hidden' });
    const carol = await open(`${link}?name=Carol&join=now&${smallCamera}`);
    await carol.getByTestId('in-lobby').waitFor();
    await expectClean(carol, 'in the lobby', phone);
    await host.getByTestId('lobby-banner').waitFor();
    await expectClean(host, 'somebody waits');
    const dave = await open(`${link}?name=Dave&join=now&${smallCamera}`);
    await host.getByTestId('lobby-show').click();
    await host.getByTestId('lobby-person').nth(1).waitFor();
    await expectClean(host, 'people who wait', phone);
    await Promise.all([carol.close(), dave.close()]);
    await host.getByTestId('lobby-person').first().waitFor({ state: 'detached' });
  });

  it('on what comes after a meeting', async () => {
    await host.getByTestId('toolbar-leave').click();
    await host.getByRole('heading', { level: 1 }).waitFor();
    await expectClean(host, 'over');
  });

  it('on the pages of an administrator', async () => {
    const page = await open('/login');
    await page.getByTestId('email-input').fill(administrator.email);
    await page.getByTestId('password-input').fill(administrator.password);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname !== '/login');
    for (const path of ['/account', '/reports', '/live']) {
      await page.goto(`${server.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      await expectClean(page, path);
    }
  });
});

/** Axe with all its rules, in both colour schemes and, for pages as a whole, as wide as a phone. */
async function expectClean(page: Page, state: string, narrow: typeof phone | null = null): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const faults: string[] = [];
  for (const viewport of narrow ? [desk, narrow] : [desk]) {
    await page.setViewportSize(viewport);
    // Colours are the same on a phone: one scheme will do there.
    for (const colorScheme of viewport === desk ? (['light', 'dark'] as const) : (['dark'] as const)) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Colours fade into those of the other scheme from the next frame on; what fades is looked at when it is there.
      await page.evaluate(async () => {
        for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
        await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => undefined)));
      });
      const { violations } = await page.evaluate(() =>
        (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
      );
      for (const { id, nodes } of violations) {
        const [first] = nodes;
        faults.push(
          `${state}, ${colorScheme}, ${viewport.width}: ${id} (${nodes.length}) ${first?.html.slice(0, 160)} ${first?.failureSummary?.split('\n')[1]?.trim()}`,
        );
      }
    }
  }
  await page.setViewportSize(desk);
  expect(faults).toEqual([]);
}
