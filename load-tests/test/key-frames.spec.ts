/** Many who begin to see one camera at once do not storm its sender with requests for key frames. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../../server/test/harness.js';
import { Bot } from '../src/bot.js';
import { createRoom } from '../src/host-room.js';
import { inParallel, until } from '../src/waiting.js';

const viewers = 40;
/** Joins that are under way at one time: the bots share one process with the server. */
const atOnce = 10;
const rates = { framesPerSecond: 10, voicePacketsPerSecond: 20 };
/** Milliseconds between two requests for one layer, as the server asks for its producers. */
const requestInterval = 350;
const layers = 2;

describe('a crowd that begins to see one camera', () => {
  let server: TestServer;
  const bots: Bot[] = [];

  beforeAll(async () => {
    // On both workers, so that one half of the crowd sees it through a pipe.
    server = await startServer({ MEDIA_WORKERS: '2', MEDIA_SPREAD_LOAD: '1' });
  });

  afterAll(async () => {
    await Promise.all(bots.map((bot) => bot.leave()));
    await server.stop();
  });

  it('sees it, each of them, while its sender is asked for key frames now and then', async () => {
    const room = await createRoom(server.url, 'Crowd', viewers + 1);
    const bot = (displayName: string) => {
      bots.push(new Bot({ url: server.url, room: room.slug, displayName, rates }));

      return bots.at(-1)!;
    };
    const sender = bot('Sender');
    await sender.join();
    await until('the camera is known', () => sender.publishes);
    const crowd = Array.from({ length: viewers }, (_, index) => bot(`Viewer ${index}`));
    const began = performance.now();
    const before = sender.media.figures.keyFrameRequests;

    await inParallel(crowd, atOnce, ({ client }) => client.join());
    await until('everyone sees it', () => crowd.every(({ media }) => media.figures.received.video > 0), {
      milliseconds: 100_000,
    });
    const elapsed = performance.now() - began;
    const requests = sender.media.figures.keyFrameRequests - before;
    process.stderr.write(
      `${viewers} viewers within ${Math.round(elapsed)} ms: ${requests} requests for key frames, ` +
        `${((requests / elapsed) * 1000).toFixed(1)} a second\n`,
    );

    expect(requests).toBeGreaterThan(0);
    // At the begin of it for each layer, and then no sooner than after each interval: whatever the number of viewers.
    expect(requests).toBeLessThanOrEqual(layers * (2 + elapsed / requestInterval));
  });
});
