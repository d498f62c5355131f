/** Carries out a plan: bots in several processes, a server of its own or another one, and what all of them measure. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ExaminedServer } from '../examined-server.js';
import { createRooms } from '../host-room.js';
import { clockOffset, timeOfDay } from '../webrtc/clock.js';
import { BrowserProbes, type BrowserFigures } from './browser-probes.js';
import { Figures } from './figures.js';
import { Generator } from './generator.js';
import type { Failures, RoomTracks } from './generator-messages.js';
import { fileWarnings, generatorWarnings, refusalWarnings } from './limits.js';
import { seatsOf, seatsWithSpare, type Plan, type Seat } from './plan.js';
import { makeReport, type LoadReport, type Moment } from './report.js';
import { Series, type Phase } from './series.js';
import { ServerWatch } from './server-figures.js';

export interface LoadOptions {
  plan: Plan;
  /** Of another server; without one, the load test starts its own. */
  url?: string;
  /** Media workers of the own server. */
  workers: number;
  /** Processes with bots. */
  processes: number;
  browsers: number;
  /** Of another server's metrics. */
  metrics?: { url: string; token?: string };
  /** Ends the test early; what was measured until then is reported. */
  signal?: AbortSignal;
  onMoment?(moment: Moment, phase: Phase): void;
  /** What is known beforehand; the report says it too. */
  onWarning?(warning: string): void;
}

/** Milliseconds that processes with bots need between being told and the first join. */
const headStart = 500;

/** One less than the cores, which the server needs too. */
export function usualProcesses(): number {
  return Math.max(1, cpus().length - 1);
}

/** Rejects when there is no server, when it refuses to make rooms, or when a process with bots ends. */
export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  if (options.url !== undefined) {
    return new LoadRun(options, options.url, null).run();
  }

  const server = await ExaminedServer.start({ MEDIA_WORKERS: String(options.workers) });

  try {
    return await new LoadRun(options, server.url, server).run();
  } finally {
    await server.stop();
  }
}

class LoadRun {
  private readonly generators: Generator[] = [];
  private readonly series: Series;
  private readonly warnings: string[] = [];
  private probes: BrowserProbes | null = null;

  constructor(
    private readonly options: LoadOptions,
    private readonly url: string,
    private readonly server: ExaminedServer | null,
  ) {
    const { metrics, onMoment } = options;
    const watch = server
      ? ServerWatch.ofOwn(server)
      : metrics
        ? ServerWatch.ofMetrics(metrics.url, metrics.token)
        : null;
    this.series = new Series(this.generators, watch, (moment, phase) => onMoment?.(moment, phase));
  }

  async run(): Promise<LoadReport> {
    const { plan } = this.options;

    try {
      const rooms = await this.makeRooms();

      while (this.generators.length < Math.min(this.options.processes, seatsOf(plan).length)) {
        this.generators.push(await Generator.start());
      }

      const bots = Math.ceil(seatsOf(plan).length / this.generators.length);
      this.warnings.push(...fileWarnings(bots, plan.outages !== undefined));
      this.warnings.forEach((warning) => this.options.onWarning?.(warning));
      // One that does not start is known before everybody has joined.
      this.probes = this.options.browsers > 0 ? await BrowserProbes.open() : null;

      return await this.measure(rooms);
    } finally {
      this.series.stop();
      await this.probes?.close();
      await Promise.all(this.generators.map((generator) => generator.end()));
    }
  }

