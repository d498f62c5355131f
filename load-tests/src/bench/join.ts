/** How fast people can come: joins at a steady rate, into one room and into many, and what those inside notice of it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ViewedTile } from '@minimeet/protocol';
import { Bot } from '../bot.js';
import { ExaminedServer } from '../examined-server.js';
import { createRoom } from '../host-room.js';
import { inParallel, until } from '../waiting.js';
import type { BenchmarkOptions, Findings } from './benchmark.js';
import { arrived, becomesSteady, cpuShare, generatorIsFull } from './flow.js';
import { chart, percent, table } from './markdown.js';
import { joinsAtOnce } from './show.js';
import { percentile } from './statistics.js';

/** Those who are inside already, each with a camera and a microphone; one speaks. */
const hosts = 4;
/** Low, so that a small machine carries two hundred who watch: what joins cost is asked, not what media costs. */
const rates = { framesPerSecond: 5, voicePacketsPerSecond: 25 };
/** What those who come see: each camera, small. */
const tile = { width: 320, height: 180 };
/** Of the rooms, where there are many. */
const roomSize = 10;
/** Milliseconds that 95 of 100 joins may take for a rate to count as sustained. */
const inTime = 500;
/** Of the rate that was asked for, what has to be reached. */
const reached = 0.95;

/** Milliseconds between two looks at who is sent something. */
const mediaLookInterval = 10;

interface Plan {
  /** Joins a second, in order. */
  rates: readonly number[];
  /** Those who join at each rate: for so many seconds, and no more than so many. */
  seconds: number;
  most: number;
  /** Milliseconds between two looks at what has settled. */
  apart: number;
}

const plans: Record<'full' | 'short', Plan> = {
  full: { rates: [5, 10, 20, 40], seconds: 10, most: 200, apart: 1000 },
  short: { rates: [4], seconds: 1, most: 4, apart: 300 },
};

/** One rate of joining. Times count from the moment in which somebody was to join, so what has to wait for others shows. */
export interface JoinStep {
  rooms: 'one' | 'many';
  /** Joins a second: asked for, and reached. */
  rate: number;
  reached: number;
  joins: number;
  failed: number;
  /** Those who joined, and were sent nothing for half a minute. */
  unserved: number;
  /** Milliseconds until join() has resolved. */
  joinP50: number;
  joinP95: number;
  /** Milliseconds until the first packet of media. */
  firstMediaP50: number;
  firstMediaP95: number;
  /** Milliseconds of node's processor for each join, less what it takes without. */
  nodeCpuPerJoin: number;
  /** Of one core, while they join. */
  nodeCpu: number;
  workerCpu: number;
  generator: number;
  /** Of the packets to those who were inside before, 0 to 1. */
  lostInside: number;
}

export interface JoinFigures {
  steps: JoinStep[];
  /** The highest rate at which everyone joined in time and nobody inside lost anything; 0 where there is none. */
  sustainedInOne: number;
  sustainedInMany: number;
}

export async function run({ short, say }: BenchmarkOptions): Promise<Findings> {
  const plan = plans[short ? 'short' : 'full'];
  const steps: JoinStep[] = [];

  const server = await ExaminedServer.start({ MEDIA_WORKERS: '1' });

  try {
    for (const rooms of ['one', 'many'] as const) {
      for (const rate of plan.rates) {
        const step = await measureRate(server, rooms, rate, plan);
        say(
          `${step.joins} into ${rooms} at ${rate}/s: ${step.failed + step.unserved} failed, p95 ${step.joinP95.toFixed(0)} ms, ` +
            `first media ${step.firstMediaP95.toFixed(0)} ms, ${step.nodeCpuPerJoin.toFixed(1)} ms of node each, ` +
            `${percent(step.lostInside, 2)} lost inside, bots ${percent(step.generator)}`,
        );
        steps.push(step);
      }
    }
  } finally {
    await server.stop();
  }

  const figures: JoinFigures = {
    steps,
    sustainedInOne: sustained(steps.filter(({ rooms }) => rooms === 'one')),
    sustainedInMany: sustained(steps.filter(({ rooms }) => rooms === 'many')),
  };
  const failed = steps.reduce((sum, step) => sum + step.failed + step.unserved, 0);

  return {
    figures,
    report: report(figures),
    faults: failed > 0 ? [`${failed} joins failed, or brought nothing to see or hear`] : [],
  };
}

