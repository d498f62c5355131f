/**
 * Six people in real browser pages: everyone sees and hears everyone, and each uploads once; on the embedded database and on real ones. What
 * goes past the databases is looked at once.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { complaintsOf, mediaOf, openBrowser, smallCamera, visit, type Visitor } from './support/browser.js';
import { anyDatabases, databaseNames, startDatabases } from './support/databases.js';
import { watchPauses } from './support/pauses.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

const people = ['Ada', 'Grace', 'Hedy', 'Alan', 'Radia', 'Linus'];
const others = people.length - 1;
const reloads = 'Grace';

describe('a meeting of six', () => {
  sixMeet(async () => ({ environment: {}, close: async () => undefined }), sixSend);
});

(anyDatabases ? describe : describe.skip)(`a meeting of six on ${databaseNames}`, () => {
  sixMeet(startDatabases);
});

/** Of a meeting: the page of each, and its server. */
interface Six {
  pageOf(name: string): Page;
  pages(): Page[];
  server(): RunningServer;
  /** What the server may complain of in the end. */
  complaints: unknown[];
}

/**
 * @param openDatabases answers with the settings that lead the server to its databases
 * @param more tests while all six are there
 */
function sixMeet(openDatabases: typeof startDatabases, more: (six: Six) => void = () => undefined): void {
  let databases: Awaited<ReturnType<typeof startDatabases>>;
  let server: RunningServer;
  const visitors: Record<string, Visitor> = {};
  const pageOf = (name: string) => (visitors[name] as Visitor).page;
  const pages = () => people.map(pageOf);
  const complaints: unknown[] = [];

  beforeAll(async () => {
    databases = await openDatabases();
    server = await startServer({ ...databases.environment, MEETING_VOICES: String(others) });
    const { room } = await openRoom(server.url, { name: 'Six' });

    const shared = await openBrowser();

    for (const name of people) {
      const address = `${server.url}/r/${room.slug}?name=${name}&join=now&${smallCamera}`;
      const viewport = { width: 960, height: 640 };
      visitors[name] = await visit(address, { viewport }, name === reloads ? undefined : shared);
    }
  });

  afterAll(async () => {
    await Promise.all(Object.values(visitors).map(({ browser }) => browser.close()));
    await server?.stop();
    await databases?.close();
  });

  it('shows six tiles, with everyone’s name, on every page', async () => {
    for (const page of pages()) {
      await page.getByTestId('tile').nth(others).waitFor();
      const names = await page.getByTestId('tile-name').allTextContents();
      expect(names.map((name) => name.replace(/ \(you\)$/, '')).sort()).toEqual([...people].sort());
    }
  });

  it('gives everyone five videos whose frames go on, and five voices', async () => {
    for (const page of pages()) {
      await until(async () => {
        const { videosReceived, audiosReceived } = await mediaOf(page);

        return videosReceived.length === others && audiosReceived.length === others;
      });
      const before = await mediaOf(page);
      await until(async () => {
        const now = await mediaOf(page);

        return (
          now.videosReceived.every(
            ({ framesDecoded }, index) => framesDecoded > (before.videosReceived[index]?.framesDecoded ?? 0),
          ) &&
          now.audiosReceived.every(
            ({ bytesReceived }, index) => bytesReceived > (before.audiosReceived[index]?.bytesReceived ?? 0),
          )
        );
      });
      expect(before.videosReceived).toHaveLength(others);
      expect(before.audiosReceived).toHaveLength(others);
    }
  });

  it('has each participant upload one camera and one microphone', async () => {
    for (const page of pages()) {
      const { videoSourcesSent, audioSourcesSent } = await mediaOf(page);
      expect({ videoSourcesSent, audioSourcesSent }).toEqual({ videoSourcesSent: 1, audioSourcesSent: 1 });
    }
  });

  it('carries a chat message to everyone, and counts it where the chat is closed', async () => {
    const ada = pageOf('Ada');
    await ada.getByTestId('toolbar-chat').click();
    await ada.getByTestId('chat-input').fill('Hello everyone');
    // A half-written message is still there when the chat was closed in between.
    await ada.getByTestId('toolbar-chat').click();
    await ada.getByTestId('toolbar-chat').click();
    expect(await ada.getByTestId('chat-input').inputValue()).toBe('Hello everyone');
    await ada.getByTestId('chat-input').press('Enter');
    await ada.getByTestId('chat-message').filter({ hasText: 'Hello everyone' }).waitFor();

    await pageOf('Grace')
      .getByRole('button', { name: /Chat.*1 unread/ })
      .waitFor();

    for (const name of people.slice(1)) {
      await pageOf(name).getByTestId('toolbar-chat').click();
      await pageOf(name).getByTestId('chat-message').filter({ hasText: 'Hello everyone' }).waitFor();
    }
  });

  more({ pageOf, pages, server: () => server, complaints });

  it('is joined again by whoever reloads the page, with the chat that was', async () => {
    const grace = pageOf(reloads);
    await grace.reload();
    await grace.getByTestId('tile').nth(others).waitFor();
    await until(async () => (await mediaOf(grace)).videosReceived.length === others);
    expect(await pageOf('Ada').getByTestId('tile').count()).toBe(people.length);

    if (!(await grace.getByTestId('chat-input').isVisible())) {
      await grace.getByTestId('toolbar-chat').click();
    }

    await grace.getByTestId('chat-message').filter({ hasText: 'Hello everyone' }).waitFor();
  });

  it('closes the tile of someone who leaves', async () => {
    await pageOf('Linus').getByTestId('toolbar-leave').click();

    for (const name of people.slice(0, -1)) {
      await until(async () => (await pageOf(name).getByTestId('tile').count()) === others);
      expect(await pageOf(name).getByTestId('tile').filter({ hasText: 'Linus' }).count()).toBe(0);
    }
  });

  it('leaves nothing to read in any console, and in the server’s log what happened to a worker', () => {
    expect(complaintsOf(Object.values(visitors))).toEqual([]);
    expect(server.complaints()).toEqual(complaints);
  });
}

