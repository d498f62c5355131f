/** Where the bandwidth does not suffice for a video, its tile says so, and shows it again when it does. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, visit } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

/** More than one of these videos needs at its least, and less than all of them do. */
const bandwidth = 120_000;

describe('on a weak connection', () => {
  let server: RunningServer;
  let browser: Browser;
  let link: string;
  const senders: Page[] = [];

  beforeAll(async () => {
    server = await startServer({ MEDIA_MAX_OUTGOING_BITRATE: String(bandwidth) });
    const { room } = await openRoom(server.url, { name: 'Weak' });
    link = `${server.url}/r/${room.slug}?join=now&microphone=off`;
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('tiles say which videos are paused, until there is room for them again', async () => {
    for (const name of ['Ada', 'Bob', 'Carol']) {
      const { page } = await visit(`${server.url}/`, {}, browser);
      await page.addInitScript(filmNoise);
      await page.goto(`${link}&name=${name}`);
      await page.getByTestId('tile').first().waitFor();
      senders.push(page);
    }
    const { page } = await visit(`${link}&name=Eve&camera=off`, {}, browser);
    const notes = page.getByTestId('tile-congested');
    await notes.first().waitFor();
    expect(await notes.first().textContent()).toBe('Video paused: weak connection');
    const tile = page
      .getByTestId('tile')
      .filter({ has: page.getByTestId('tile-congested') })
      .first();
    expect(await tile.getAttribute('aria-label')).toMatch(/weak connection/);
    expect(await tile.locator('video').count()).toBe(0);
    await until(async () => /weak connection/.test((await page.getByTestId('announcements').textContent()) ?? ''));

    // Those whose video comes through make room for those whose does not.
    // While the bandwidth is looked for, all may have room for a moment: then this waits.
    const kept = (await tile.getByTestId('tile-name').textContent())!;
    for (const sender of senders) {
      const own = await sender.locator('[data-testid=tile][data-own]').getByTestId('tile-name').textContent();
      if (own !== `${kept} (you)`) await sender.keyboard.press('v');
    }
    await notes.first().waitFor({ state: 'detached' });
    const video = page.getByTestId('tile').filter({ hasText: kept }).locator('video[data-begun]');
    await video.waitFor();
    const time = () => video.evaluate((element: HTMLVideoElement) => element.currentTime);
    const before = await time();
    await until(async () => (await time()) > before);
  });
});

/** Runs in the page before its own scripts: a camera whose video needs all the bits that it may have, with two layers. */
function filmNoise(): void {
  const canvas = Object.assign(document.createElement('canvas'), { width: 480, height: 270 });
  const context = canvas.getContext('2d');
  setInterval(() => {
    const image = new ImageData(canvas.width, canvas.height);
    for (let at = 0; at < image.data.length; at += 4) {
      const shade = Math.random() * 255;
      image.data.set([shade, shade, shade, 255], at);
    }
    context?.putImageData(image, 0, 0);
  }, 100);
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(10));
}