  private async measure(rooms: string[]): Promise<LoadReport> {
    const { plan } = this.options;
    const startedAt = new Date();
    const began = performance.now();
    this.series.start();
    const joining = this.fill(rooms);
    await this.unlessEnded(joining);
    this.series.phase = 'meeting';
    await this.unlessEnded(this.meet(rooms));
    this.series.phase = 'looking';
    const [states, browsers] = await Promise.all([
      Promise.all(this.generators.map((generator) => generator.settle())),
      this.probes?.figures() ?? ([] as BrowserFigures[]),
    ]);
    const elapsed = (performance.now() - began) / 1000;
    this.series.phase = 'leaving';
    const reports = await Promise.all(this.generators.map((generator) => generator.stop()));
    await joining.catch(() => undefined);
    this.series.stop();
    const endedEarly = this.options.signal?.aborted ?? false;
    const failures = sumFailures(reports.map((report) => report.failures));

    return makeReport({
      plan,
      startedAt,
      elapsed,
      processes: this.generators.length,
      server: this.server ? 'own' : 'foreign',
      target: { url: this.url, version: await versionAt(this.url) },
      tool: { version: ownVersion(), node: process.versions.node },
      rooms: rooms.map((_, room) => ({
        figures: reports.reduce((sum, report) => sum.add(Figures.decode(report.rooms[room]!)), new Figures()),
        present: states.reduce((sum, { present }) => sum + (present[room] ?? 0), 0),
        tracks: sumTracks(states.flatMap(({ tracks }) => tracks[room] ?? [])),
      })),
      failures,
      series: this.series.moments,
      browsers,
      warnings: [
        ...this.warnings,
        ...generatorWarnings(this.series.moments),
        ...refusalWarnings(failures),
        ...this.series.warnings,
        ...(endedEarly ? ['The test was ended early.'] : []),
      ],
      endedEarly,
    });
  }

  private async makeRooms(): Promise<string[]> {
    const { plan, browsers } = this.options;
    const names = Array.from({ length: plan.rooms }, (_, index) => `Load ${plan.name} ${index + 1}`);

    return (await createRooms(this.url, names, seatsWithSpare(plan, browsers))).map(({ slug }) => slug);
  }

  private async fill(rooms: string[]): Promise<void> {
    const seats: Seat[] = seatsOf(this.options.plan);
    const startAt = timeOfDay() + headStart;
    await Promise.all(
      this.generators.map((generator, index) =>
        generator.fill({
          plan: this.options.plan,
          url: this.url,
          rooms,
          seats: seats.filter((seat) => seat.index % this.generators.length === index),
          clockOffset: clockOffset(),
          startAt,
        }),
      ),
    );
  }

  /** All are there: browsers come along, and what the plan has in store happens. */
  private async meet(rooms: string[]): Promise<void> {
    const { plan, browsers, signal } = this.options;
    const lasting = delay(plan.duration * 1000, null, { signal });
    const killing = plan.killWorkerAfter.map(async (seconds) => {
      await delay(seconds * 1000, null, { signal });
      await this.killBusiestWorker();
    });
    await Promise.all([lasting, this.probes?.join(this.url, rooms, browsers, signal), ...killing]);
  }

  private async killBusiestWorker(): Promise<void> {
    const workers = (await this.server?.ask('load'))?.workers ?? [];
    const [busiest] = workers.sort((one, other) => other.cpuSeconds - one.cpuSeconds);

    if (busiest) {
      process.kill(busiest.pid, 'SIGKILL');
    } else {
      this.warnings.push('No media worker was killed: the server has none that runs.');
    }
  }

  /** Resolves when it does, or when the test is ended early. */
  private async unlessEnded(work: Promise<void>): Promise<void> {
    const { signal } = this.options;

    try {
      await (signal ? Promise.race([work, aborted(signal)]) : work);
    } catch (error) {
      if (!signal?.aborted) {
        throw error;
      }
    }
  }
}

/** Of the server there; `null` where it does not tell. */
async function versionAt(url: string): Promise<string | null> {
  try {
    const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5000) });
    const { version } = (await answer.json()) as { version?: unknown };

    return typeof version === 'string' ? version.slice(0, 64) : null;
  } catch {
    return null;
  }
}

function ownVersion(): string {
  const file = new URL('../../../package.json', import.meta.url);

  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = () => reject(new Error('ended early'));
    signal.addEventListener('abort', abort, { once: true });

    if (signal.aborted) {
      abort();
    }
  });
}

function sumFailures(all: readonly Failures[]): Failures {
  const sum: Failures = {};
  all.forEach((failures) =>
    Object.entries(failures).forEach(([reason, count]) => (sum[reason] = (sum[reason] ?? 0) + count)),
  );

  return sum;
}

function sumTracks(all: readonly RoomTracks[]): RoomTracks {
  return {
    expected: all.reduce((sum, { expected }) => sum + expected, 0),
    received: all.reduce((sum, { received }) => sum + received, 0),
  };
}