/** What they do to what they send and see. */
function sixSend({ pageOf, pages, server, complaints }: Six): void {
  it('marks who is speaking', async () => {
    // Fake microphones beep once a second, all alike: whose beep is taken for the echo of another one, nobody hears.
    await pageOf('Ada')
      .getByRole('group', { name: /speaking/ })
      .first()
      .waitFor();
  });

  it('offers full screen on the tile under the mouse', async () => {
    const tile = pageOf('Ada').getByTestId('tile').first();
    const opacity = () => tile.getByTestId('tile-fullscreen').evaluate((button) => getComputedStyle(button).opacity);
    expect(await opacity()).toBe('0');
    await tile.hover();
    await until(async () => (await opacity()) === '1');
    await pageOf('Ada').mouse.move(1, 1);
  });

  it('shows who mutes, and unmutes', async () => {
    const marks = pageOf('Hedy').getByTestId('tile').filter({ hasText: 'Grace' }).getByTestId('tile-muted');
    await pageOf('Grace').getByTestId('toolbar-microphone').click();
    await marks.waitFor();
    await pageOf('Grace').getByTestId('toolbar-microphone').click();
    await marks.waitFor({ state: 'detached' });
  });

  it('stops a camera for everyone and starts it again', async () => {
    const videos = async () => {
      const { videosReceived } = await mediaOf(pageOf('Radia'));

      return videosReceived.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
    };
    const video = pageOf('Radia').getByTestId('tile').filter({ hasText: 'Alan' }).locator('video');
    await video.waitFor();
    await pageOf('Alan').getByTestId('toolbar-camera').click();
    await video.waitFor({ state: 'detached' });
    await pageOf('Alan').getByTestId('toolbar-camera').click();
    await video.waitFor();
    const before = await videos();
    await until(async () => (await videos()) > before + 10);
  });

  it('shows a shared screen to everyone, large, and takes it away again', async () => {
    await pageOf('Hedy').getByTestId('toolbar-screen').click();

    for (const name of people.filter((person) => person !== 'Hedy')) {
      await pageOf(name).getByTestId('screen-tile').locator('video').waitFor();
    }

    await until(async () => (await mediaOf(pageOf('Hedy'))).videoSourcesSent === 2);
    await until(async () => (await mediaOf(pageOf('Ada'))).videosReceived.some(({ frameWidth }) => frameWidth > 320));
    await pageOf('Hedy').getByTestId('toolbar-screen').click();
    await pageOf('Ada').getByTestId('screen-tile').waitFor({ state: 'detached' });
  });

  it('goes on by itself when the media worker dies, without anybody leaving', async () => {
    const watches = await Promise.all(pages().map(watchPauses));
    const watched = async () => (await Promise.all(watches.map((look) => look()))).flatMap(Object.values);
    const begun = server().said('produces');
    expect(begun).toBeGreaterThanOrEqual(2 * people.length);
    process.kill(server().workers()[0]!, 'SIGKILL');
    complaints.push(expect.stringContaining('media worker died'));
    const before = await watched();
    // More than can have been on their way.
    await until(async () => (await watched()).every(({ pictures }, index) => pictures > before[index]!.pictures + 4));
    const longest = (await watched()).map((each) => each.longest).sort((one, other) => one - other);
    expect(longest).toHaveLength(people.length * others);
    process.stderr.write(
      `A media worker was killed: pictures stood still for ${longest[longest.length >> 1]} ms at the median, ` +
        `${longest.at(-1)} ms at the most\n`,
    );

    // What they send goes on as what it was, or the others would have had to wait for it.
    expect(server().said('produces')).toBe(begun);

    for (const page of pages()) {
      expect(await page.getByTestId('tile').count()).toBe(people.length);
      expect(await page.getByTestId('reconnecting').count()).toBe(0);
    }
  });
}
