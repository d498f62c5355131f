/** What breaks, as the people in the meeting see it. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { mediaOf, smallCamera, visit, type Visitor } from './support/browser.js';
import { watchPauses } from './support/pauses.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

describe('an interruption', () => {
  let server: RunningServer;
  let pair: Visitor[] = [];

  afterEach(async () => {
    await Promise.all(pair.splice(0).map(({ browser }) => browser.close()));
    await server.stop();
  });

  const meet = async () => {
    const { room } = await openRoom(server.url, { name: 'Interrupted' });
    const enter = (name: string) => visit(`${server.url}/r/${room.slug}?name=${name}&join=now&${smallCamera}`);
    const ada = await enter('Ada');
    const bob = await enter('Bob');
    pair = [ada, bob];
    await videosFlow();

    return { ada, bob };
  };

  const videosFlow = async () => {
    for (const { page } of pair) {
      await until(async () => (await mediaOf(page)).videosReceived.some(({ framesDecoded }) => framesDecoded > 5));
    }
  };

  it('of the network is seen by both, while pictures go on and nobody leaves', async () => {
    server = await startServer();
    const { ada, bob } = await meet();
    const before = await Promise.all(pair.map(connections));
    const pauses = await watchPauses(bob.page);
    await ada.context.setOffline(true);
    await ada.page.getByTestId('reconnecting').waitFor({ timeout: 60_000 });
    await bob.page.getByTestId('tile-reconnecting').waitFor({ timeout: 60_000 });
    await videosFlowOn();
    await ada.context.setOffline(false);
    await ada.page.getByTestId('reconnecting').waitFor({ state: 'detached', timeout: 60_000 });
    await bob.page.getByTestId('tile-reconnecting').waitFor({ state: 'detached', timeout: 60_000 });
    await videosFlowOn();

    expect(await Promise.all(pair.map(connections))).toEqual(before);
    expect(await bob.page.getByTestId('tile').count()).toBe(2);
    await bob.page.getByTestId('toolbar-chat').click();
    const lines = bob.page.getByTestId('chat-line');
    await lines.filter({ hasText: 'Bob joined' }).waitFor();
    expect(await lines.allTextContents()).toEqual([
      expect.stringMatching(/^Ada joined/),
      expect.stringMatching(/^Bob joined/),
    ]);
    process.stderr.write(
      `Longest pause between two pictures while a connection was lost: ${(await pauses()).Ada} ms\n`,
    );
  });

  it('by closing the page is a departure at once', async () => {
    server = await startServer({ RECONNECT_GRACE: '600' });
    const { ada, bob } = await meet();
    await ada.page.goto('about:blank');
    await bob.page.getByTestId('tile').nth(1).waitFor({ state: 'detached', timeout: 60_000 });
  });

  it('by a media worker that dies is over by itself, and nobody has left', async () => {
    server = await startServer({ MEDIA_WORKERS: '1' });
    const { ada } = await meet();
    const connectionsBefore = await connections(ada);
    process.kill(server.workers()[0]!, 'SIGKILL');
    await until(async () => (await connections(ada)) > connectionsBefore);
    await videosFlow();
    expect(await ada.page.getByTestId('tile').count()).toBe(2);
    await ada.page.getByTestId('toolbar-chat').click();
    await ada.page.getByTestId('chat-line').filter({ hasText: 'Bob joined' }).waitFor();
    expect(await ada.page.getByTestId('chat-line').count()).toBe(2);
  });

  /** More pictures are shown everywhere than have been until now. */
  const videosFlowOn = async () => {
    for (const { page } of pair) {
      const decoded = async () =>
        (await mediaOf(page)).videosReceived.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);
      const before = await decoded();
      await until(async () => (await decoded()) > before + 5);
    }
  };

  const connections = ({ page }: Visitor) =>
    page.evaluate(() => (window as unknown as { peerConnections: unknown[] }).peerConnections.length);
});
