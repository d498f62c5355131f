/** What a load test has found, ready to be printed, drawn or written as JSON. */
import { cpus, totalmem } from 'node:os';
import { durationNames, Figures, type CountName, type Counts, type DurationName } from './figures.js';
import type { Failures, RoomTracks } from './generator-messages.js';
import { seatsOf, type Plan, type Thresholds } from './plan.js';
import type { BrowserFigures } from './browser-probes.js';
import type { ServerSample } from './server-figures.js';

/** Milliseconds. */
export interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
}

export interface GroupReport {
  joined: { tried: number; succeeded: number };
  /** At the end, of those who should have been there. */
  present: { expected: number; there: number };
  tracks: RoomTracks;
  counts: Counts;
  /** Of packets, 0 to 1, after what was sent again. */
  loss: number;
  durations: Partial<Record<DurationName, Percentiles>>;
}

/** One moment of the test. Rates are those of the second before, all bots together. */
export interface Moment {
  /** Seconds since the beginning. */
  at: number;
  present: number;
  sentBitsPerSecond: number;
  receivedBitsPerSecond: number;
  packetsPerSecond: number;
  /** Of packets, 0 to 1. */
  loss: number;
  /** Milliseconds, of the process in which they were longest. */
  latencyP50: number | null;
  latencyP99: number | null;
  /** Of one core, of the busiest process with bots; milliseconds. */
  generatorCpu: number;
  generatorLoopDelayP99: number;
  server: ServerSample | null;
}

export interface Verdict {
  name: string;
  limit: number;
  /** `null`: it was not measured, which counts as failed. */
  value: number | null;
  unit: 'ms' | 'share';
  passed: boolean;
}

export interface LoadReport {
  name: string;
  plan: Plan;
  startedAt: string;
  /** Seconds from the first join to the end of what was measured. */
  elapsed: number;
  machine: { cpu: string; cores: number; memoryBytes: number };
  processes: number;
  /** Where the server is: of this command, or elsewhere. */
  server: 'own' | 'foreign';
  /** What was measured, and with what; `version` of MiniMeet, `null` where the server does not tell its own. */
  target: { url: string; version: string | null };
  tool: { version: string; node: string };
  total: GroupReport;
  rooms: GroupReport[];
  failures: Failures;
  series: Moment[];
  browsers: BrowserFigures[];
  verdicts: Verdict[];
  warnings: string[];
  passed: boolean;
}

export interface Measured {
  plan: Plan;
  startedAt: Date;
  elapsed: number;
  processes: number;
  server: 'own' | 'foreign';
  target: LoadReport['target'];
  tool: LoadReport['tool'];
  rooms: { figures: Figures; present: number; tracks: RoomTracks }[];
  failures: Failures;
  series: Moment[];
  browsers: BrowserFigures[];
  warnings: string[];
  endedEarly: boolean;
}

export function makeReport(measured: Measured): LoadReport {
  const { plan, rooms: perRoom, startedAt, ...rest } = measured;
  const rooms = perRoom.map(({ figures, ...room }) => groupReport(figures, { ...room, expected: plan.participants }));
  const all = perRoom.reduce((sum, { figures }) => sum.add(figures), new Figures());
  const total = groupReport(all, {
    present: perRoom.reduce((sum, { present }) => sum + present, 0),
    expected: seatsOf(plan).length,
    tracks: {
      expected: perRoom.reduce((sum, { tracks }) => sum + tracks.expected, 0),
      received: perRoom.reduce((sum, { tracks }) => sum + tracks.received, 0),
    },
  });
  const verdicts = judge(plan.thresholds, total, measured.series);

  return {
    name: plan.name,
    plan,
    startedAt: startedAt.toISOString(),
    ...rest,
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
    total,
    rooms,
    verdicts,
    passed:
      !measured.endedEarly &&
      total.joined.succeeded === total.joined.tried &&
      total.joined.tried >= seatsOf(plan).length &&
      total.present.there === total.present.expected &&
      total.counts.undecipherable === 0 &&
      measured.browsers.every(({ joined }) => joined) &&
      verdicts.every(({ passed }) => passed),
  };
}

