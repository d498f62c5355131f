/** The chat, as two people at their browsers have it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { complaintsOf, smallCamera, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

describe('the chat', () => {
  let server: RunningServer;
  let data: string;
  let slug: string;
  let visitors: Visitor[] = [];

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'minimeet-chat-'));
    server = await startServer({ DATA_DIR: data });
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

  afterAll(async () => {
    await server?.stop();
    await rm(data, { recursive: true, force: true });
  });

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
    // Back among the newest, where it is out of sight.
    await message(bob, 'Something else 17').waitFor();
  });

  it('is in the page as far as it is in sight, stays where one reads, and leads back to the newest', async () => {
    const count = 5000;
    const { room, session } = await openRoom(server.url, { name: 'Long' });
    writeInto(data, room.id, session.user.id, count);
    slug = room.slug;
    const ada = await enter('Ada');
    await message(ada, `Message ${count}`).waitFor();
    const nodes = () => ada.getByTestId('chat-log').evaluate((log) => log.querySelectorAll('*').length);
    const log = ada.getByTestId('chat-log');
    const few = await nodes();

    // Back to the first one: all is loaded on the way.
    await ada.getByTestId('chat-search').fill('number1');
    await ada.getByTestId('chat-search-result').click();
    await message(ada, 'Message 1 number1').waitFor();
    await ada.waitForFunction(() => document.activeElement?.textContent === 'Message 1 number1');
    expect(await nodes()).toBeLessThan(2 * few + 200);

    // What others write moves nothing of what is read.
    const bob = await enter('Bob');
    const top = () => message(ada, 'Message 1 number1').evaluate((element) => element.getBoundingClientRect().top);
    const before = await top();
    await write(bob, 'Is anybody here?');
    await ada.getByTestId('chat-newest').filter({ hasText: '1 new message' }).waitFor();
    expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(1);
    expect(await message(ada, 'Is anybody here?').count()).toBe(0);
    await ada.getByTestId('chat-newest').click();
    await message(ada, 'Is anybody here?').waitFor();
    await ada.getByTestId('chat-newest').waitFor({ state: 'detached' });

    // At the end, the next one is in sight at once.
    await write(bob, 'At last');
    await message(ada, 'At last').waitFor();
    await ada.waitForFunction(() => {
      const bubbles = document.querySelectorAll('[data-testid=chat-message]');
      const list = document.querySelector('[data-testid=chat-log]')!.getBoundingClientRect();
      const last = bubbles[bubbles.length - 1]!;
      return last.textContent === 'At last' && last.getBoundingClientRect().bottom <= list.bottom;
    });
    expect(await nodes()).toBeLessThan(2 * few + 200);
    expect(await log.getAttribute('role')).toBe('log');
  });

  it('shows names and messages of any script in their own direction', async () => {
    const [dana, bob] = [await enter(encodeURIComponent('דנה')), await enter('Bob')];
    await write(dana, 'שלום, עולם.');
    await write(bob, 'Hello.');
    const directionOf = (locator: ReturnType<Page['locator']>) =>
      locator.evaluate((element) => getComputedStyle(element).direction);
    const hebrew = message(bob, 'שלום');
    expect(await directionOf(hebrew)).toBe('rtl');
    expect(await directionOf(message(bob, 'Hello.'))).toBe('ltr');
    const names = bob.locator('bdi').filter({ hasText: 'דנה' });
    // Above the message, in the line that says who joined, and on the tile.
    await until(async () => (await names.count()) >= 3);
    for (const name of await names.all()) expect(await directionOf(name)).toBe('rtl');
    await bob.getByTestId('chat-input').fill('مرحبا');
    expect(await directionOf(bob.getByTestId('chat-input'))).toBe('rtl');
    await bob.getByTestId('toolbar-people').click();
    const person = bob.getByTestId('person').filter({ hasText: 'דנה' });
    expect(await directionOf(person.locator('bdi'))).toBe('rtl');
    expect(await person.getByTestId('person-pin').getAttribute('aria-label')).toBe('Pin \u2068דנה\u2069');
  });

  it('costs no more to show when somebody sends what is slow to look through', async () => {
    const [ada, bob] = [await enter('Ada'), await enter('Bob')];
    const devtools = await ada.context().newCDPSession(ada);
    // What the page computes, and not what else the machine does meanwhile.
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const computed = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? NaN;
    };
    /** Seconds that Ada's page computes for eight messages of that text. */
    const costOf = async (text: string, mark: string) => {
      const before = await computed();
      for (let index = 1; index <= 8; index += 1) {
        await bob.getByTestId('chat-input').fill(`${text} ${mark}${index}`);
        await bob.getByTestId('chat-input').press('Enter');
        await message(ada, `${mark}${index}`).waitFor();
      }
      return (await computed()) - before;
    };
    const plain = await costOf('word '.repeat(790), 'plain');
    const hostile = await costOf(`http://a${')'.repeat(3950)}`, 'hostile');
    // Looked through in quadratic time it is 25 s of computing against a tenth of one.
    expect(hostile / plain).toBeLessThan(5);
  });
});

/** Writes messages into the server's embedded database, as quickly as nobody types. */
function writeInto(folder: string, roomId: string, userId: string, count: number): void {
  const database = new DatabaseSync(join(folder, 'minimeet.sqlite'));
  const insert = database.prepare(
    `INSERT INTO chat_messages (id, "roomId", sequence, kind, "userId", "displayName", "clientMessageId", text, words, "sentAt")
     VALUES (?, ?, ?, 'text', ?, 'Host', ?, ?, ?, ?)`,
  );
  database.exec('BEGIN');
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const sentAt = new Date(Date.now() - (count - sequence) * 60_000).toISOString().replace('T', ' ').replace('Z', '');
    const text = sequence === 1 ? 'Message 1 number1' : `Message ${sequence}`;
    const words = sequence === 1 ? '["number1"]' : '[]';
    insert.run(randomUUID(), roomId, sequence, userId, randomUUID(), text, words, sentAt);
  }
  database.exec('COMMIT');
  database.close();
}
