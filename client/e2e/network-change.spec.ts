/** Somebody's device leaves one network and enters another, as from Wi-Fi to a mobile network: they stay in the meeting. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaOf, openBrowser, smallCamera, visit, type Visitor } from './support/browser.js';
import { canRoam, RoamingDevice } from './support/networks.js';
import { watchPauses } from './support/pauses.js';
import { openRoom } from './support/rest.js';
import { startServer, type RunningServer } from './support/server.js';
import { until } from './support/until.js';

// Namespaces are Linux's, and root's to make; elsewhere the report names this as skipped.
(canRoam ? describe : describe.skip)('a device that changes its network (Linux network namespaces)', () => {
  let device: RoamingDevice;
  let server: RunningServer;
  let ada: Visitor;
  let bob: Visitor;

  beforeAll(async () => {
    device = new RoamingDevice();
    server = await startServer({ HOST: '0.0.0.0', MEDIA_LISTEN_ADDRESS: device.serverAddress });
    const { room } = await openRoom(server.url, { name: 'On the move' });
    const { port } = new URL(server.url);
    const enter = async (name: string, command: string[]) =>
      visit(
        `http://meet.localhost:${port}/r/${room.slug}?name=${name}&join=now&${smallCamera}`,
        {},
        await openBrowser({ command, localhost: device.serverAddress }),
      );
    ada = await enter('Ada', device.command);
    bob = await enter('Bob', []);

    for (const { page } of [ada, bob]) {
      await until(async () => (await mediaOf(page)).videosReceived.some(({ framesDecoded }) => framesDecoded > 5));
    }
  });

  afterAll(async () => {
    await Promise.all([ada, bob].map((visitor) => visitor?.browser.close()));
    await server?.stop();
    device?.remove();
  });

  const statusOf = ({ page }: Visitor) => page.getByTestId('reconnecting').count();
  const decodedBy = async ({ page }: Visitor) =>
    (await mediaOf(page)).videosReceived.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0);

  it('stays in the meeting: pictures move again for both, and nobody saw anybody leave', async () => {
    const [atAda, atBob] = [await watchPauses(ada.page), await watchPauses(bob.page)];
    device.enter('mobile');
    const changed = Date.now();
    const stood = await Promise.all([decodedBy(ada), decodedBy(bob)]);
    await until(async () => (await statusOf(ada)) > 0 || Date.now() - changed > 10_000);
    await until(async () => (await statusOf(ada)) === 0);
    await until(async () => (await decodedBy(ada)) > stood[0]! + 10 && (await decodedBy(bob)) > stood[1]! + 10);

    process.stderr.write(
      `The network changed: pictures stood still for ${(await atAda()).Bob?.longest} ms there and ${(await atBob()).Ada?.longest} ms here\n`,
    );
    expect(await bob.page.getByTestId('tile').count()).toBe(2);
    await bob.page.getByTestId('toolbar-chat').click();
    await bob.page.getByTestId('chat-line').filter({ hasText: 'Bob joined' }).waitFor();
    expect(await bob.page.getByTestId('chat-line').count()).toBe(2);
  });
});
