/** A host who looks at another tab hears of knocks, raised hands and messages: by a sound, the title and a notification. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, visit } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';
import { setHidden } from './support/visibility.js';

interface Heard {
  /** Starts of tones. */
  tones: number;
  notifications: string[];
}

describe('a host who looks at another tab', () => {
  let server: RunningServer;
  let browser: Browser;
  let slug: string;
  let host: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
    const { room, session } = await openRoom(server.url, { name: 'Attention', lobby: true });
    slug = room.slug;
    const visitor = await visit(`${server.url}/`, {}, browser);
    host = visitor.page;
    await host.evaluate((stored) => sessionStorage.setItem('minimeet.session', stored), JSON.stringify(session));
    await host.addInitScript(listen);
    await host.goto(`${server.url}/r/${slug}?join=now&camera=off`);
    await host.getByTestId('tile').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const knock = async (name: string) =>
    (await visit(`${server.url}/r/${slug}?join=now&name=${name}&camera=off&microphone=off`, {}, browser)).page;
  const heard = () => host.evaluate(() => (window as unknown as { heard: Heard }).heard);
  const silence = () =>
    host.evaluate(() => Object.assign((window as unknown as { heard: Heard }).heard, { tones: 0, notifications: [] }));

  it('hears a knock, a hand and a message, reads how many in the title, and nothing once it is looked at', async () => {
    await host.getByTestId('toolbar-attention').click();
    await host.getByTestId('attention-notifications').getByRole('switch').click();
    await host.getByRole('button', { name: 'Done' }).click();
    await setHidden(host, true);
    const eve = await knock('Eve');
    await until(async () => (await heard()).notifications.includes('Eve wants to join.'));
    expect((await heard()).tones).toBe(2);
    expect(await host.title()).toBe('(1) Attention · MiniMeet');

    await host.getByTestId('lobby-admit').evaluate((button: HTMLElement) => button.click());
    await eve.getByTestId('tile').nth(1).waitFor();
    await eve.getByTestId('toolbar-hand').click();
    await until(async () => (await heard()).notifications.includes('Eve raised a hand.'));
    await eve.getByTestId('toolbar-chat').click();
    await eve.getByTestId('chat-input').fill('Are you there?');
    await eve.keyboard.press('Enter');
    await until(async () => (await heard()).notifications.includes('Eve: Are you there?'));
    expect(await host.title()).toBe('(3) Attention · MiniMeet');

    await setHidden(host, false);
    await until(async () => (await host.title()) === 'Attention · MiniMeet');
  });

  it('hears one sound of many knocks, and none once sounds are off', async () => {
    await setHidden(host, true);
    await silence();
    const guests = await Promise.all(['One', 'Two', 'Three'].map(knock));
    await until(async () => (await host.title()).startsWith('(3)'));
    await until(async () => (await heard()).notifications.length > 0);
    // Those who came while the sound was being made may have the next one, five seconds later.
    expect((await heard()).tones).toBeLessThanOrEqual(4);
    await setHidden(host, false);
    await host.getByTestId('toolbar-attention').click();
    await host.getByTestId('attention-sounds').getByRole('switch').click();
    await host.getByTestId('attention-notifications').getByRole('switch').click();
    await host.getByRole('button', { name: 'Done' }).click();
    await setHidden(host, true);
    await until(async () => (await heard()).notifications.length > 0);
    await silence();
    await knock('Four');
    await until(async () => (await host.title()).startsWith('(1)'));
    await host.waitForTimeout(6000);
    expect(await heard()).toEqual({ tones: 0, notifications: [] });
    expect(guests).toHaveLength(3);
  });
});

/** Runs in the page before its own scripts: remembers tones, which still sound, and notifications, which a browser without a desktop refuses. */
function listen(): void {
  const heard: Heard = { tones: 0, notifications: [] };
  Object.assign(window, { heard });
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (...when) {
    heard.tones += 1;
    start.apply(this, when);
  };
  class Shown extends EventTarget {
    static permission: NotificationPermission = 'default';
    static requestPermission(): Promise<NotificationPermission> {
      // As browsers do: only upon a click.
      Shown.permission = navigator.userActivation.isActive ? 'granted' : 'denied';

      return Promise.resolve(Shown.permission);
    }
    constructor(_title: string, options?: NotificationOptions) {
      super();
      heard.notifications.push(options?.body ?? '');
    }
    close(): void {}
  }
  Object.assign(window, { Notification: Shown });
}
