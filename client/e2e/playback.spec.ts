/** What is heard and seen of the others, and of a shared screen with its sound. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, smallCamera, visit } from './support/browser.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

describe('playback', () => {
  let server: RunningServer;
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let slug: string;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser()]);
  });

  beforeEach(async () => {
    slug = (await openRoom(server.url, { name: 'Playback' })).room.slug;
  });

  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = async (
    name: string,
    { prepare, more = '' }: { prepare?: (page: Page) => Promise<unknown>; more?: string } = {},
  ) => {
    const { page, context } = await visit('about:blank', {}, browser);
    contexts.push(context);
    await prepare?.(page);
    await page.goto(`${server.url}/r/${slug}?name=${name}&join=now&${more || smallCamera}`);
    await page.getByTestId('meeting').waitFor();

    return page;
  };

  /** Elements that are wanted, and of these how many stand still. */
  const elements = (page: Page) =>
    page.evaluate(() => {
      const all = [...document.querySelectorAll<HTMLMediaElement>('audio, video')];

      return { count: all.length, paused: all.filter(({ paused }) => paused).length };
    });

  it('goes on when something pauses it, again and again', async () => {
    await open('Bob');
    const ada = await open('Ada');
    await until(async () => (await elements(ada)).count === 3 && (await elements(ada)).paused === 0);

    for (let round = 0; round < 3; round++) {
      await ada.evaluate(() =>
        document.querySelectorAll<HTMLMediaElement>('audio, video').forEach((each) => each.pause()),
      );
      await until(async () => (await elements(ada)).paused === 0);
    }

    const times = () =>
      ada.evaluate(() =>
        [...document.querySelectorAll<HTMLMediaElement>('audio, video')].map(({ currentTime }) => currentTime),
      );
    const before = await times();
    await until(async () => (await times()).every((time, index) => time > before[index]!));
  });

  it('that a browser refuses on a page that nobody has touched begins with any key', async () => {
    await open('Bob');
    const ada = await open('Ada', {
      more: 'camera=off&microphone=off',
      // The browser's own rule takes whatever a test asks a page for a gesture.
      prepare: (page) =>
        page.addInitScript(() => {
          let touched = false;
          window.addEventListener('keydown', () => (touched = true), { capture: true });
          const begin = HTMLMediaElement.prototype.play;
          HTMLMediaElement.prototype.play = function (this: HTMLMediaElement) {
            const mayPlay = this.muted || touched;

            return mayPlay ? begin.call(this) : Promise.reject(new DOMException('Interact first', 'NotAllowedError'));
          };
        }),
    });
    await ada.getByTestId('sound-blocked').waitFor();
    expect(await ada.evaluate(() => [...document.querySelectorAll('audio')].map(({ paused }) => paused))).toEqual([
      true,
    ]);
    await ada.keyboard.press('Shift');
    await ada.getByTestId('sound-blocked').waitFor({ state: 'detached' });
    await until(async () => (await elements(ada)).paused === 0);
  });

  it('that was suspended under the level meter goes on', async () => {
    const ada = await open('Ada', {
      prepare: (page) =>
        page.addInitScript(() => {
          const Original = window.AudioContext;
          const opened: AudioContext[] = [];
          Object.assign(window, {
            opened,
            AudioContext: class extends Original {
              constructor(options?: AudioContextOptions) {
                super(options);
                opened.push(this);
              }
            },
          });
        }),
    });
    const states = () =>
      ada.evaluate(() =>
        (window as unknown as { opened: AudioContext[] }).opened
          .map(({ state }) => state)
          .filter((state) => state !== 'closed'),
      );
    await until(async () => (await states()).join() === 'running');
    await ada.evaluate(() =>
      Promise.all((window as unknown as { opened: AudioContext[] }).opened.map((context) => context.suspend())),
    );
    await until(async () => (await states()).join() === 'running');
  });

  it.each([
    ['a tab', 'browser', 2],
    ['the whole screen, where the browser cannot leave the meeting out', 'monitor', 1],
  ])('of a shared screen never has the meeting’s own sound: %s', async (_, surface, voices) => {
    const ada = await open('Ada', {
      prepare: (page) =>
        page.addInitScript((displaySurface) => {
          const asked: unknown[] = [];
          const { mediaDevices } = navigator;
          const capture = mediaDevices.getDisplayMedia.bind(mediaDevices);
          Object.assign(window, { asked });
          mediaDevices.getDisplayMedia = async (options = {}) => {
            asked.push(options);
            // The browser's stand-in for its dialog gives a screen without sound, and a tab with it.
            const stream = await capture({ ...options, video: { displaySurface: 'browser' } });
            const [picture] = stream.getVideoTracks();
            const settings = picture!.getSettings();
            picture!.getSettings = () => ({ ...settings, displaySurface });

            return stream;
          };
        }, surface),
    });
    const bob = await open('Bob');
    await ada.getByTestId('toolbar-screen').click();
    await bob.getByTestId('screen-tile').locator('video[data-begun]').waitFor();
    await until(async () => (await bob.locator('audio').count()) === voices);
    expect(await ada.evaluate(() => (window as unknown as { asked: unknown[] }).asked)).toEqual([
      expect.objectContaining({
        audio: expect.objectContaining({ restrictOwnAudio: true, echoCancellation: false }),
        systemAudio: 'include',
        selfBrowserSurface: 'exclude',
        surfaceSwitching: 'include',
      }),
    ]);
  });

  it('of the system’s sound is not offered where the browser cannot leave the meeting out', async () => {
    const ada = await open('Ada', {
      prepare: (page) =>
        page.addInitScript(() => {
          const asked: unknown[] = [];
          Object.assign(window, { asked });
          const { mediaDevices } = navigator;
          mediaDevices.getSupportedConstraints = () => ({ deviceId: true });
          mediaDevices.getDisplayMedia = (options) => {
            asked.push(options);

            return Promise.reject(new DOMException('Permission denied by system', 'NotAllowedError'));
          };
        }),
    });
    await ada.getByTestId('toolbar-screen').click();
    // Refused by the system: the notice says where its setting is.
    await ada
      .getByTestId('notice')
      .getByText(/Your system blocks screen sharing.*settings/)
      .waitFor();
    expect(await ada.evaluate(() => (window as unknown as { asked: unknown[] }).asked)).toEqual([
      expect.objectContaining({ systemAudio: 'exclude', selfBrowserSurface: 'exclude' }),
    ]);
  });

  it('of a screen that nobody chose in the browser’s dialog is no failure', async () => {
    const ada = await open('Ada', {
      prepare: (page) =>
        page.addInitScript(() => {
          let asked = 0;
          navigator.mediaDevices.getDisplayMedia = () => {
            asked += 1;
            Object.assign(window, { asked });

            return Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
          };
        }),
    });
    await ada.getByTestId('toolbar-screen').click();
    await until(() => ada.evaluate(() => (window as unknown as { asked?: number }).asked === 1));
    // A notice would be there by then.
    await ada.getByTestId('toolbar-people').click();
    await ada.getByTestId('person').first().waitFor();
    expect(await ada.getByTestId('notice').count()).toBe(0);
  });
});
