/** The chat, as two people at their browsers have it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, smallCamera, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';

describe('the chat', () => {
  let server: RunningServer;
  let slug: string;
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    server = await startServer();
  });

  beforeEach(async () => {
    slug = (await openRoom(server.url, { name: 'Chat' })).room.slug;
  });

  afterEach(async () => {
    await Promise.all(visitors.map(({ browser }) => browser.close()));
    const complaints = complaintsOf(visitors);
    visitors = [];
    expect(complaints).toEqual([]);
  });

  afterAll(() => server?.stop());

  /** In the meeting, with the chat open. */
  const enter = async (name: string, options: Parameters<typeof visit>[1] = {}): Promise<Page> => {
    const visitor = await visit(`${server.url}/r/${slug}?name=${name}&join=now&${smallCamera}`, options);
    visitors.push(visitor);
    await visitor.page.getByTestId('tile').first().waitFor();
    await visitor.page.getByTestId('toolbar-chat').click();

    return visitor.page;
  };

  const write = async (page: Page, text: string) => {
    await page.getByTestId('chat-input').fill(text);
    await page.getByTestId('chat-input').press('Enter');
    await message(page, text).and(page.locator('[data-status=sent]')).waitFor();
  };

  const message = (page: Page, text: string) => page.getByTestId('chat-message').filter({ hasText: text });

  it('tells who came and who went, and counts only what people write as unread', async () => {
    const ada = await enter('Ada');
    await ada.getByTestId('chat-line').filter({ hasText: 'Ada joined' }).waitFor();
    await ada.getByTestId('panel-close').click();
    const bob = await enter('Bob');
    await bob.getByTestId('chat-line').filter({ hasText: 'Bob joined' }).waitFor();
    await write(bob, 'Hello');
    await ada.getByRole('button', { name: /Chat.*1 unread/ }).waitFor();
    await bob.getByTestId('toolbar-leave').click();

    await ada.getByTestId('toolbar-chat').click();
    await ada.getByTestId('chat-line').filter({ hasText: 'Bob left' }).waitFor();
  });

  it('takes reactions, shows whose they are, and gives them back', async () => {
    const [ada, bob] = [await enter('Ada'), await enter('Bob')];
    await write(ada, 'Lunch?');
    await message(bob, 'Lunch?').hover();
    await bob.getByTestId('reaction-add').click();
    await bob.getByTestId('emoji-choice').first().click();

    await bob.getByRole('button', { name: '👍 1: You', pressed: true }).waitFor();
    await ada.getByRole('button', { name: '👍 1: Bob', pressed: false }).click();
    await bob.getByRole('button', { name: '👍 2: You and Ada' }).click();
    await ada.getByRole('button', { name: '👍 1: You', pressed: true }).click();
    await bob.getByTestId('reaction').waitFor({ state: 'detached' });
  });

  it('finds an old message and shows it among the others, on a phone too', async () => {
    const ada = await enter('Ada');
    await write(ada, 'The key is below the mat');
    // So much that it is out of sight.
    for (let index = 0; index < 18; index += 1) await write(ada, `Something else ${index}`);

    const bob = await enter('Bob', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await bob.getByTestId('chat-search').fill('KEY mat');
    await bob.getByTestId('chat-search-status').filter({ hasText: '1 message found' }).waitFor();
    expect(await bob.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await bob.getByTestId('chat-search-result').click();
    const found = message(bob, 'The key is below the mat');
    await found.waitFor();
    await bob.waitForFunction(() => document.activeElement?.textContent?.includes('below the mat'));
    expect(await found.evaluate((element) => element.getBoundingClientRect().top > 0)).toBe(true);

    await bob.getByTestId('chat-search').fill('nothing like it');
    await bob.getByTestId('chat-search-status').filter({ hasText: 'No message has these words.' }).waitFor();
    await bob.getByTestId('chat-search-clear').click();
    await found.waitFor({ state: 'attached' });
  });
});
