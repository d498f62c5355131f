/** Whoever begins to speak is heard soon, whether a consumer was kept at hand for them or has to be made first. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startServer, type TestServer } from '../../server/test/harness.js';
import { Bot } from '../src/bot.js';
import { createRoom } from '../src/host-room.js';
import { inParallel, until } from '../src/waiting.js';

/** One voice gets through and some stay at hand, so the last of these have to be negotiated where not all are kept. */
const people = 16;
const speakers = 3;
/** Milliseconds between two looks at what arrived. */
const lookInterval = 5;
/** Milliseconds until it counts as lost, much longer than it takes. */
const longestGap = 20_000;
/** Packets of one voice until it counts as speech: who is silent sends one now and then. */
const speech = 5;
const rates = { framesPerSecond: 1, voicePacketsPerSecond: 50 };

describe('the first words of somebody', () => {
  let server: TestServer;
  const bots: Bot[] = [];

  afterEach(async () => {
    await Promise.all(bots.splice(0).map((bot) => bot.leave()));
    await server.stop();
  });

  const gather = async (settings: Record<string, string>) => {
    server = await startServer({ MEETING_VOICES: '1', ...settings });
    const room = await createRoom(server.url, 'Words', people);

    for (let index = 0; index < people; index++) {
      bots.push(new Bot({ url: server.url, room: room.slug, displayName: `Bot ${index}`, rates }));
    }

    await inParallel(bots, 4, async (bot) => {
      await bot.join();
      await bot.client.setView([]);
    });
    await until('everybody knows everybody', () =>
      bots.every(({ publishes, client }) => publishes && client.state.participants.length === people - 1),
    );
  };

  const hasVoiceOf = (listener: Bot, speaker: Bot) =>
    listener.client.state.participants.some(({ id, media }) => id === speaker.id && media.microphone?.track);

  /** Milliseconds until the first packet of the first voice that turns out to be speech. */
  const gapUntilSpeech = async (listener: Bot, began: number) => {
    const before = new Map([...listener.media.incoming].map(([ssrc, { packets }]) => [ssrc, packets]));
    const first = new Map<number, number>();

    while (performance.now() - began < longestGap) {
      await delay(lookInterval);

      for (const [ssrc, { kind, packets }] of listener.media.incoming) {
        const arrived = packets - (before.get(ssrc) ?? 0);

        if (kind === 'audio' && arrived > 0 && !first.has(ssrc)) {
          first.set(ssrc, performance.now() - began);
        }

        if (kind === 'audio' && arrived >= speech) {
          return first.get(ssrc)!;
        }
      }
    }

    throw new Error('nobody was heard');
  };

  const gapsOf = async (turns: readonly Bot[]) => {
    const gaps: number[] = [];

    for (const speaker of turns) {
      const listeners = bots.filter((bot) => bot !== speaker);
      speaker.speaking = true;
      gaps.push(...(await Promise.all(listeners.map((bot) => gapUntilSpeech(bot, performance.now())))));
      speaker.speaking = false;
      await until('everyone has its consumer', () => listeners.every((bot) => hasVoiceOf(bot, speaker)));
    }

    return gaps.toSorted((one, other) => one - other);
  };

  const say = (what: string, gaps: readonly number[]) =>
    process.stderr.write(
      `${what}: first word to first packet of it ${Math.round(gaps[gaps.length >> 1]!)} ms in the median, ` +
        `${Math.round(gaps.at(-1)!)} ms at most, of ${gaps.length}\n`,
    );

  it('are heard by everyone over consumers that were kept at hand', async () => {
    await gather({});
    await until('every voice is at hand', () =>
      bots.every((listener) => bots.every((bot) => bot === listener || hasVoiceOf(listener, bot))),
    );
    const gaps = await gapsOf(bots.slice(-speakers));
    say('at hand', gaps);
    expect(gaps).toHaveLength(speakers * (people - 1));
  });

  it('are heard by everyone where a consumer has to be negotiated first', async () => {
    await gather({ MEETING_SILENT_VOICES_UP_TO: '2' });
    const unknown = bots.filter((bot) => bots.every((listener) => bot === listener || !hasVoiceOf(listener, bot)));
    expect(unknown.length).toBeGreaterThan(0);
    const gaps = await gapsOf(unknown.slice(-speakers));
    say('negotiated', gaps);
    expect(gaps).toHaveLength(Math.min(speakers, unknown.length) * (people - 1));
  });
});
