/** The meeting's interface holds: against Back, translators, errors in one part, and on a phone with a panel open. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { mediaOf, openBrowser, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

const phone = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

describe('the interface of a meeting', () => {
  let server: RunningServer;
  let browser: Browser;
  let slug: string;
  let host: Page;
  const visitors: Visitor[] = [];

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
    const { room, session } = await openRoom(server.url, { name: 'Interface' });
    slug = room.slug;
    host = await open('/');
    await host.evaluate((stored) => sessionStorage.setItem('minimeet.session', stored), JSON.stringify(session));
    await host.goto(`${server.url}/r/${slug}?join=now&camera=160x90@3`);
    await host.getByTestId('tile').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (path: string, options: BrowserContextOptions = {}) => {
    const visitor = await visit(server.url + path, options, browser);
    visitors.push(visitor);

    return visitor.page;
  };

  const enter = async (name: string, options: BrowserContextOptions = {}) => {
    const page = await open(`/r/${slug}?join=now&name=${name}&camera=off`, options);
    await page.getByTestId('tile').nth(1).waitFor();

    return page;
  };

  const leave = async (page: Page) => {
    await page.getByTestId('toolbar-leave').click();
    await page.getByTestId('meeting-over').waitFor();
    await page.context().close();
  };

  const inMeeting = (page: Page) => page.getByTestId('meeting').isVisible();

  it('says who is missing: nobody yet, or everybody who was there', async () => {
    await host.getByTestId('alone').filter({ hasText: 'No one else is here yet' }).waitFor();
    const bob = await enter('Bob');
    await host.getByTestId('alone').waitFor({ state: 'detached' });
    await leave(bob);
    await host.getByTestId('alone').filter({ hasText: 'Everyone else has left' }).waitFor();
  });

  it.each([
    ['a desktop', {}],
    ['a phone', phone],
  ])('closes dialog, menu and panel with Back on %s, then asks, and leaves when told so', async (_name, options) => {
    const page = await enter('Back', options);
    const dialog = page.getByRole('dialog').filter({ hasText: 'Leave the meeting?' });
    await page.getByTestId('toolbar-chat').click();
    await page.getByTestId('panel-close').waitFor();
    await page.goBack();
    await page.getByTestId('panel-close').waitFor({ state: 'detached' });

    const openMore = async () => {
      if ('isMobile' in options) await page.getByTestId('toolbar-more').click();
    };
    await openMore();
    await page.getByTestId('toolbar-devices').click();
    const devices = page.getByRole('dialog').filter({ hasText: 'Devices' });
    await devices.waitFor();
    await page.goBack();
    await devices.waitFor({ state: 'detached' });
    await openMore();
    await page.getByTestId('toolbar-react').click();
    await page.getByTestId('emoji-choice').first().waitFor();
    await page.goBack();
    await page.getByTestId('emoji-choice').first().waitFor({ state: 'detached' });

    await page.goBack();
    await dialog.waitFor();
    await page.goBack();
    await dialog.waitFor({ state: 'detached' });
    expect(await inMeeting(page)).toBe(true);
    await page.goBack();
    await dialog.getByTestId('confirm-button').click();
    await page.getByTestId('meeting-over').waitFor();
    await page.context().close();
  });

  it('lets the browser ask before a page is closed in a meeting, and not afterwards', async () => {
    const page = await enter('Closer');
    await page.getByTestId('toolbar-chat').click();
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await page.close({ runBeforeUnload: true });
    await until(() => asked.length > 0);
    expect(asked).toEqual(['beforeunload']);
    expect(await inMeeting(page)).toBe(true);
    await page.getByTestId('toolbar-leave').click();
    await page.getByTestId('meeting-over').waitFor();
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    expect(asked).toHaveLength(1);
  });

  it('keeps the room’s name, microphone and leaving in sight on a phone with a panel open', async () => {
    const page = await enter('Phone', phone);
    for (const panel of ['chat', 'people']) {
      await page.getByTestId(`toolbar-${panel}`).click();
      await page.getByTestId('panel-close').waitFor();
      for (const size of [phone.viewport, { width: 390, height: 844 }]) {
        await page.setViewportSize(size);
        await until(async () => {
          const seen = await Promise.all(
            ['toolbar-microphone', 'toolbar-leave', 'meeting-name'].map((id) => isOnTop(page, id)),
          );

          return seen.every(Boolean);
        });
      }
      await page.getByTestId(`toolbar-${panel}`).click();
    }
    await page.getByTestId('toolbar-microphone').click();
    await page.locator('[data-testid=toolbar-microphone][data-state=off]').waitFor();
    await leave(page);
  });

  it('lists raised hands first, and counts them on the button', async () => {
    const pages = [await enter('Ada'), await enter('Bob'), await enter('Cy')];
    await host.getByTestId('toolbar-people').click();
    const names = () => host.getByTestId('person').allInnerTexts();
    await until(async () => (await names()).length === 4);
    await pages[2]!.getByTestId('toolbar-hand').click();
    await host.getByTestId('hands-badge').filter({ hasText: '1' }).waitFor();
    await until(async () => (await names())[1]?.includes('Cy') ?? false);
    await pages[1]!.getByTestId('toolbar-hand').click();
    await host.getByTestId('hands-badge').filter({ hasText: '2' }).waitFor();
    await until(async () => (await names())[2]?.includes('Bob') ?? false);
    await host.getByTestId('panel-close').click();
    for (const page of pages) await leave(page);
    await host.getByTestId('hands-badge').waitFor({ state: 'detached' });
  });

  it('goes on in a translated page, however the translator does it', async () => {
    for (const way of ['replace', 'wrap'] as const) {
      const page = await enter('Translated');
      await page.getByTestId('toolbar-people').click();
      await page.getByTestId('person').nth(1).waitFor();
      await translate(page, way);
      await host.getByTestId('toolbar-people').click();
      await host.getByTestId('lock-meeting').click();
      await page.getByTestId('meeting-locked').waitFor();
      await translate(page, way);
      await host.getByTestId('lock-meeting').click();
      await page.getByTestId('meeting-locked').waitFor({ state: 'detached' });
      await host.getByTestId('panel-close').click();
      await page.getByTestId('toolbar-chat').click();
      await translate(page, way);
      await page.getByTestId('toolbar-hand').click();
      await host.getByTestId('toolbar-hand').click();
      await page.getByTestId('hands-badge').filter({ hasText: '2' }).waitFor();
      await host.getByTestId('toolbar-hand').click();
      await page.getByTestId('hands-badge').filter({ hasText: '1' }).waitFor();
      expect(await page.getByTestId('part-fault').count()).toBe(0);
      await leave(page);
    }
  });

  it('loses one part to an error, not the meeting, and loads that part again', async () => {
    const page = await enter('Fault');
    await page.getByTestId('toolbar-chat').click();
    await page.evaluate(() => {
      const { matchAll } = String.prototype;
      String.prototype.matchAll = () => {
        throw new Error('broken for the test');
      };
      Object.assign(window, { mend: () => (String.prototype.matchAll = matchAll) });
    });
    await page.getByTestId('chat-input').fill('A message that cannot be shown');
    await page.keyboard.press('Enter');
    const fault = page.getByTestId('part-fault').filter({ hasText: 'stopped working' });
    await fault.waitFor();
    expect(await inMeeting(page)).toBe(true);
    const heard = async () =>
      (await mediaOf(page)).audiosReceived.reduce((sum, { bytesReceived }) => sum + bytesReceived, 0);
    const before = await heard();
    await until(async () => (await heard()) > before);
    await page.evaluate(() => (window as unknown as { mend: () => void }).mend());
    await fault.getByRole('button', { name: 'Reload' }).click();
    await page.getByTestId('chat-message').filter({ hasText: 'cannot be shown' }).waitFor();
    await leave(page);
  });

  it('deletes a message after a moment in which that can be undone, and at once when its writer leaves', async () => {
    const page = await enter('Writer');
    await page.getByTestId('toolbar-chat').click();
    await host.getByTestId('toolbar-chat').click();
    const write = async (text: string) => {
      await page.getByTestId('chat-input').fill(text);
      await page.keyboard.press('Enter');
      await host.getByTestId('chat-message').filter({ hasText: text }).waitFor();
    };
    const message = (of: Page, text: string) => of.getByTestId('chat-message').filter({ hasText: text });
    const remove = async (text: string) => {
      await message(page, text).hover();
      await page.getByTestId('chat-item').filter({ hasText: text }).getByTestId('chat-delete').click();
      await page.getByTestId('chat-undo').waitFor();
    };
    await write('Kept in the end');
    await remove('Kept in the end');
    await page.getByTestId('chat-undo').click();
    await message(page, 'Kept in the end').waitFor();
    await write('Deleted in the end');
    await remove('Deleted in the end');
    await message(host, 'Deleted in the end').waitFor({ state: 'detached' });
    await write('Deleted by leaving');
    await remove('Deleted by leaving');
    const address = page.url();
    await page.getByTestId('toolbar-leave').click();
    await page.getByTestId('meeting-over').waitFor();
    await message(host, 'Deleted by leaving').waitFor({ state: 'detached' });
    await page.goto(address);
    await page.getByTestId('toolbar-chat').click();
    await write('Deleted by closing');
    await remove('Deleted by closing');
    await page.goto('about:blank');
    await message(host, 'Deleted by closing').waitFor({ state: 'detached' });
    await page.context().close();
    expect(await message(host, 'Kept in the end').count()).toBe(1);
    await host.getByTestId('panel-close').click();
  });
});

/** Whether nothing lies over the middle of it, and it is within the window. */
async function isOnTop(page: Page, testId: string): Promise<boolean> {
  return page.getByTestId(testId).evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const found = document.elementFromPoint(left + Math.min(width / 2, 20), top + height / 2);

    return width > 0 && (element.contains(found) || found?.contains(element) === true);
  });
}

/** As translators do: other text in `<font>` elements, in the place of each text or around it. */
async function translate(page: Page, way: 'replace' | 'wrap'): Promise<void> {
  await page.evaluate((way) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      if (text.parentElement?.closest('script, style, font') || !text.data.trim()) continue;
      const font = document.createElement('font');
      const inner = font.appendChild(document.createElement('font'));
      if (way === 'replace') {
        inner.textContent = text.data;
        text.replaceWith(font);
      } else {
        text.replaceWith(font);
        inner.append(text);
      }
    }
  }, way);
}