async function measureRate(
  server: ExaminedServer,
  rooms: JoinStep['rooms'],
  rate: number,
  { seconds, most, apart }: Plan,
): Promise<JoinStep> {
  const joins = Math.min(most, rate * seconds);
  const bot = (room: string, displayName: string) => new Bot({ url: server.url, room, displayName, rates });
  const main = await createRoom(server.url, 'Benchmark', joins + hosts);
  const inside = Array.from({ length: hosts }, (_, index) => bot(main.slug, `Host ${index + 1}`));
  const others =
    rooms === 'one'
      ? [main]
      : await Promise.all(
          Array.from({ length: Math.ceil(joins / roomSize) }, () => createRoom(server.url, 'Benchmark', roomSize)),
        );
  const comers = Array.from({ length: joins }, (_, index) =>
    bot(others[index % others.length]!.slug, `Guest ${index + 1}`),
  );

  try {
    inside[0]!.speaking = true;
    await inParallel(inside, joinsAtOnce, async (host) => {
      await host.join();
      await host.see(hosts, tile);
    });
    const before = await server.ask('sent');
    await becomesSteady(
      inside.map(({ media }) => media),
      { apart },
    );
    const after = await server.ask('sent');
    const idleNodeCpu = ((after.nodeCpuSeconds - before.nodeCpuSeconds) / (after.at - before.at)) * 1000;

    return await measureJoins({ server, rooms, rate, inside, comers, idleNodeCpu });
  } finally {
    await inParallel([...comers, ...inside], joinsAtOnce, (each) => each.leave());
  }
}

interface Joining {
  server: ExaminedServer;
  rooms: JoinStep['rooms'];
  rate: number;
  inside: readonly Bot[];
  comers: readonly Bot[];
  /** Seconds of node's processor in a second, without anybody who joins. */
  idleNodeCpu: number;
}

async function measureJoins({ server, rooms, rate, inside, comers, idleNodeCpu }: Joining): Promise<JoinStep> {
  const everyoneInside = inside.map(({ media }) => media);
  const view = inside.map(({ id }) => ({ participantId: id, source: 'camera' as const, pinned: false, ...tile }));
  const [insideBefore, sentBefore] = [arrived(everyoneInside), await server.ask('sent')];
  const used = process.cpuUsage();
  const began = performance.now();
  const joinTimes: number[] = [];
  const waitsForMedia = new Map<Bot, number>();
  const mediaTimes: number[] = [];
  let failed = 0;

  const watching = setInterval(() => {
    for (const [comer, due] of waitsForMedia) {
      if (comer.media.figures.received.packets > 0) {
        mediaTimes.push(performance.now() - due);
        waitsForMedia.delete(comer);
      }
    }
  }, mediaLookInterval);

  try {
    const joins = comers.map(async (comer, index) => {
      const due = began + (index * 1000) / rate;
      await delay(Math.max(0, due - performance.now()));

      // Where there are many rooms, nobody is in them for the first who come.
      if (rooms === 'one' || index >= comers.length / roomSize) {
        waitsForMedia.set(comer, due);
      }

      try {
        await enter(comer, rooms, view);
        joinTimes.push(performance.now() - due);
      } catch {
        failed += 1;
        waitsForMedia.delete(comer);
      }
    });
    await Promise.all(joins);
    // Up to the moment in which the next one would have come.
    const elapsed = (performance.now() - began) / 1000 + 1 / rate;
    const generator = cpuShare(used, began);
    await until('everyone who came is sent something', () => waitsForMedia.size === 0, {
      milliseconds: 30_000,
    }).catch(() => undefined);
    const [insideAfter, sentAfter] = [arrived(everyoneInside), await server.ask('sent')];
    const seconds = (sentAfter.at - sentBefore.at) / 1000;
    const nodeCpuSeconds = sentAfter.nodeCpuSeconds - sentBefore.nodeCpuSeconds;
    const lost = insideAfter.lost - insideBefore.lost;
    joinTimes.sort(ascending);
    mediaTimes.sort(ascending);

    return {
      rooms,
      rate,
      reached: joinTimes.length / elapsed,
      joins: comers.length,
      failed,
      unserved: waitsForMedia.size,
      joinP50: percentile(joinTimes, 0.5),
      joinP95: percentile(joinTimes, 0.95),
      firstMediaP50: percentile(mediaTimes, 0.5),
      firstMediaP95: percentile(mediaTimes, 0.95),
      nodeCpuPerJoin: ((nodeCpuSeconds - idleNodeCpu * seconds) / comers.length) * 1000,
      nodeCpu: nodeCpuSeconds / seconds,
      workerCpu: (sentAfter.cpuSeconds - sentBefore.cpuSeconds) / seconds,
      generator,
      lostInside: Math.max(0, lost) / Math.max(1, insideAfter.packets - insideBefore.packets + lost),
    };
  } finally {
    clearInterval(watching);
  }
}

