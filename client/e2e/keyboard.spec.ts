/** A meeting by keyboard alone, and what screen readers are told of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, smallCamera, visit } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

describe('a meeting by keyboard', () => {
  let server: RunningServer;
  let browser: Browser;
  let link: string;
  let host: Page;
  let guest: Page;

  beforeAll(async () => {
    server = await startServer();
    browser = await openBrowser();
    const { room } = await openRoom(server.url, { name: 'Keys' });
    link = `/r/${room.slug}`;
    host = await enter('Ada', smallCamera);
    guest = await enter('Bob', smallCamera);
    await guest.getByTestId('tile').nth(1).waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const enter = async (name: string, media: string): Promise<Page> => {
    const { page } = await visit(`${server.url}${link}?name=${name}&join=now&${media}`, {}, browser);
    await page.getByTestId('tile').first().waitFor();
    return page;
  };

  const focused = (page: Page) =>
    page.evaluate(() => {
      const { activeElement } = document;
      return `${activeElement?.getAttribute('data-testid')} ${activeElement?.getAttribute('aria-label') ?? ''}`.trim();
    });

  it('begins at the name of the meeting, and the tiles are one stop with arrows between them', async () => {
    expect(await focused(guest)).toBe('meeting-heading');
    await until(async () => (await guest.getByTestId('tile').count()) === 2);
    const stops = await guest
      .locator('[data-testid=stage] [tabindex="0"], [data-testid=stage] button:not([tabindex="-1"])')
      .count();
    expect(stops).toBe(1);
    await guest.keyboard.press('Tab');
    const first = await focused(guest);
    expect(first).toMatch(/^tile /);
    await guest.keyboard.press('End');
    const last = await focused(guest);
    expect(last).toMatch(/^tile /);
    expect(last).not.toBe(first);
    await guest.keyboard.press('Home');
    await guest.keyboard.press('ArrowRight');
    expect(await focused(guest)).toBe(last);
    await guest.keyboard.press('Home');
    await guest.keyboard.press('Enter');
    expect(await focused(guest)).toMatch(/^tile-pin Pin Ada/);
    await guest.keyboard.press('Enter');
    await guest.locator('[data-testid=tile][data-pinned]').waitFor();
    await guest.keyboard.press('Enter');
    await guest.keyboard.press('Escape');
    expect(await focused(guest)).toMatch(/^tile /);
    await guest.keyboard.press('Tab');
    expect(await focused(guest)).not.toMatch(/^tile/);
  });

  it('announces who comes, hands, and own mute', async () => {
    await host.getByTestId('announcements').filter({ hasText: 'Bob joined.' }).waitFor({ state: 'attached' });
    const told = guest.getByTestId('announcements');
    await host.keyboard.press('h');
    await told.filter({ hasText: 'Ada raised a hand.' }).waitFor({ state: 'attached' });
    await host.keyboard.press('h');
    await told.filter({ hasText: 'Ada lowered the hand.' }).waitFor({ state: 'attached' });
    await guest.keyboard.press('m');
    const own = guest.getByTestId('own-announcements');
    await own.filter({ hasText: /Microphone (on|off)\./ }).waitFor({ state: 'attached' });
  });

  it('lists its keys upon ?, takes them from any keyboard, and lets one switch them off', async () => {
    await guest.keyboard.press('?');
    await guest.getByTestId('shortcuts-dialog').getByText('Raise or lower your hand').waitFor();
    await guest.keyboard.press('Escape');
    await guest.getByTestId('shortcuts-dialog').waitFor({ state: 'detached' });
    const chat = guest.getByTestId('chat-input');
    const pressCyrillic = () =>
      guest.evaluate(() =>
        document.body.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'с', code: 'KeyC', bubbles: true, cancelable: true }),
        ),
      );
    await pressCyrillic();
    await chat.waitFor();
    await guest.getByTestId('panel-close').click();
    await chat.waitFor({ state: 'detached' });

    await guest.keyboard.press('?');
    await guest.getByTestId('single-keys').click();
    await guest.keyboard.press('Escape');
    await guest.getByTestId('shortcuts-dialog').waitFor({ state: 'detached' });
    await guest.keyboard.press('c');
    await pressCyrillic();
    await guest.keyboard.press('?');
    expect(await chat.count()).toBe(0);
    expect(await guest.getByTestId('shortcuts-dialog').count()).toBe(0);
    await guest.getByTestId('toolbar-devices').click();
    await guest.getByTestId('show-shortcuts').click();
    await guest.getByTestId('single-keys').click();
    expect(await guest.evaluate(() => localStorage.getItem('minimeet.preferences'))).toContain('"singleKeys":true');
  });

  it('announces who leaves', async () => {
    await guest.keyboard.press('Escape');
    await guest.getByTestId('shortcuts-dialog').waitFor({ state: 'detached' });
    await guest.keyboard.press('Escape');
    await guest.getByTestId('toolbar-leave').click();
    await host.getByTestId('announcements').filter({ hasText: 'Bob left.' }).waitFor({ state: 'attached' });
  });
});
