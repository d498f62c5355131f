/** What each participant pays in a mesh and with a server: upload, encodes and processor of real browsers, for 2 to 6 people. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { ExaminedServer } from '../examined-server.js';
import { createRoom } from '../host-room.js';
import { until } from '../waiting.js';
import type { BenchmarkOptions, Findings } from './benchmark.js';
import { BrowserPages, bundle } from './browser-pages.js';
import { chart, kilobits, percent, table } from './markdown.js';
import { mediaOf, type PageMedia } from './page-media.js';
import { camera } from './pages/camera.js';
import type {} from './pages/meeting-page.js';
import type { MeshMessage } from './pages/mesh-page.js';

/** What the sdk gives a camera of this size, in bits per second; each encode of the mesh is given as much. */
const maxBitrate = 180_000;
const patience = { milliseconds: 60_000, every: 250 };

interface Plan {
  people: number;
  seconds: number;
  /** Milliseconds for bandwidth to be found out and pages to come to rest. */
  settling: number;
}

const plans: Record<'full' | 'short', Plan> = {
  full: { people: 6, seconds: 8, settling: 4000 },
  short: { people: 2, seconds: 1, settling: 500 },
};

/** For each participant, in a second. */
export interface MeshStep {
  way: 'mesh' | 'server';
  people: number;
  uploadBitrate: number;
  /** Pictures that are encoded: one for each other participant, or one for each layer. */
  encodes: number;
  /** Frames of each picture that reach the others; fewer than the camera's where the machine cannot do more. */
  framesReceived: number;
  /** Of one core: the browser's; `null` where the system does not tell. */
  browserCpu: number | null;
  /** Of one core, for everyone together: the server's node and media worker. */
  serverCpu: number;
}

export interface MeshFigures {
  steps: MeshStep[];
  /** Upload of a mesh as a multiple of that to a server, for the most people. */
  uploadRatio: number;
}

export async function run({ short, say }: BenchmarkOptions): Promise<Findings> {
  const plan = plans[short ? 'short' : 'full'];
  const server = await ExaminedServer.start({ MEDIA_WORKERS: '1' });
  const steps: MeshStep[] = [];

  try {
    for (const way of ['mesh', 'server'] as const) {
      await using pages = await BrowserPages.open(camera.frameRate);
      const entered: Page[] = [];
      const enter = way === 'mesh' ? await meshOver(server, pages, entered) : await meetingOn(server, pages, entered);
      await enter();

      while (entered.length < plan.people) {
        await enter();
        const step = { way, people: entered.length, ...(await measure(server, pages, entered, plan)) };
        say(
          `${step.people} people, ${way}: ${kilobits(step.uploadBitrate)} kbit/s up and ${step.encodes.toFixed(1)} encodes each` +
            (step.browserCpu === null ? '' : `, ${percent(step.browserCpu)} of a core each`),
        );
        steps.push(step);
      }
    }
  } finally {
    await server.stop();
  }

  const upload = (way: MeshStep['way']) => steps.findLast((step) => step.way === way)!.uploadBitrate;
  const figures: MeshFigures = { steps, uploadRatio: upload('mesh') / upload('server') };

  return { figures, report: report(figures), faults: [] };
}

/** Each one calls all who came before; the benchmark carries what they tell each other. Pages of the server, for its address. */
async function meshOver(server: ExaminedServer, pages: BrowserPages, entered: Page[]): Promise<() => Promise<void>> {
  const script = await bundle('mesh-page');

  return async () => {
    const page = await pages.openPage(`${server.url}/health`, script);
    const own = entered.length;
    await page.exposeFunction('tell', (to: number, message: MeshMessage) =>
      entered[to]!.evaluate(([from, heard]) => window.meshPage.hear(from, heard), [own, message] as const),
    );
    entered.push(page);
    await page.evaluate(([others, bitrate]) => window.meshPage.enter(others, bitrate), [
      Array.from({ length: own }, (_, index) => index),
      maxBitrate,
    ] as const);
  };
}

