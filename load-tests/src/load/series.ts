/** What happens while a load test runs, once a second. */
import { noCounts, type Counts } from './figures.js';
import type { Generator } from './generator.js';
import type { Tick } from './generator-messages.js';
import { highest, type Moment } from './report.js';
import type { ServerSample, ServerWatch } from './server-figures.js';

export type Phase = 'joining' | 'meeting' | 'looking' | 'leaving';

const interval = 1000;

export class Series {
  readonly moments: Moment[] = [];
  readonly warnings: string[] = [];
  phase: Phase = 'joining';
  private timer: NodeJS.Timeout | undefined;
  private began = 0;
  private before: { at: number; counts: Counts } | null = null;
  private looking = false;

  /** @param generators may become more */
  constructor(
    private readonly generators: readonly Generator[],
    private readonly watch: ServerWatch | null,
    private readonly onMoment: (moment: Moment, phase: Phase) => void,
  ) {}

  start(): void {
    this.began = performance.now();
    this.timer = setInterval(() => void this.look(), interval);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Never rejects: a server that does not answer is a warning. */
  private async look(): Promise<void> {
    if (this.looking) {
      return;
    }

    this.looking = true;
    const server = await this.lookAtServer();
    this.looking = false;
    const ticks = this.generators.flatMap(({ lastTick }) => lastTick ?? []);

    if (ticks.length === 0) {
      return;
    }

    const now = { at: performance.now(), counts: sumCounts(ticks) };
    const before = this.before ?? { at: this.began, counts: noCounts() };
    this.before = now;
    const moment = momentOf(ticks, before, now, (now.at - this.began) / 1000, server);

    if (this.phase !== 'leaving') {
      this.moments.push(moment);
    }

    this.onMoment(moment, this.phase);
  }

  private async lookAtServer(): Promise<ServerSample | null> {
    try {
      return (await this.watch?.sample()) ?? null;
    } catch (error) {
      const warning = `The server's figures could not be had: ${(error as Error).message}`;

      if (!this.warnings.includes(warning)) {
        this.warnings.push(warning);
      }

      return null;
    }
  }
}

function momentOf(
  ticks: readonly Tick[],
  before: { at: number; counts: Counts },
  now: { at: number; counts: Counts },
  at: number,
  server: ServerSample | null,
): Moment {
  const seconds = Math.max(0.001, (now.at - before.at) / 1000);
  const grown = (...names: (keyof Counts)[]) =>
    names.reduce((sum, name) => sum + Math.max(0, now.counts[name] - before.counts[name]), 0);
  const rate = (...names: (keyof Counts)[]) => grown(...names) / seconds;

  return {
    at,
    present: ticks.reduce((sum, { present }) => sum + present, 0),
    sentBitsPerSecond: 8 * rate('audioBytesSent', 'videoBytesSent0', 'videoBytesSent1', 'videoBytesSent2'),
    receivedBitsPerSecond:
      8 * rate('audioBytesReceived', 'videoBytesReceived0', 'videoBytesReceived1', 'videoBytesReceived2'),
    packetsPerSecond: rate('packetsReceived'),
    loss: grown('packetsLost') / Math.max(1, grown('packetsExpected')),
    latencyP50: highest(ticks.map(({ latencyP50 }) => latencyP50)),
    latencyP99: highest(ticks.map(({ latencyP99 }) => latencyP99)),
    generatorCpu: Math.max(...ticks.map(({ cpu }) => cpu)),
    generatorLoopDelayP99: Math.max(...ticks.map(({ loopDelayP99 }) => loopDelayP99)),
    server,
  };
}

function sumCounts(ticks: readonly Tick[]): Counts {
  const sum = noCounts();
  ticks.forEach(({ counts }) => (Object.keys(sum) as (keyof Counts)[]).forEach((name) => (sum[name] += counts[name])));

  return sum;
}
