/**
 * Fuzz: whatever can be put on a WebSocket or into long-polling, at every moment of a connection's life, and acknowledgements of any
 * shape to the consumers that are offered. Nothing is left uncaught, and those who meet meanwhile keep media and chat.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { repeatedWith, samples, seed } from '../../server/test/faulty-inputs.js';
import { median } from '../src/bench/statistics.js';
import { until } from '../src/waiting.js';
import { Arena, stages, withUsualLimits, withoutLimits } from './adversary/arena.js';
import { acknowledgement, answers, binary, event, malformed, type Input, type Kind } from './adversary/packets.js';
import { tokenOf } from './adversary/people.js';
import { RawClient } from './adversary/raw-client.js';
import { overPolling, overWebSocket } from './adversary/raw-link.js';
import { slownessOf } from './adversary/slowness.js';
import { compileLoadTests } from './compile.js';

/** Lives of connections in each of the two halves. */
const LIVES = 400;
/** Inputs that came to the server, in both halves together, and how many of each kind. */
const LEAST_IN_ALL = 50_000;
const LEAST: Record<Kind | 'offer', number> = {
  event: 15_000,
  acknowledgement: 15_000,
  offer: 2000,
  binary: 200,
  malformed: 500,
};
/** Bytes by which the heap may differ from one half to the other, however many inputs there were. */
const HEAP_NOISE = 8_000_000;
/** Of the timers and handles of a server in which people go on meeting. */
const HANDLE_NOISE = 10;
/** Seats of those who are cut off are looked for at the end; nobody who resumes takes that long. */
const soonGone = { RECONNECT_GRACE: '5' };
/** What may not come of an input that is refused. */
const mistakes = ['internal_error', 'database_unavailable', 'chat_unavailable'];

/** What one connection sends, from its beginning to its end. */
const lives = fc.record({
  stage: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('joined' as const, 'resumed' as const, 'while it joins' as const) },
    { weight: 2, arbitrary: fc.constantFrom(...stages) },
  ),
  isPolling: fc.nat(9).map((one) => one === 9),
  /** What the consumers that are offered are acknowledged with, in turn, each once or twice. */
  offers: fc.array(answers, { minLength: 1, maxLength: 30 }),
  areRepeated: fc.boolean(),
  /** What a connection outlives, unless it is about to be admitted. */
  inputs: fc.array(fc.oneof(event, acknowledgement), { maxLength: 200, size: 'max' }),
  /** What most often ends it; each of these that finds it ended has a connection of its own. */
  last: fc.array(fc.oneof(malformed, malformed, binary), { maxLength: 4 }),
});
type Life = typeof lives extends fc.Arbitrary<infer Value> ? Value : never;

const sent = { event: 0, acknowledgement: 0, offer: 0, binary: 0, malformed: 0 };

/** Counts inputs that came to the server: all where it still answered afterwards, else the one that ended the connection. */
function count(inputs: readonly Input[], wereAllRead: boolean): void {
  inputs.slice(0, wereAllRead ? undefined : 1).forEach(({ kind }) => (sent[kind] += 1));
}

async function live({ stage, isPolling, offers, areRepeated, inputs, last }: Life, arena: Arena): Promise<string[]> {
  const codes: string[] = [];
  const clients: RawClient[] = [];
  let offered = 0;
  const prepare = (client: RawClient) => {
    clients.push(client);
    client.on('outcome', (code) => void (code !== undefined && mistakes.includes(code) && codes.push(code)));
    client.acknowledge = ({ ackId }) => {
      const packet = `43${ackId}[${offers[offered % offers.length]}]`;
      offered += 1;
      sent.offer += 1;

      return areRepeated ? [packet, packet] : [packet];
    };
  };
  const token = await tokenOf(arena.url, 'Mallory');
  let client = await arena.bring(stage, token, isPolling ? overPolling : overWebSocket, prepare);

  const isAdmitted = stage !== 'before it asks for admission' && stage !== 'before welcome';
  client.send(...inputs.flatMap(({ packets }) => packets));
  count(inputs, isAdmitted && (await client.isHeard()));

  for (const input of last) {
    if (!client.isOpen) {
      client = await RawClient.enter(arena.url, token);
      prepare(client);
    }
    client.send(...input.packets);
    count([input], true);
    await client.isHeard();
  }
  clients.forEach((one) => one.cut());

  return [...codes, ...(await arena.faults())];
}

