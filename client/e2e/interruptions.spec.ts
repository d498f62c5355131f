/** What breaks, as the people in the meeting see it. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mediaOf, smallCamera, visit, type Visitor } from './support/browser.js';
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

  it('of the network shows that it reconnects, and then everyone is back', async () => {
    server = await startServer();
    const { ada } = await meet();
    await ada.context.setOffline(true);
    await ada.page.getByTestId('reconnecting').waitFor({ timeout: 60_000 });
    await ada.context.setOffline(false);
    await ada.page.getByTestId('reconnecting').waitFor({ state: 'detached', timeout: 60_000 });
    await ada.page.getByTestId('tile').nth(1).waitFor();
    await videosFlow();
  });

  it('by a media worker that dies brings everyone back by themselves', async () => {
    server = await startServer({ MEDIA_WORKERS: '1' });
    const { ada } = await meet();
    const [worker] = execFileSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    const connectionsBefore = await connections(ada);
    process.kill(Number(worker), 'SIGKILL');
    await until(async () => (await connections(ada)) > connectionsBefore);
    await videosFlow();
    expect(await ada.page.getByTestId('tile').count()).toBe(2);
  });

  const connections = ({ page }: Visitor) =>
    page.evaluate(() => (window as unknown as { peerConnections: unknown[] }).peerConnections.length);
});
