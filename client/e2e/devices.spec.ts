/** Microphones and cameras that are chosen, unplugged, busy and silent, by what is sent and what the others receive. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Session } from '@minimeet/protocol';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, smallCamera, visit } from './support/browser.js';
import { makeDevicesOdd, plugIn, setOdd, unplug } from './support/odd-devices.js';
import { openRoom } from './support/rest.js';
import { labelsSent, received, receivesMore, sends } from './support/streams.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

// Chromium's fake_device_1 is a depth camera, whose pictures nobody can encode.
describe('a device', () => {
  let server: RunningServer;
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let slug: string;
  let owner: Session;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), openBrowser({ devices: 3 })]);
  });

  beforeEach(async () => {
    const { room, session } = await openRoom(server.url, { name: 'Devices' });
    slug = room.slug;
    owner = session;
  });

  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    contexts = [];
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Somebody on the page before the meeting, or in it. */
  const open = async (name: string, more = '&join=now', prepare: (page: Page) => Promise<unknown> = makeDevicesOdd) => {
    const { page, context } = await visit('about:blank', {}, browser);
    contexts.push(context);
    await prepare(page);
    await page.goto(`${server.url}/r/${slug}?name=${name}${more}&${smallCamera}`);

    return page;
  };

  const join = async (page: Page) => {
    await page.getByTestId('join-button').click();
    await page.getByTestId('meeting').waitFor();
  };

  const openHost = async () => {
    const host = await open('Host', '&join=now', async (page) => {
      await page.addInitScript((stored) => sessionStorage.setItem('minimeet.session', stored), JSON.stringify(owner));
    });
    await host.getByTestId('tile').waitFor();

    return host;
  };

  const optionsOf = async (page: Page, device: 'microphone' | 'camera' | 'speaker') => {
    const select = page.getByTestId(`${device}-select`);
    await select.waitFor();

    return (await select.locator('option').allTextContents()).filter((label) => !/^default/i.test(label));
  };

  const choose = (page: Page, device: 'microphone' | 'camera' | 'speaker', label: string) =>
    page.getByTestId(`${device}-select`).selectOption({ label });

  it('that is chosen before joining is the one in the preview, and what is sent afterwards', async () => {
    const ada = await open('Ada', '');
    const [, secondMicrophone] = await optionsOf(ada, 'microphone');
    const [, , thirdCamera] = await optionsOf(ada, 'camera');
    await choose(ada, 'microphone', secondMicrophone!);
    await choose(ada, 'camera', thirdCamera!);
    await until(() =>
      ada
        .getByLabel('Your camera')
        .evaluate(
          (video, label) => ((video as HTMLVideoElement).srcObject as MediaStream).getTracks()[0]?.label === label,
          thirdCamera,
        ),
    );
    await join(ada);
    await sends(ada, secondMicrophone!);
    await sends(ada, thirdCamera!);
    const bob = await open('Bob');
    await receivesMore(bob, 'video');
    await receivesMore(bob, 'audio');
  });

  it('that is chosen in the meeting takes the other one’s place without a gap, and is there again the next time', async () => {
    const ada = await open('Ada');
    const bob = await open('Bob');
    const before = { video: await receivesMore(bob, 'video'), audio: await receivesMore(bob, 'audio') };
    await ada.getByTestId('toolbar-devices').click();
    const [, , thirdCamera] = await optionsOf(ada, 'camera');
    const [, , thirdMicrophone] = await optionsOf(ada, 'microphone');
    await choose(ada, 'camera', thirdCamera!);
    await sends(ada, thirdCamera!);
    await choose(ada, 'microphone', thirdMicrophone!);
    await sends(ada, thirdMicrophone!);
    expect(await ada.getByTestId('camera-select').locator('option:checked').textContent()).toBe(thirdCamera);
    // Over the same streams: nobody's producer was closed.
    expect({ video: await receivesMore(bob, 'video'), audio: await receivesMore(bob, 'audio') }).toEqual(before);
    expect((await labelsSent(ada)).sort()).toEqual([thirdCamera, thirdMicrophone].sort());

    await ada.reload();
    await sends(ada, thirdCamera!);
    await sends(ada, thirdMicrophone!);
  });

  it('is remembered by its label where the browser has given it another id, and replaced by another one where it is gone', async () => {
    const remember = (label: string) => (page: Page) =>
      page.addInitScript(
        (camera) => localStorage.setItem('minimeet.preferences', JSON.stringify({ camera, microphone: camera })),
        { id: 'of-another-time', label },
      );
    const ada = await open('Ada', '&join=now', remember('fake_device_2'));
    await sends(ada, 'fake_device_2');
    await ada.getByTestId('microphone-substitute').getByText('fake_device_2').waitFor();
    const bob = await open('Bob', '&join=now', remember('A camera that was given away'));
    await receivesMore(ada, 'video');
    await receivesMore(ada, 'audio');
    await bob.getByTestId('camera-substitute').getByText('A camera that was given away').waitFor();
  });

  it('that is chosen and does not work leaves what there is, and the user learns of it', async () => {
    const ada = await open('Ada');
    const bob = await open('Bob');
    const before = await receivesMore(bob, 'video');
    await ada.getByTestId('toolbar-devices').click();
    const [first, second] = await optionsOf(ada, 'camera');
    await setOdd(ada, { busy: [second!] });
    await choose(ada, 'camera', second!);
    await ada.getByTestId('camera-substitute').getByText(second!).waitFor();
    expect(await ada.getByTestId('camera-substitute').textContent()).toContain(first);
    await sends(ada, first!);
    expect(await receivesMore(bob, 'video')).toEqual(before);
  });

  it('for sound is where the others are heard, and the system’s is taken where that is gone', async () => {
    await open('Bob');
    const ada = await open('Ada');
    await ada.getByTestId('toolbar-devices').click();
    const speakers = await optionsOf(ada, 'speaker');
    await choose(ada, 'speaker', speakers.at(-1)!);
    const sinkLabel = () =>
      ada.evaluate(async () => {
        const ids = [...document.querySelectorAll('audio')].map(({ sinkId }) => sinkId);
        const devices = await navigator.mediaDevices.enumerateDevices();

        return ids.map((id) => devices.find(({ kind, deviceId }) => kind === 'audiooutput' && deviceId === id)?.label);
      });
    await until(async () => (await sinkLabel())[0] === speakers.at(-1));
    await unplug(ada, speakers.at(-1)!);
    await ada.getByTestId('speaker-substitute').getByText(speakers.at(-1)!).waitFor({ state: 'attached' });
    await until(() => ada.evaluate(() => [...document.querySelectorAll('audio')].every(({ sinkId }) => sinkId === '')));
    await plugIn(ada, speakers.at(-1)!);
    await until(async () => (await sinkLabel())[0] === speakers.at(-1));
    expect(await ada.getByTestId('speaker-substitute').count()).toBe(0);
  });

  it('that is changed or lost costs nobody the right to speak while only moderators unmute', async () => {
    const host = await openHost();
    const ada = await open('Ada');
    const before = await receivesMore(host, 'audio');
    await host.getByTestId('toolbar-people').click();
    await host.getByTestId('meeting-menu').click();
    await host.getByText('Only moderators unmute').click();
    await host.keyboard.press('Escape');
    await ada.getByTestId('toolbar-devices').click();
    const [first, second, third] = await optionsOf(ada, 'microphone');
    await choose(ada, 'microphone', second!);
    await sends(ada, second!);
    expect(await receivesMore(host, 'audio')).toEqual(before);

    // Its cable is pulled out; another one takes over.
    await unplug(ada, second!);
    await until(async () =>
      (await labelsSent(ada)).some((label) => label === first || label === third || /default/i.test(label)),
    );
    expect(await receivesMore(host, 'audio')).toEqual(before);

    // It is back.
    await plugIn(ada, second!);
    await sends(ada, second!);
    expect(await ada.getByTestId('microphone-substitute').count()).toBe(0);
    expect(await receivesMore(host, 'audio')).toEqual(before);
  });

  it('that was the only one keeps its place until it is plugged in again', async () => {
    const host = await openHost();
    const ada = await open('Ada');
    const before = { video: await receivesMore(host, 'video'), audio: await receivesMore(host, 'audio') };
    const labels = await ada.evaluate(async () =>
      (await navigator.mediaDevices.enumerateDevices()).flatMap(({ kind, label }) =>
        kind === 'audiooutput' ? [] : [label],
      ),
    );
    await unplug(ada, ...labels);
    await ada.getByTestId('microphone-problem').getByText('unplugged').waitFor();
    await ada.getByTestId('camera-problem').getByText('unplugged').waitFor();
    expect(await labelsSent(ada)).toEqual([]);
    await plugIn(ada, ...labels);
    await ada.getByTestId('microphone-problem').waitFor({ state: 'detached' });
    await ada.getByTestId('camera-problem').waitFor({ state: 'detached' });
    expect(await receivesMore(host, 'audio')).toEqual(before.audio);
    await receivesMore(host, 'video');
  });

  it('that is changed while it is off stays off, and is the new one when it is on again', async () => {
    const ada = await open('Ada');
    const bob = await open('Bob');
    const before = await receivesMore(bob, 'audio');
    await ada.getByTestId('toolbar-microphone').click();
    const muted = bob.getByTestId('tile').filter({ hasText: 'Ada' }).getByTestId('tile-muted');
    await muted.waitFor();
    await ada.getByTestId('toolbar-devices').click();
    const [, second] = await optionsOf(ada, 'microphone');
    await choose(ada, 'microphone', second!);
    await until(() =>
      ada.evaluate(
        () => (window as unknown as { odd: { tracks: MediaStreamTrack[] } }).odd.tracks.at(-1)!.readyState === 'live',
      ),
    );
    expect(await muted.count()).toBe(1);
    await ada.getByRole('button', { name: 'Done' }).click();
    await ada.getByTestId('toolbar-microphone').click();
    await muted.waitFor({ state: 'detached' });
    await sends(ada, second!);
    expect(await receivesMore(bob, 'audio')).toEqual(before);
  });

  it('that is busy for a moment is tried again, and another one is taken where it stays busy', async () => {
    const ada = await open('Ada', '&join=now&microphone=off', async (page) => {
      await makeDevicesOdd(page);
      await page.addInitScript(() => ((window as unknown as { odd: { busyFor: number } }).odd.busyFor = 2));
    });
    await sends(ada, 'fake_device_0');
    expect(await ada.getByTestId('camera-problem').count()).toBe(0);

    const bob = await open('Bob', '&join=now', async (page) => {
      await makeDevicesOdd(page);
      await page.addInitScript(
        () =>
          ((window as unknown as { odd: { busy: Set<string> } }).odd.busy = new Set([
            'fake_device_0',
            'fake_device_1',
          ])),
      );
    });
    await until(async () => (await labelsSent(bob)).some((label) => label === 'fake_device_2'));
    await receivesMore(ada, 'video');
    expect(await bob.getByTestId('camera-problem').count()).toBe(0);
  });

  it('that the system refuses leads to the system’s settings, and one that the user refuses to the browser’s', async () => {
    const refuse = (message: string) => (page: Page) =>
      page.addInitScript((text) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException(text, 'NotAllowedError'));
      }, message);
    const ada = await open('Ada', '', refuse('Permission denied by system'));
    await ada
      .getByTestId('camera-problem')
      .getByText(/Your system blocks the camera.*settings/i)
      .waitFor();
    await ada
      .getByTestId('microphone-problem')
      .getByText(/Your system blocks the microphone/)
      .waitFor();
    const bob = await open('Bob', '', refuse('Permission denied'));
    await bob
      .getByTestId('camera-problem')
      .getByText(/lock or camera icon/)
      .waitFor();
  });

  it('for speaking that gives nothing but zeros, or is muted by a switch on it, is marked with a hint', async () => {
    const ada = await open('Ada', '&join=now', async (page) => {
      await makeDevicesOdd(page);
      await page.addInitScript(() => ((window as unknown as { odd: { sound: string } }).odd.sound = 'zeros'));
    });
    const hint = ada.getByTestId('microphone-silent');
    await hint.getByText('No sound comes from your microphone').waitFor();
    await ada.getByText('!', { exact: true }).waitFor();

    await setOdd(ada, { sound: null });
    await ada.getByTestId('toolbar-devices').click();
    const [, second] = await optionsOf(ada, 'microphone');
    await choose(ada, 'microphone', second!);
    await hint.waitFor({ state: 'detached' });

    const setMuted = (muted: boolean) =>
      ada.evaluate((value) => {
        const track = (window as unknown as { odd: { tracks: MediaStreamTrack[] } }).odd.tracks.at(-1)!;
        Object.defineProperty(track, 'muted', { value, configurable: true });
        track.dispatchEvent(new Event(value ? 'mute' : 'unmute'));
      }, muted);
    await setMuted(true);
    await hint.getByText('muted by a switch').waitFor();
    await setMuted(false);
    await hint.waitFor({ state: 'detached' });
  });

  it('for speaking that is off while its user talks says so, and the others hear nothing of it', async () => {
    const ada = await open('Ada', '&join=now', async (page) => {
      await makeDevicesOdd(page);
      await page.addInitScript(() => ((window as unknown as { odd: { sound: string } }).odd.sound = 'voice'));
    });
    const bob = await open('Bob');
    await receivesMore(bob, 'audio');
    await ada.getByTestId('toolbar-microphone').click();
    const hint = ada.getByTestId('muted-hint');
    await hint.getByText('You’re muted').waitFor();
    const before = await received(bob, 'audio');
    await until(async () => (await ada.getByTestId('muted-hint').count()) > 0);
    expect((await received(bob, 'audio')).amount - before.amount).toBeLessThan(0.001);
    await hint.getByRole('button', { name: 'Unmute' }).click();
    await hint.waitFor({ state: 'detached' });
    await receivesMore(bob, 'audio');
  });
});