function groupReport(
  figures: Figures,
  { present, expected, tracks }: { present: number; expected: number; tracks: RoomTracks },
): GroupReport {
  const { counts } = figures;

  return {
    joined: { tried: counts.joinsTried, succeeded: counts.joined },
    present: { expected, there: present },
    tracks,
    counts,
    loss: counts.packetsLost / Math.max(1, counts.packetsExpected),
    durations: Object.fromEntries(
      durationNames.flatMap((name) => {
        const durations = figures.of(name);
        const at = (percent: number) => durations.percentile(percent) ?? 0;

        return durations.count === 0 ? [] : [[name, { count: durations.count, p50: at(50), p95: at(95), p99: at(99) }]];
      }),
    ),
  };
}

/** What of a report a threshold is about. */
const subjects: Record<
  keyof Thresholds,
  { unit: Verdict['unit']; of: (group: GroupReport, series: Moment[]) => number | null }
> = {
  joinP95: { unit: 'ms', of: ({ durations }) => durations.join?.p95 ?? null },
  joinP99: { unit: 'ms', of: ({ durations }) => durations.join?.p99 ?? null },
  completeP95: { unit: 'ms', of: ({ durations }) => durations.complete?.p95 ?? null },
  firstPacketP95: { unit: 'ms', of: ({ durations }) => durations.firstPacket?.p95 ?? null },
  firstKeyFrameP95: { unit: 'ms', of: ({ durations }) => durations.firstKeyFrame?.p95 ?? null },
  latencyP50: {
    unit: 'ms',
    of: ({ durations }) => highest([durations.videoLatency?.p50, durations.audioLatency?.p50]),
  },
  latencyP99: {
    unit: 'ms',
    of: ({ durations }) => highest([durations.videoLatency?.p99, durations.audioLatency?.p99]),
  },
  loss: { unit: 'share', of: ({ loss, counts }) => (counts.packetsExpected > 0 ? loss : null) },
  missingTracks: {
    unit: 'share',
    of: ({ tracks: { expected, received } }) => (expected > 0 ? 1 - received / expected : null),
  },
  signallingP95: { unit: 'ms', of: ({ durations }) => durations.signalling?.p95 ?? null },
  workerCpu: {
    unit: 'share',
    of: (_, series) => meanOf(series, ({ workers }) => highest(workers.map(({ cpu }) => cpu))),
  },
  nodeCpu: { unit: 'share', of: (_, series) => meanOf(series, ({ nodeCpu }) => nodeCpu) },
  eventLoopP99: { unit: 'ms', of: (_, series) => meanOf(series, ({ loopDelayP99 }) => loopDelayP99) },
};

export function judge(thresholds: Thresholds, total: GroupReport, series: Moment[]): Verdict[] {
  return (Object.entries(thresholds) as [keyof Thresholds, number | undefined][]).flatMap(([name, limit]) => {
    if (limit === undefined) {
      return [];
    }

    const { unit, of } = subjects[name];
    const value = of(total, series);

    return [{ name, limit, value, unit, passed: value !== null && value <= limit }];
  });
}

/** Over the moments in which all were there, or over all of them where there were none; `null` without any figure. */
export function meanOf(series: readonly Moment[], of: (server: ServerSample) => number | null): number | null {
  const most = Math.max(0, ...series.map(({ present }) => present));
  const full = series.filter(({ present }) => present >= most * 0.95);
  const values = full.flatMap(({ server }) => (server ? (of(server) ?? []) : []));

  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function highest(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => value !== null && value !== undefined);

  return known.length === 0 ? null : Math.max(...known);
}

/** Bits per second of a count of bytes, over all that was measured. */
export function bitrate({ counts }: GroupReport, name: CountName, elapsed: number): number {
  return (counts[name] * 8) / Math.max(1, elapsed);
}
