/** What participants and consumers weigh: memory of node and of a media worker, by how many there are. */
import { setTimeout as delay } from 'node:timers/promises';
import { Bot } from '../bot.js';
import { ExaminedServer, residentBytes } from '../examined-server.js';
import { createRoom } from '../host-room.js';
import { inParallel, until } from '../waiting.js';
import type { BenchmarkOptions, Findings } from './benchmark.js';
import { chart, kilobytes, table } from './markdown.js';
import { joinsAtOnce } from './show.js';
import { slope } from './statistics.js';

const rates = { framesPerSecond: 2, voicePacketsPerSecond: 20 };
const tile = { width: 320, height: 180 };
/** Consumers are for what is seen, and for nothing that is kept at hand. */
const settings = {
  MEDIA_WORKERS: '1',
  MEETING_HIDDEN_VIDEO_UP_TO: '0',
  MEETING_SILENT_VOICES_UP_TO: '0',
  MEETING_UNSEEN_VIDEO_SECONDS: '1',
};
interface Plan {
  /** Who are there before anything is measured: the first ones need what all need. */
  warmUp: number;
  participants: readonly number[];
  /** Pictures that each of the last so many sees. */
  tiles: readonly number[];
  /** Milliseconds for what is under way to end before memory is looked at. */
  settling: number;
}

const plans: Record<'full' | 'short', Plan> = {
  full: { warmUp: 30, participants: [30, 60, 90, 120, 150], tiles: [0, 5, 10, 15, 20], settling: 1500 },
  short: { warmUp: 2, participants: [2, 4], tiles: [0, 2], settling: 200 },
};

export interface MemorySample {
  participants: number;
  consumers: number;
  /** Of node, after garbage collection. */
  heapBytes: number;
  nodeBytes: number;
  workerBytes: number;
}

/** Bytes of memory for each more. */
export interface MemorySlopes {
  heapBytes: number;
  nodeBytes: number;
  workerBytes: number;
}

export interface MemoryFigures {
  /** With a camera and a microphone, and nothing that is seen. */
  perParticipant: MemorySlopes;
  /** Of video, which flows. */
  perConsumer: MemorySlopes;
  participants: MemorySample[];
  consumers: MemorySample[];
}

export async function run({ short, say }: BenchmarkOptions): Promise<Findings> {
  const plan = plans[short ? 'short' : 'full'];
  const server = await ExaminedServer.start(settings);
  const bots: Bot[] = [];

  try {
    const room = await createRoom(server.url, 'Benchmark', plan.participants.at(-1)!);
    const grow = async (size: number) => {
      const newcomers = Array.from(
        { length: size - bots.length },
        (_, index) =>
          new Bot({ url: server.url, room: room.slug, displayName: `Bot ${bots.length + index + 1}`, rates }),
      );
      bots.push(...newcomers);
      await inParallel(newcomers, joinsAtOnce, async (bot) => {
        await bot.client.setView([]);
        await bot.join();
      });
      await until('everyone is there', () => bots.every(({ publishes }) => publishes));
    };
    await grow(plan.warmUp);

    const participants: MemorySample[] = [];

    for (const size of plan.participants) {
      await grow(size);
      await delay(plan.settling);
      participants.push(await sample(server, bots, say));
    }

    const consumers: MemorySample[] = [];

    for (const tiles of plan.tiles) {
      await inParallel(bots, joinsAtOnce, (bot) => bot.see(tiles, tile));
      await until('everyone is sent what they see', () => bots.every((bot) => seen(bot) === tiles));
      await delay(plan.settling);
      consumers.push(await sample(server, bots, say));
    }

    const figures: MemoryFigures = {
      perParticipant: slopes(participants, ({ participants: number }) => number),
      perConsumer: slopes(consumers, ({ consumers: number }) => number),
      participants,
      consumers,
    };

    return { figures, report: report(figures), faults: [] };
  } finally {
    await inParallel(bots, joinsAtOnce, (bot) => bot.leave());
    await server.stop();
  }
}

async function sample(
  server: ExaminedServer,
  bots: readonly Bot[],
  say: (line: string) => void,
): Promise<MemorySample> {
  const { memory: node, workers } = await server.ask('examine');
  const workerBytes = await Promise.all(workers.map(({ pid }) => residentBytes(pid)));
  const taken = {
    participants: bots.length,
    consumers: bots.reduce((sum, bot) => sum + seen(bot), 0),
    heapBytes: node.heapBytes,
    nodeBytes: node.residentBytes,
    workerBytes: workerBytes.reduce((sum, bytes) => sum + bytes, 0),
  };
  say(
    `${taken.participants} participants, ${taken.consumers} consumers: heap ${kilobytes(taken.heapBytes)} kB, ` +
      `node ${kilobytes(taken.nodeBytes)} kB, worker ${kilobytes(taken.workerBytes)} kB`,
  );

  return taken;
}

/** Streams of video of which something has come. */
function seen({ media }: Bot): number {
  return [...media.incoming.values()].filter(({ kind, packets }) => kind === 'video' && packets > 0).length;
}

function slopes(samples: readonly MemorySample[], of: (sample: MemorySample) => number): MemorySlopes {
  const by = (kind: keyof MemorySlopes) => slope(samples.map((each) => ({ x: of(each), y: each[kind] })));

  return { heapBytes: by('heapBytes'), nodeBytes: by('nodeBytes'), workerBytes: by('workerBytes') };
}

function report({ perParticipant, perConsumer, participants, consumers }: MemoryFigures): string {
  const row = (name: string, { heapBytes, nodeBytes, workerBytes }: MemorySlopes) => [
    name,
    kilobytes(heapBytes),
    kilobytes(nodeBytes),
    kilobytes(workerBytes),
  ];
  const samples = [...participants, ...consumers];

  return [
    'Bots with a camera and a microphone come into one room and see nothing; then all of them see more and more. Node’s heap is what is left after garbage ' +
      'collection; what a process occupies grows in steps, so its slope is the rougher one.',
    table(
      ['kB for each', 'node’s heap', 'node, occupied', 'worker, occupied'],
      [row('participant', perParticipant), row('consumer of video', perConsumer)],
    ),
    table(
      ['participants', 'consumers', 'node’s heap, MB', 'node, MB', 'worker, MB'],
      samples.map((each) => [
        String(each.participants),
        String(each.consumers),
        ...[each.heapBytes, each.nodeBytes, each.workerBytes].map((bytes) => (bytes / 1e6).toFixed(1)),
      ]),
    ),
    chart({
      title: 'Memory by participants',
      x: { title: 'participants', values: participants.map((each) => each.participants) },
      y: 'MB',
      lines: [
        { name: 'node', values: participants.map(({ nodeBytes }) => nodeBytes / 1e6) },
        { name: 'worker', values: participants.map(({ workerBytes }) => workerBytes / 1e6) },
      ],
    }),
  ].join('\n\n');
}
