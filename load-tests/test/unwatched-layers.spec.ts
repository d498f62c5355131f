/** Layers that nobody watches are not sent for long, however many come meanwhile; and they are sent again as soon as somebody does. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../../server/test/harness.js';
import { Bot } from '../src/bot.js';
import { createRoom } from '../src/host-room.js';
import { until } from '../src/waiting.js';

const rates = { framesPerSecond: 10, voicePacketsPerSecond: 20 };
const small = { width: 320, height: 180 };
const large = { width: 1280, height: 720 };
/** Senders, and those who come while they are watched. */
const senders = 4;
const late = 5;

describe('a layer that nobody watches', () => {
  let server: TestServer;
  const bots: Bot[] = [];

  beforeAll(async () => {
    server = await startServer({ MEDIA_WORKERS: '1' });
  });

  afterAll(async () => {
    await Promise.all(bots.map((bot) => bot.leave()));
    await server.stop();
  });

  it('is not sent while people come and see all in small tiles, and is sent again to whoever enlarges one', async () => {
    const { slug } = await createRoom(server.url, 'Layers', senders + late);
    const enter = async (displayName: string) => {
      const bot = new Bot({ url: server.url, room: slug, displayName, rates, picturesAtFirst: 9 });
      bots.push(bot);
      await bot.join();

      return bot;
    };
    const see = ({ client }: Bot, size: typeof small, whom = client.state.participants.map(({ id }) => id)) =>
      client.setView(
        whom.map((participantId) => ({ participantId, source: 'camera' as const, pinned: false, ...size })),
      );
    const sending = await Promise.all(Array.from({ length: senders }, (_, index) => enter(`Sender ${index}`)));
    await until('all know each other', () =>
      sending.every(({ client }) => client.state.participants.length === senders - 1),
    );
    await Promise.all(sending.map((bot) => see(bot, small)));
    const top = () => sending.reduce((sum, { media }) => sum + media.figures.sent.videoBytes.at(1)!, 0);
    const low = () => sending.reduce((sum, { media }) => sum + media.figures.sent.videoBytes.at(0)!, 0);
    await until('nobody sends the upper layer', async () => {
      const before = top();
      await delay(500);

      return top() === before;
    });

    const [topBefore, lowBefore] = [top(), low()];
    for (let index = 0; index < late; index++) {
      const bot = await enter(`Late ${index}`);
      await delay(300);
      await see(bot, small);
      await delay(500);
    }
    const viewer = bots.at(-1)!;
    await until('it sees them', () => viewer.media.figures.received.video > 20);

    // Something flows all the time, and of the upper layer nothing.
    expect(low()).toBeGreaterThan(lowBefore);
    expect(top()).toBe(topBefore);

    await see(viewer, large, [sending[0]!.id]);
    await until('the upper layer comes', () => viewer.media.figures.received.videoBytes.at(1)! > 0);
  });
});