describe.each([
  ['as far as the handlers', { ...withoutLimits, ...soonGone }, LIVES],
  ['as far as the usual limits let it', { ...withUsualLimits, ...soonGone }, LIVES / 8],
])('fuzz: packets to a meeting, %s', (name, settings, numRuns) => {
  let arena: Arena;

  beforeAll(async () => {
    process.stderr.write(`fuzz: packets, ${repeatedWith}\n`);
    compileLoadTests();
    arena = await Arena.open(settings);
  });

  afterAll(() => arena.close());

  const half = (part: number) =>
    fc.assert(
      fc.asyncProperty(lives, async (life) => {
        const faults = await live(life, arena);

        if (faults.length > 0) {
          throw new Error(`${repeatedWith}: ${faults.join('\n')}`);
        }
      }),
      { numRuns, seed: (seed + part) | 0 },
    );

  it('nothing is left uncaught, people go on meeting, and nothing is left behind', async () => {
    const handles = async () => (await arena.server.ask('leftovers')).handles;
    const before = await arena.figures();
    const handlesBefore = await handles();
    await half(0);
    await arena.expectMeetingGoesOn();
    const middle = await arena.figures();
    await half(1);
    await arena.expectMeetingGoesOn();
    const after = await arena.figures();

    // A meeting keeps a router that it once needed.
    const { connections, placesTaken } = before.counts;
    expect(middle.counts).toMatchObject({ connections, placesTaken });
    expect(after.counts).toEqual(middle.counts);
    expect(after.heapBytes - middle.heapBytes).toBeLessThan(HEAP_NOISE);
    // A connection that says nothing any more is noticed after some pings.
    await until('timers and sockets are gone', async () => (await handles()) - handlesBefore < HANDLE_NOISE);
    expect(await arena.faults()).toEqual([]);
    process.stderr.write(`fuzz: packets ${name}: ${JSON.stringify(sent)}\n`);
  }, 900_000);
});

describe('fuzz: a flood of packets', () => {
  /** How many flood at one time, and how much each sends, over as many connections as the server makes of it. */
  const FLOODERS = 6;
  const FLOOD = 10_000;
  /** Of these, between two looks at whether the connection still takes more. */
  const AT_ONCE = 200;
  /** Milliseconds of the event loop, 95 times of 100. */
  const MOST_MS = 100;
  /** Milliseconds after which a flooder does not wait for an answer any longer. */
  const SILENCE_MS = 2000;
  /** How often a bystander asks while nothing else happens. */
  const PINGS_AT_REST = 20;
  /** Times as long as at rest, and milliseconds, that a bystander's ping may take in the flood, of which the machine does the other end too. */
  const MOST_PING = { times: 20, milliseconds: 300 };

  it('lets whoever else asks wait for no longer than the usual limits allow', async () => {
    compileLoadTests();
    const arena = await Arena.open(withUsualLimits);
    const inputs = samples('a flood', fc.oneof(event, acknowledgement), 2000);
    const bystander = await RawClient.enter(arena.url, await tokenOf(arena.url, 'Walter'));
    let isOver = false;
    const ping = async () => {
      const began = performance.now();
      await bystander.askWell('ping');

      return performance.now() - began;
    };
    const atRest: number[] = [];
    for (let time = 0; time < PINGS_AT_REST; time += 1) {
      atRest.push(await ping());
      await delay(20);
    }
    const inFlood: number[] = [];
    const asking = async () => {
      while (!isOver) {
        inFlood.push(await ping());
        await delay(100);
      }
    };
    const flood = async (name: string) => {
      const token = await tokenOf(arena.url, name);
      let client = await RawClient.enter(arena.url, token);
      for (let done = 0; done < FLOOD; done += AT_ONCE) {
        if (!client.isOpen) {
          const next = await RawClient.enter(arena.url, token).catch(() => null);
          if (!next) {
            // So often that not even this is allowed any more.
            return;
          }
          client = next;
        }
        const some = Array.from({ length: AT_ONCE }, (_, at) => inputs[(done + at) % inputs.length]!);
        client.send(...some.flatMap(({ packets }) => packets));
        some.forEach(({ kind }) => (sent[kind] += 1));
        await delay(1);
      }
      // Who floods is not answered any more for a while.
      await Promise.race([client.isHeard().catch(() => undefined), delay(SILENCE_MS)]);
      client.cut();
    };

    try {
      await arena.server.ask('loopWork');
      const asked = asking();
      await Promise.all(Array.from({ length: FLOODERS }, (_, index) => flood(`Flooder ${index}`)));
      isOver = true;
      await asked;
      const { p95, longest } = await arena.server.ask('loopWork');
      process.stderr.write(
        `fuzz: in a flood the event loop works ${p95} ms (p95), ${longest.toFixed(0)} ms (longest) at one time; ` +
          `a ping takes ${median(inFlood).toFixed(1)} ms, at rest ${median(atRest).toFixed(1)} ms\n`,
      );

      expect(median(inFlood)).toBeLessThan(median(atRest) * MOST_PING.times + MOST_PING.milliseconds);
      expect(await arena.faults()).toEqual([]);
      expect(p95 / (await slownessOf(arena.server))).toBeLessThan(MOST_MS);
      await arena.expectMeetingGoesOn();
    } finally {
      isOver = true;
      bystander.cut();
      await arena.close();
    }
  }, 300_000);
});

it('fuzz: packets and acknowledgements of every kind came to the server', () => {
  const all = Object.values(sent).reduce((sum, inputs) => sum + inputs, 0);
  const tooFew = Object.entries(LEAST).filter(([kind, least]) => sent[kind as keyof typeof sent] < least);
  expect({ all: Math.min(all, LEAST_IN_ALL), tooFew }).toEqual({ all: LEAST_IN_ALL, tooFew: [] });
});