/** Into one room, people come to watch; into many, to talk to each other. */
async function enter(comer: Bot, rooms: JoinStep['rooms'], view: ViewedTile[]): Promise<void> {
  if (rooms === 'many') {
    return comer.join();
  }

  await comer.client.setView(view);
  await comer.client.join();
}

/** Rates that were kept from the lowest on. */
function sustained(steps: readonly JoinStep[]): number {
  const broken = steps.findIndex(
    (step) =>
      step.failed + step.unserved > 0 ||
      step.joinP95 > inTime ||
      step.lostInside > 0 ||
      step.reached < step.rate * leastReached(step),
  );

  return steps.slice(0, broken < 0 ? steps.length : broken).at(-1)?.rate ?? 0;
}

/** The last one still has to join when the time for all is over. */
function leastReached({ joins, rate }: JoinStep): number {
  return reached / (1 + (inTime / 1000) * (rate / joins));
}

function ascending(one: number, other: number): number {
  return one - other;
}

function report({ steps, sustainedInOne, sustainedInMany }: JoinFigures): string {
  const full = steps.some(({ generator }) => generator > generatorIsFull);

  return [
    `${hosts} bots with camera and microphone are inside one room, and one speaks. Others come at a steady rate: all into that room, where they see the cameras and ` +
      `hear the voice, or each with camera and microphone into rooms of ${roomSize}. Times count from the moment in which each was to come.`,
    table(
      [
        'into',
        'joins/s',
        'reached',
        'joins',
        'failed',
        'join p50 ms',
        'p95 ms',
        'first media p50 ms',
        'p95 ms',
        'node ms per join',
        'node’s CPU',
        'worker’s CPU',
        'lost inside',
        'bots’ CPU',
      ],
      steps.map((step) => [
        `${step.rooms === 'one' ? 'one room' : 'many rooms'}`,
        String(step.rate),
        step.reached.toFixed(1),
        String(step.joins),
        String(step.failed + step.unserved),
        step.joinP50.toFixed(0),
        step.joinP95.toFixed(0),
        step.firstMediaP50.toFixed(0),
        step.firstMediaP95.toFixed(0),
        step.nodeCpuPerJoin.toFixed(1),
        percent(step.nodeCpu),
        percent(step.workerCpu),
        percent(step.lostInside, 2),
        percent(step.generator),
      ]),
    ),
    `With 95 of 100 joins within ${inTime} ms and no loss inside: **${sustainedInOne} joins a second into one room, ${sustainedInMany} into many**.` +
      (full ? ' Where the bots need a whole core, these are the bots’ times as well.' : ''),
    chart({
      title: 'Time to join, 95 of 100',
      x: { title: 'joins a second', values: steps.filter(({ rooms }) => rooms === 'one').map(({ rate }) => rate) },
      y: 'ms',
      lines: (['one', 'many'] as const).map((rooms) => ({
        name: `${rooms === 'one' ? 'one room' : 'many rooms'}`,
        values: steps.filter((step) => step.rooms === rooms).map(({ joinP95 }) => joinP95),
      })),
    }),
  ].join('\n\n');
}
