/** How many packets a participant is sent, by the size of the meeting: where they see a few of the others, and where they get everything. */
import { Bot } from '../bot.js';
import { ExaminedServer } from '../examined-server.js';
import { createRoom } from '../host-room.js';
import { inParallel, until } from '../waiting.js';
import type { BenchmarkOptions, Findings } from './benchmark.js';
import { arrived, becomesSteady, generatorIsFull, measureFlow } from './flow.js';
import type { GrowthFigures, GrowthOptions, GrowthReport } from './growth-figures.js';
import { growthFaults, growthReport } from './growth-report.js';
import { percent } from './markdown.js';
import { joinsAtOnce } from './show.js';

/** Half the lines of a bot's camera: the lower of its two layers fills it. */
const tile = { width: 320, height: 180 };
/** Of the packets of a meeting that counts as carried, 0 to 1. */
const mostLost = 0.01;
/** The most voices that MEETING_VOICES takes, and the most tiles of a view. */
const allVoices = 50;
const allTiles = 100;

export async function run({ short, say }: BenchmarkOptions): Promise<Findings> {
  const report = await measureGrowth({
    sizes: short ? [4] : [4, 8, 16, 32, 64, 100],
    tiles: short ? 2 : 9,
    // Low, so that a small machine carries the bots and a server that forwards everything.
    rates: { framesPerSecond: 5, voicePacketsPerSecond: 20 },
    speakerOf: 3,
    seconds: short ? 0.6 : 5,
    apart: short ? 600 : 1000,
    workers: 1,
    say,
  });

  return { figures: report, report: growthReport(report), faults: growthFaults(report) };
}

async function measureGrowth(options: GrowthOptions): Promise<GrowthReport> {
  const { say: _, ...told } = options;

  return {
    options: told,
    plan: await measureSizes(options, options.tiles, {}),
    everything: await measureSizes(options, allTiles, { MEETING_VOICES: String(allVoices) }),
  };
}

async function measureSizes(
  options: GrowthOptions,
  tiles: number,
  settings: Record<string, string>,
): Promise<GrowthFigures[]> {
  const server = await ExaminedServer.start({ MEDIA_WORKERS: String(options.workers), ...settings });
  const figures: GrowthFigures[] = [];
  let size = 0;

  try {
    for (size of options.sizes) {
      const measured = await measureMeeting(server, size, tiles, options);
      options.say(
        `${size} participants, ${tiles === allTiles ? 'everything' : `${tiles} tiles`}: ` +
          `${measured.packets.toFixed(1)} packets/s each`,
      );
      figures.push(measured);
    }
  } catch (error) {
    options.say(`${size} participants could not be measured: ${(error as Error).message}`);
  } finally {
    await server.stop();
  }

  return figures;
}

async function measureMeeting(
  server: ExaminedServer,
  size: number,
  tiles: number,
  { rates, speakerOf, seconds, apart }: GrowthOptions,
): Promise<GrowthFigures> {
  const room = await createRoom(server.url, `Growth ${size}`, Math.max(size, 2));
  const bots = Array.from(
    { length: size },
    (_, index) => new Bot({ url: server.url, room: room.slug, displayName: `Bot ${index + 1}`, rates }),
  );

  try {
    await inParallel(bots, joinsAtOnce, async (bot) => {
      await bot.join();
      await bot.client.setView([]);
    });
    await until('every bot knows the others', () =>
      bots.every(({ publishes, client }) => publishes && client.state.participants.length === size - 1),
    );
    bots.forEach((bot, index) => (bot.speaking = index % speakerOf === 0));
    await inParallel(bots, joinsAtOnce, (bot) => bot.see(tiles, tile));
    const everyone = bots.map(({ media }) => media);
    await becomesSteady(everyone, { apart });

    const flow = await measureFlow({ everyone, sent: () => server.ask('sent') }, seconds);

    // What still arrives where not everything does is no figure of the server's.
    if (flow.lost > mostLost || flow.generator > generatorIsFull) {
      throw new Error(
        `${percent(flow.lost, 1)} of the packets were lost; the bots needed ${percent(flow.generator)} of a core`,
      );
    }

    return {
      participants: size,
      speakers: bots.filter(({ speaking }) => speaking).length,
      packets: flow.packets / size,
      videoPackets: flow.videoPackets / size,
      bytes: flow.bitrate / 8 / size,
      workerCpu: flow.workerCpu,
      lost: flow.lost,
      undecipherable: arrived(everyone).undecipherable,
    };
  } finally {
    await inParallel(bots, joinsAtOnce, (bot) => bot.leave());
  }
}
