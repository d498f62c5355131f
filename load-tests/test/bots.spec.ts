/** Bots are participants like others: what they send is forwarded, and what is forwarded follows what they see. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Bot } from '../src/bot.js';
import { createRoom } from '../src/host-room.js';
import { until } from '../src/waiting.js';
import type { MediaRates } from '../src/webrtc/synthetic-media.js';
import { startServer, type TestServer } from '../../server/test/harness.js';

const rates = { framesPerSecond: 10, voicePacketsPerSecond: 20 };
/** As little as lets bots send what they usually do: they send what they are told to, and adapt to nothing. */
const maxIncomingBitrate = 300_000;
const tile = { width: 320, height: 180 };

describe('bots', () => {
  let server: TestServer;
  const bots: Bot[] = [];

  beforeAll(async () => {
    server = await startServer({
      MEETING_VOICES: '2',
      MEETING_HIDDEN_VIDEO_UP_TO: '2',
      MEETING_UNSEEN_VIDEO_SECONDS: '1',
      MEDIA_MAX_INCOMING_BITRATE: String(maxIncomingBitrate),
    });
  });

  afterEach(async () => {
    await Promise.all(bots.splice(0).map((bot) => bot.leave()));
  });

  afterAll(() => server.stop());

  const meeting = async (size: number, ratesOf: (index: number) => MediaRates = () => rates, seats = size) => {
    const { slug } = await createRoom(server.url, 'Bots', seats);

    for (let index = 0; index < size; index++) {
      bots.push(new Bot({ url: server.url, room: slug, displayName: `Bot ${index}`, rates: ratesOf(index) }));
    }

    await Promise.all(bots.map((bot) => bot.join()));
    await until('all know each other', () =>
      bots.every(({ publishes, client }) => publishes && client.state.participants.length === size - 1),
    );

    return bots;
  };

  /** How many were, for what they sent. */
  const putOutSoFar = async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();

    return Number(/^minimeet_refusals_total\{limit="incoming_bitrate"\} (\d+)$/m.exec(metrics)?.[1]);
  };

  /** Waits until so many streams of a kind flow, and no other. */
  const flowing = async ({ media }: Bot, kind: 'audio' | 'video', count: number) =>
    until(`${count} streams of ${kind} flow`, async () => {
      const before = media.incoming;
      await delay(1000);
      const grown = [...media.incoming].filter(
        ([ssrc, stream]) => stream.kind === kind && stream.packets > (before.get(ssrc)?.packets ?? 0) + 3,
      );

      return grown.length === count;
    });

  it('see and hear each other, with keys that fit and key frames when they are asked for', async () => {
    const [ada, bob] = (await meeting(2)) as [Bot, Bot];
    ada.speaking = true;
    await Promise.all([ada, bob].map((bot) => flowing(bot, 'video', 1)));
    await flowing(bob, 'audio', 1);
    await until('the speaker is known', () => bob.client.state.activeSpeakers.includes(ada.id));

    for (const { media } of [ada, bob]) {
      expect(media.figures.decrypted).toBeGreaterThan(0);
      expect(media.figures.undecipherable).toBe(0);
      expect(media.figures.keyFrameRequests).toBeGreaterThan(0);
    }
  });

  it('report how well they are connected and how joining went, as browsers do', async () => {
    const figure = async (name: string) => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();

      return Number(new RegExp(`^minimeet_client_${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
    };
    const names = [
      'join_duration_seconds_count',
      'first_media_seconds_count{kind="audio"}',
      'first_media_seconds_count{kind="video"}',
      'round_trip_seconds_count',
      'loss_ratio_count',
    ];
    const before = await Promise.all(names.map(figure));
    const [ada, bob] = (await meeting(2, undefined, 3)) as [Bot, Bot];
    const eve = new Bot({ url: server.url, room: ada.client.state.room!.slug, displayName: 'Eve', rates });
    bots.push(eve);
    [ada, bob].forEach((bot) => (bot.speaking = true));
    await flowing(bob, 'audio', 1);
    await eve.join();
    await flowing(eve, 'video', 2);
    await flowing(eve, 'audio', 2);
    const transport = (await eve.client.getStats()).recv!;
    expect([...transport.values()]).toContainEqual(
      expect.objectContaining({ type: 'candidate-pair', bytesReceived: expect.any(Number) }),
    );
    // What was not reported yet is reported with the goodbye.
    await Promise.all(bots.splice(0).map((bot) => bot.leave()));
    await until('all figures have grown', async () => {
      const now = await Promise.all(names.map(figure));

      return now.every((value, index) => value > before[index]!);
    });
  });

  it('are put out where they send far more than senders are told, and come back in a while, the others unharmed', async () => {
    const [ada, bob, flooder] = (await meeting(3, (index) =>
      index === 2 ? { ...rates, bitrateShare: 10 } : rates,
    )) as [Bot, Bot, Bot];
    await until('the flood is ended', () => flooder.client.state.status === 'ended');

    expect(flooder.client.state.endReason).toBe('sent_too_much');
    await until('it has left', () => [ada, bob].every(({ client }) => client.state.participants.length === 1));
    await expect(flooder.client.join()).rejects.toMatchObject({ code: 'rate_limited' });
    await Promise.all([ada, bob].map((bot) => flowing(bot, 'video', 1)));
    expect([ada, bob].map(({ client }) => client.state.status)).toEqual(['joined', 'joined']);
    await until('it is counted', async () => (await putOutSoFar()) === 1);
  });

  it('are put out all the same where they leave and come again before anybody can have looked twice', async () => {
    const [, flooder] = (await meeting(2, (index) => (index === 1 ? { ...rates, bitrateShare: 10 } : rates))) as [
      Bot,
      Bot,
    ];
    const before = await putOutSoFar();
    const isKeptOut = async () => {
      await delay(1000);
      await flooder.leave();

      return flooder.join().then(
        () => false,
        ({ code }: { code: string }) => code === 'rate_limited',
      );
    };
    await until('it is let in no more', isKeptOut);

    expect((await putOutSoFar()) - before).toBe(1);
  });

  it('are sent what they see and who speaks, and nothing of what they do not see', async () => {
    const everyone = await meeting(6);
    const listeners = everyone.slice(2);
    everyone.forEach((bot) => (bot.speaking = !listeners.includes(bot)));
    await Promise.all(everyone.map((bot) => bot.see(2, tile)));
    await Promise.all([
      ...everyone.map((bot) => flowing(bot, 'video', 2)),
      ...listeners.map((bot) => flowing(bot, 'audio', 2)),
    ]);
    await until('there are no consumers for what is not seen', () =>
      everyone.every(({ media }) => [...media.incoming.values()].filter(({ kind }) => kind === 'video').length === 2),
    );
  });
});

describe('where the server announces several media addresses, bots', () => {
  /** Reserved for documentation (RFC 5737): nothing answers there. */
  const dead = '192.0.2.1';
  let server: TestServer | undefined;
  const bots: Bot[] = [];

  afterEach(async () => {
    await Promise.all(bots.splice(0).map((bot) => bot.leave()));
    await server?.stop();
    server = undefined;
  });

  const join = async (announced: string) => {
    server = await startServer({ MEDIA_ANNOUNCED_ADDRESS: announced });
    const { slug } = await createRoom(server.url, 'Bots', 2);
    bots.push(...['Ada', 'Bob'].map((displayName) => new Bot({ url: server!.url, room: slug, displayName, rates })));
    await Promise.all(bots.map((bot) => bot.join()));

    return bots;
  };

  it('receive video over the second one when the first does not answer', async () => {
    const everyone = await join(`${dead},127.0.0.1`);
    await until('video arrives', () =>
      everyone.every(({ media }) =>
        [...media.incoming.values()].some(({ kind, packets }) => kind === 'video' && packets > 5),
      ),
    );

    expect(everyone.map(({ media }) => media.failure)).toEqual([null, null]);
  });

  it('name the addresses that do not answer when none does', async () => {
    const everyone = await join(dead);
    await until('the reason is known', () => everyone.every(({ media }) => media.failure !== null));

    for (const { media } of everyone) {
      expect(media.failure).toMatch(/^no media: none of the addresses .* \(192\.0\.2\.1:\d+/);
    }
  });
});
