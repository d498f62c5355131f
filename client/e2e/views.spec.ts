/** What is on a screen decides what comes to it, and what nobody has on their screen is not sent at all. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page, ViewportSize } from 'playwright-core';
import { setTimeout as delay } from 'node:timers/promises';
import { complaintsOf, mediaOf, openBrowser, visit, type Visitor } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';
import { setHidden } from './support/visibility.js';

/** Wide enough for three layers. */
const wideCamera = 'camera=1280x720@10';
/** Milliseconds for which arriving bytes are counted. */
const measured = 2000;
const small = { width: 360, height: 360 };
const large = { width: 1280, height: 800 };

describe('what is on the screen', () => {
  let server: RunningServer;
  let browser: Browser;
  let link: string;
  const visitors: Visitor[] = [];
  /** Ada has a camera, and she and Bob have microphones that are on. */
  let ada: Page;
  let bob: Page;
  let eve: Page;

  beforeAll(async () => {
    server = await startServer();
    const { room } = await openRoom(server.url, { name: 'Views' });
    link = `${server.url}/r/${room.slug}?join=now`;
    browser = await openBrowser();
    ada = await enter('Ada', wideCamera, large, browser);
    bob = await enter('Bob', 'camera=off', small, browser);
  });

  afterAll(async () => {
    await Promise.all([browser, ...visitors.map((visitor) => visitor.browser)].map((each) => each?.close()));
    await server?.stop();
  });

  async function enter(name: string, parameters: string, viewport: ViewportSize, given?: Browser): Promise<Page> {
    const visitor = await visit(`${server.url}/`, { viewport }, given);
    visitors.push(visitor);
    // Tiles of one size, on small screens too.
    await visitor.page.evaluate(() => localStorage.setItem('minimeet.preferences', '{"ownView":"grid"}'));
    await visitor.page.goto(`${link}&name=${name}&${parameters}`);
    await visitor.page.getByTestId('tile').first().waitFor();
    return visitor.page;
  }

  const widthAt = async (page: Page) =>
    Math.max(0, ...(await mediaOf(page)).videosReceived.map(({ frameWidth }) => frameWidth));

  it('comes in the size that its tile needs, and in another when the window or the layout changes', async () => {
    await until(async () => (await widthAt(bob)) === 320);
    const changed = Date.now();
    await bob.setViewportSize(large);
    await until(async () => (await widthAt(bob)) === 640);
    const widened = Date.now();
    await bob.keyboard.press('l');
    await until(async () => (await widthAt(bob)) === 1280);
    tell(
      `A larger window: 640 pixels after ${widened - changed} ms; a larger tile: 1280 after ${Date.now() - widened} ms`,
    );
    // One of the two may fall into a stall of the machine.
    const inFull = Math.max(await receivedBy(bob, measured), await receivedBy(bob, measured));
    await bob.keyboard.press('l');
    await until(async () => (await widthAt(bob)) === 640);
    await bob.setViewportSize(small);
    await until(async () => (await widthAt(bob)) === 320);
    await until(async () => Math.max(await receivedBy(bob, measured), await receivedBy(bob, measured)) < inFull / 2);
  });

  it('does not come to a hidden tab, while sound goes on, and is there again with the tab', async () => {
    await setHidden(bob, true);
    await until(() => standsStill(bob, 'video'));
    await until(async () => !(await standsStill(bob, 'audio')));
    expect(await bob.getByTestId('tile').locator('video').count()).toBe(0);

    const shown = Date.now();
    await setHidden(bob, false);
    await until(async () => !(await standsStill(bob, 'video')));
    tell(`A tab that is shown again has pictures after ${Date.now() - shown} ms`);
    await bob.locator('[data-testid=tile] video[data-begun]').waitFor();
  });

  it('is not sent by a camera that nobody sees, within seconds, and is sent again at once', async () => {
    await setHidden(bob, true);
    await until(async () => (await sentBy(ada, 700)) === 0);
    await setHidden(bob, false);
    await until(async () => (await sentBy(ada, 700)) > 0);
    await until(async () => !(await standsStill(bob, 'video')));
  });

  it('is larger when it is pinned', async () => {
    eve = await enter('Eve', 'camera=off&microphone=off', large, browser);
    const tile = (page: Page, name: string) => page.getByTestId('tile').filter({ hasText: name });
    await tile(eve, 'Ada').locator('video').waitFor();
    const widthOf = async (name: string) => (await tile(eve, name).boundingBox())!.width;
    expect(await widthOf('Ada')).toBe(await widthOf('Bob'));
    await tile(eve, 'Bob').hover();
    await tile(eve, 'Bob').getByTestId('tile-pin').click();
    await until(async () => (await widthOf('Bob')) > 2 * (await widthOf('Ada')));
    await eve.getByTestId('toolbar-people').click();
    await eve.getByTestId('person').filter({ hasText: 'Ada' }).getByRole('button', { name: 'Pin Ada' }).click();
    await until(async () => (await widthOf('Ada')) > 2 * (await widthOf('Bob')));
    await eve.getByTestId('person').filter({ hasText: 'Ada' }).getByRole('button', { pressed: true }).click();
    await until(async () => (await widthOf('Ada')) === (await widthOf('Bob')));
    await eve.getByTestId('panel-close').click();
  });

  it('leaves nothing to read in any console or in the server’s log', () => {
    expect(complaintsOf(visitors)).toEqual([]);
    expect(server.complaints()).toEqual([]);
  });
});

/** Whether nothing of a kind arrives for a while. */
async function standsStill(page: Page, kind: 'audio' | 'video'): Promise<boolean> {
  const before = await bytes(page, 'inbound-rtp', kind);
  await delay(700);
  return (await bytes(page, 'inbound-rtp', kind)) === before;
}

function tell(figure: string): void {
  process.stderr.write(`${figure}\n`);
}

/** Bytes of video that arrive at the page in so many milliseconds. */
async function receivedBy(page: Page, milliseconds: number): Promise<number> {
  const before = await bytes(page, 'inbound-rtp', 'video');
  await delay(milliseconds);
  return (await bytes(page, 'inbound-rtp', 'video')) - before;
}

/** Bytes of video that leave the page in so many milliseconds. */
async function sentBy(page: Page, milliseconds: number): Promise<number> {
  const before = await bytes(page, 'outbound-rtp', 'video');
  await delay(milliseconds);
  return (await bytes(page, 'outbound-rtp', 'video')) - before;
}

async function bytes(page: Page, type: 'inbound-rtp' | 'outbound-rtp', kind: 'audio' | 'video'): Promise<number> {
  return page.evaluate(
    async ([type, kind]) => {
      const { peerConnections } = window as unknown as { peerConnections: RTCPeerConnection[] };
      const open = peerConnections.filter(({ connectionState }) => connectionState !== 'closed');
      const reports = await Promise.all(open.map((connection) => connection.getStats()));
      return reports
        .flatMap((report) => [...report.values()])
        .filter((entry) => entry.type === type && entry.kind === kind && entry.framesDecoded !== 0)
        .reduce((sum, entry) => sum + (entry.bytesSent ?? entry.bytesReceived), 0);
    },
    [type, kind] as const,
  );
}