/** The same pages with the sdk in them. */
async function meetingOn(server: ExaminedServer, pages: BrowserPages, entered: Page[]): Promise<() => Promise<void>> {
  const script = await bundle('meeting-page');
  const { slug } = await createRoom(server.url, 'Benchmark', 10);

  return async () => {
    const page = await pages.openPage(`${server.url}/health`, script);
    entered.push(page);
    await page.evaluate(([room, name]) => window.meetingPage.enter(room, name), [
      slug,
      `Person ${entered.length}`,
    ] as const);
  };
}

async function measure(
  server: ExaminedServer,
  pages: BrowserPages,
  entered: readonly Page[],
  { seconds, settling }: Plan,
) {
  await until(
    'everyone sees everyone',
    async () =>
      (await Promise.all(entered.map(mediaOf))).every(
        ({ decoded }) => Object.keys(decoded).length === entered.length - 1,
      ),
    patience,
  );
  await delay(settling);
  const look = async () => ({
    at: performance.now(),
    media: await Promise.all(entered.map(mediaOf)),
    browser: await pages.cpuSeconds(),
    server: await server.ask('sent'),
  });
  const before = await look();
  await delay(seconds * 1000);
  const after = await look();
  const elapsed = (after.at - before.at) / 1000;
  const perParticipant = (growth: number) => growth / elapsed / entered.length;
  const total = (of: (media: PageMedia, index: number) => number) =>
    after.media.reduce((sum, media, index) => sum + of(media, index), 0);
  const grown = (kind: 'encoded' | 'decoded', { [kind]: now }: PageMedia, index: number) =>
    Object.entries(now).map(([id, frames]) => frames - (before.media[index]![kind][id] ?? 0));
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

  return {
    uploadBitrate: perParticipant(total(({ bytesSent }, index) => bytesSent - before.media[index]!.bytesSent)) * 8,
    encodes:
      total((media, index) => grown('encoded', media, index).filter((frames) => frames > 0).length) / entered.length,
    framesReceived: perParticipant(total((media, index) => sum(grown('decoded', media, index)))) / (entered.length - 1),
    browserCpu:
      after.browser === null || before.browser === null ? null : perParticipant(after.browser - before.browser),
    serverCpu:
      (after.server.cpuSeconds +
        after.server.nodeCpuSeconds -
        before.server.cpuSeconds -
        before.server.nodeCpuSeconds) /
      elapsed,
  };
}

function report({ steps, uploadRatio }: MeshFigures): string {
  const of = (way: MeshStep['way']) => steps.filter((step) => step.way === way);
  const cells = ({ uploadBitrate, encodes, framesReceived, browserCpu }: MeshStep) => [
    kilobits(uploadBitrate),
    encodes.toFixed(1),
    framesReceived.toFixed(1),
    browserCpu === null ? 'unknown' : percent(browserCpu),
  ];
  const people = of('mesh').map((step) => step.people);

  return [
    `Pages of one Chromium with the same camera of ${camera.width}x${camera.height} at ${camera.frameRate} frames a second and a microphone, ` +
      `${maxBitrate / 1000} kbit/s for each encode of the picture. A camera of this size has one layer; a larger one is uploaded to the server in two or ` +
      `three, whatever the number of people, and in a mesh once for each of the others. Figures are for each participant; of the server, for all.`,
    table(
      [
        'people',
        'mesh: kbit/s up',
        'encodes',
        'frames/s seen',
        'CPU',
        'server: kbit/s up',
        'encodes',
        'frames/s seen',
        'CPU',
        'CPU of the server',
      ],
      of('mesh').map((step, index) => {
        const beside = of('server')[index]!;

        return [String(step.people), ...cells(step), ...cells(beside), percent(beside.serverCpu, 1)];
      }),
    ),
    `With ${people.at(-1)} people, each uploads **${uploadRatio.toFixed(1)} times** as much in a mesh as to the server.`,
    chart({
      title: 'Upload of each participant',
      x: { title: 'people', values: people },
      y: 'kbit/s',
      lines: (['mesh', 'server'] as const).map((way) => ({
        name: way,
        values: of(way).map(({ uploadBitrate }) => uploadBitrate / 1000),
      })),
    }),
  ].join('\n\n');
}
