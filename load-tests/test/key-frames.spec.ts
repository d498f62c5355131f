/** Neither many who begin to see one camera at once nor one who asks without end storm its sender with requests for key frames. */
import { setTimeout as delay } from 'node:timers/promises';
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

describe('a receiver that asks for key frames without end', () => {
  let server: TestServer;
  const bots: Bot[] = [];

  beforeAll(async () => {
    server = await startServer({ MEDIA_WORKERS: '1' });
  });

  afterAll(async () => {
    await Promise.all(bots.map((bot) => bot.leave()));
    await server.stop();
  });

  const enter = async (room: string, displayName: string) => {
    const bot = new Bot({ url: server.url, room, displayName, rates });
    bots.push(bot);
    await bot.join();

    return bot;
  };

  it.each([
    ['over RTCP', async ({ media }: Bot) => media.askForKeyFrames()],
    [
      'over the socket',
      async ({ client }: Bot) => {
        // Some are refused: they are too many.
        await Promise.allSettled(client.state.participants.map(({ id }) => client.requestKeyFrame(id, 'camera')));
      },
    ],
  ])('%s costs its sender a few, and the others see the video as before', async (_, ask) => {
    const { slug } = await createRoom(server.url, 'Key frames', 4);
    const sender = await enter(slug, 'Sender');
    const watcher = await enter(slug, 'Watcher');
    const asker = await enter(slug, 'Asker');
    await until('both see the sender', () => [watcher, asker].every(({ media }) => media.figures.received.video > 20));
    const before = sender.media.figures.keyFrameRequests;
    const seen = watcher.media.figures.received.video;

    for (let asked = 0; asked < 50; asked++) {
      await ask(asker);
      await delay(100);
    }

    // Five seconds, in which a crowd would cause fourteen for each of the layers.
    expect(sender.media.figures.keyFrameRequests - before).toBeLessThanOrEqual(8 * layers);
    expect(watcher.media.figures.received.video - seen).toBeGreaterThan(15);
    await until('the asker sees it again', async () => {
      const then = asker.media.figures.received.video;
      await delay(1000);

      return asker.media.figures.received.video > then + 3;
    });
  });
});
