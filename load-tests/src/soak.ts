/**
 * What is left on a server when many have joined, left and broken off.
 *
 * Lives of participants overlap in two rooms; each is a series of incidents that a seed decides, and ends in one of several ways,
 * some of them in the midst of joining. Now and then everyone is gone: then nothing may be left.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { MeetingError } from '@minimeet/sdk';
import { Random } from '@minimeet/server/dist/analytics/seed-chance.js';
import { Bot } from './bot.js';
import { BreakableWay } from './breakable-way.js';
import { ExaminedServer, residentBytes, type WorkerExamination } from './examined-server.js';
import { createRoom } from './host-room.js';
import { inParallel, until } from './waiting.js';

export interface SoakOptions {
  joins: number;
  /** The same seed decides the same; when something happens still depends on the machine. */
  seed: number;
  /** Participants who are there, come or go at one time. */
  atOnce: number;
  workers: number;
  /** How often all are gone, and it is looked at what is left. */
  looks: number;
  /** Whether a media worker is killed each time while meetings are on. */
  killWorkers: boolean;
  say(line: string): void;
}

/** What there is when everyone has gone. */
export interface SoakSample {
  /** Until then. */
  joins: number;
  heapBytes: number;
  residentBytes: number;
  /** Resident, of all media workers. */
  workerBytes: number;
}

export interface SoakReport {
  samples: SoakSample[];
  /** How lives ended, and with which code joining failed. */
  endings: Record<string, number>;
  failures: Record<string, number>;
}

const endings = ['leaves', 'breaks off', 'leaves while joining', 'breaks off while joining'] as const;
const incidents = [
  'looks',
  'looks away',
  'speaks',
  'mutes',
  'unmutes',
  'stops the camera',
  'loses the connection',
] as const;

const rates = { framesPerSecond: 5, voicePacketsPerSecond: 20 };
const tile = { width: 320, height: 180 };
/** Seconds for which a seat is kept. */
const grace = 1;
const reconnect = { attempts: 5, firstDelay: 20, longestDelay: 200 };
/** Milliseconds between two incidents, at most. */
const longestPause = 300;
const mostIncidents = 4;

interface Life {
  index: number;
  room: string;
  ending: (typeof endings)[number];
  incidents: { what: (typeof incidents)[number]; pause: number }[];
  lastPause: number;
}

export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { joins, seed, atOnce, workers, looks, say } = options;
  const report: SoakReport = { samples: [], endings: {}, failures: {} };
  const server = await ExaminedServer.start({
    MEDIA_WORKERS: String(workers),
    RECONNECT_GRACE: String(grace),
    // Meetings spread over the workers at once, so that there are pipes.
    MEDIA_SPREAD_LOAD: '1',
  });

  try {
    const rooms = await Promise.all(
      ['One', 'Two'].map(async (name) => (await createRoom(server.url, name, atOnce + 2)).slug),
    );
    const random = new Random(seed);
    const lives = Array.from({ length: joins }, (_, index) => decide(random, index, rooms));
    const round = Math.ceil(joins / looks);

    for (let from = 0; from < joins; from += round) {
      await Promise.all([
        inParallel(lives.slice(from, from + round), atOnce, (life) => live(server, life, report)),
        options.killWorkers ? killOneWorker(server, random) : undefined,
      ]);
      const sample = await lookAtWhatIsLeft(server, workers, Math.min(joins, from + round));
      report.samples.push(sample);
      say(describe(sample));
    }

    return report;
  } finally {
    await server.stop();
  }
}

function decide(random: Random, index: number, rooms: readonly string[]): Life {
  return {
    index,
    room: random.oneOf(rooms),
    ending: random.oneOf(endings),
    incidents: Array.from({ length: random.integer(mostIncidents + 1) }, () => ({
      what: random.oneOf(incidents),
      pause: random.integer(longestPause),
    })),
    lastPause: random.integer(longestPause),
  };
}

/** From joining to the end. Whatever goes wrong on the way is counted, as it is no reason to leave anything behind. */
async function live(server: ExaminedServer, { index, room, ending, ...life }: Life, report: SoakReport): Promise<void> {
  const way = await BreakableWay.open(server.url);
  const bot = new Bot({ url: way.url, room, displayName: `Bot ${index + 1}`, rates, reconnect });
  const count = (counts: Record<string, number>, what: string) => (counts[what] = (counts[what] ?? 0) + 1);
  count(report.endings, ending);

  try {
    const joining = bot.join();
    joining.catch(() => undefined);

    if (ending === 'leaves' || ending === 'breaks off') {
      await joining;

      for (const { what, pause } of life.incidents) {
        await delay(pause);
        await happen(what, bot, way);
      }
    }

    await delay(life.lastPause);
  } catch (error) {
    count(report.failures, error instanceof MeetingError ? error.code : String(error));
  } finally {
    // A bot that breaks off finds no way to say farewell; closing its side of the media tells the server nothing either.
    if (ending.startsWith('breaks')) {
      way.close();
    }

    await bot.leave();
    way.close();
  }
}

async function happen(what: Life['incidents'][number]['what'], bot: Bot, way: BreakableWay): Promise<void> {
  const { client } = bot;

  switch (what) {
    case 'looks':
      return bot.see(2, tile);
    case 'looks away':
      return client.setView([]);
    case 'speaks':
      bot.speaking = true;
      return;
    case 'mutes':
      return client.mute('microphone');
    case 'unmutes':
      return client.unmute('microphone');
    case 'stops the camera':
      return client.unpublish('camera');
    case 'loses the connection':
      way.break();
  }
}

async function killOneWorker(server: ExaminedServer, random: Random): Promise<void> {
  await delay(1000 + random.integer(2000));
  const { workers } = await server.ask('examine');

  if (workers.length > 0) {
    process.kill(random.oneOf(workers).pid, 'SIGKILL');
  }
}

/** Rejects when something is left that does not go. */
async function lookAtWhatIsLeft(server: ExaminedServer, wanted: number, joins: number): Promise<SoakSample> {
  let left: WorkerExamination[] = [];
  await until('all workers are there, and nothing on them', async () => {
    left = (await server.ask('examine')).workers;

    return left.length === wanted && left.every(isEmpty);
  }).catch((error: unknown) => {
    throw new Error(`after ${joins} joins something is left: ${JSON.stringify(left)}`, { cause: error });
  });
  const { memory } = await server.ask('examine');
  const resident = await Promise.all(left.map(({ pid }) => residentBytes(pid)));

  return { joins, ...memory, workerBytes: resident.reduce((sum, bytes) => sum + bytes, 0) };
}

export function isEmpty({ routers, objects, connections }: WorkerExamination): boolean {
  return routers === 0 && objects === 0 && connections === 0;
}

function describe({ joins, heapBytes, residentBytes: resident, workerBytes }: SoakSample): string {
  return (
    `after ${joins} joins: nothing left on the workers; heap ${megabytes(heapBytes)}, ` +
    `node ${megabytes(resident)}, workers ${megabytes(workerBytes)}`
  );
}

/** Bytes for people. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
