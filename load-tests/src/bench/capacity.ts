/** What one media worker carries: viewers are added until packets are late or lost. */
import type { BenchmarkOptions, Findings } from './benchmark.js';
import { allFlow, becomesSteady, generatorIsFull, measureFlow, type Flow } from './flow.js';
import { LatencyProbe } from './latency-probe.js';
import { chart, count, megabits, percent, table } from './markdown.js';
import { MeetingVenue } from './meeting-venue.js';
import { fullShow, shortShow, type ShowOptions } from './show.js';
import { crossing, percentile } from './statistics.js';

/** Milliseconds through the worker for 95 of 100 packets; more counts as late. */
const late = 20;
/** Of a core: what the worker has to need for its limit to be its own. */
const full = 0.8;
/** Of a core: what to plan with. */
const plannedShare = 0.7;

interface Plan {
  show: ShowOptions;
  first: number;
  /** However few it takes. */
  most: number;
  /** Of a core: what each step aims at, by what the steps before took. */
  aims: readonly number[];
  seconds: number;
  /** Milliseconds between two looks at what has settled. */
  apart: number;
}

const plans: Record<'full' | 'short', Plan> = {
  full: {
    show: fullShow,
    first: 16,
    most: 480,
    aims: [0.35, 0.5, 0.6, 0.7, 0.8, 0.87, 0.93, 0.98, 1.03, 1.1, 1.2],
    seconds: 5,
    apart: 1000,
  },
  short: { show: shortShow, first: 2, most: 4, aims: [0.1], seconds: 0.5, apart: 300 },
};
export interface CapacityStep extends Flow {
  viewers: number;
  /** Video and sound that flows to them. */
  consumers: number;
  /** Milliseconds from one socket to the other, through the worker. */
  latencyP50: number;
  latencyP95: number;
  latencyP99: number;
}

/** What fits on one core. */
interface Carried {
  viewers: number;
  consumers: number;
  packets: number;
  bitrate: number;
}

export interface CapacityFigures {
  show: ShowOptions;
  steps: CapacityStep[];
  /** At 70 % of a core; extrapolated from the last step that was in time where it did not come to that. */
  planned: Carried & { extrapolated: boolean };
  /** The last step before packets were late or lost, or before the bots were the limit. */
  knee: Carried & Pick<CapacityStep, 'workerCpu' | 'latencyP95'>;
  /** Where packets were late or lost: who needed a whole core, or nobody, so that the machine had not enough for all. Or all steps were made. */
  limit: 'worker' | 'bots' | 'machine' | 'steps';
}

export async function run({ short, say }: BenchmarkOptions): Promise<Findings> {
  const { show, first, most, aims, seconds, apart } = plans[short ? 'short' : 'full'];
  await using venue = await MeetingVenue.open();
  await using current = await venue.begin(show);
  await using probe = await LatencyProbe.begin(venue.router);
  const steps: CapacityStep[] = [];
  let limit: CapacityFigures['limit'] = 'steps';

  for (const aim of [null, ...aims]) {
    const viewers = aim === null ? first : Math.min(most, Math.max(steps.at(-1)!.viewers + 1, viewersFor(aim, steps)));
    await current.grow(viewers);
    const step = await measurePatiently(viewers);
    say(
      `${viewers} viewers: ${count(step.packets)} packets/s, ${percent(step.workerCpu)} of a core, ` +
        `p95 ${step.latencyP95.toFixed(1)} ms, ${percent(step.lost, 2)} lost, bots ${percent(step.generator)}`,
    );
    steps.push(step);

    if (isTooMuch(step)) {
      limit = whoseLimit(step);
      break;
    }
  }

  const figures = conclude(steps, limit, show);

  return { figures, report: report(figures), faults: [] };

  /** Twice, where it is too much at first: what else the machine had to do may be over. */
  async function measurePatiently(viewers: number): Promise<CapacityStep> {
    const step = await measureStep(viewers);

    return isTooMuch(step) ? measureStep(viewers) : step;
  }

  async function measureStep(viewers: number): Promise<CapacityStep> {
    // Where it does not become steady it is too much, and what is measured shows it.
    await allFlow(current.everyone.slice(show.publishers), show.publishers + show.speakers)
      .then(() => becomesSteady(current.everyone, { apart }))
      .catch((error: Error) => say(`${viewers} viewers: ${error.message}`));
    await probe.latencies();
    const flow = await measureFlow({ everyone: current.everyone, sent: () => venue.sent() }, seconds);
    const latencies = await probe.latencies();

    return {
      viewers,
      consumers: viewers * (show.publishers + show.speakers),
      ...flow,
      latencyP50: percentile(latencies, 0.5),
      latencyP95: percentile(latencies, 0.95),
      latencyP99: percentile(latencies, 0.99),
    };
  }
}

function viewersFor(aim: number, steps: readonly CapacityStep[]): number {
  const { viewers, workerCpu } = steps.at(-1)!;

  return Math.round((viewers * aim) / workerCpu);
}

function whoseLimit({ workerCpu, generator }: CapacityStep): CapacityFigures['limit'] {
  return generator > generatorIsFull ? 'bots' : workerCpu > full ? 'worker' : 'machine';
}

function isTooMuch({ latencyP95, lost }: CapacityStep): boolean {
  return !(latencyP95 <= late) || lost > 0;
}

function conclude(steps: CapacityStep[], limit: CapacityFigures['limit'], show: ShowOptions): CapacityFigures {
  const inTime = steps.filter((step) => !isTooMuch(step));
  const last = inTime.at(-1) ?? steps[0]!;
  const measured = crossing(
    inTime.map(({ viewers, workerCpu }) => ({ x: viewers, y: workerCpu })),
    plannedShare,
  );
  const viewers = measured ?? (last.viewers * plannedShare) / last.workerCpu;
  const each = (of: 'consumers' | 'packets' | 'bitrate') => last[of] / last.viewers;

  return {
    show,
    steps,
    planned: {
      viewers: Math.floor(viewers),
      consumers: Math.floor(viewers) * each('consumers'),
      packets: viewers * each('packets'),
      bitrate: viewers * each('bitrate'),
      extrapolated: measured === null,
    },
    knee: last,
    limit,
  };
}

function report({ show, steps, planned, knee, limit }: CapacityFigures): string {
  const carried = ({ consumers, packets, bitrate }: Carried) =>
    `**${count(consumers)} streams, ${count(packets)} packets/s, ${megabits(bitrate)} Mbit/s**`;
  const reasons = {
    worker: 'With more, packets are late or lost.',
    bots: 'With more, the bots have as much to do as they can: the worker may carry more than that.',
    machine:
      'With more, packets are late or lost while neither the worker nor the bots have a core for themselves: the machine has not enough for both.',
    steps: 'The worker carried all that was tried.',
  };

  return [
    `${show.publishers} bots send a camera in two layers and a microphone, ${show.speakers} of them speak; more and more watch all cameras in ` +
      `the upper layer and hear all who speak, on one media worker. The latency is that of a voice in a process of its own, from one socket to the other.`,
    table(
      [
        'viewers',
        'streams',
        'packets/s',
        'Mbit/s',
        'worker’s CPU',
        'node’s CPU',
        'p50 ms',
        'p95 ms',
        'p99 ms',
        'lost',
        'bots’ CPU',
      ],
      steps.map((step) => [
        String(step.viewers),
        count(step.consumers),
        count(step.packets),
        megabits(step.bitrate),
        percent(step.workerCpu),
        percent(step.nodeCpu, 1),
        step.latencyP50.toFixed(1),
        step.latencyP95.toFixed(1),
        step.latencyP99.toFixed(1),
        percent(step.lost, 2),
        percent(step.generator),
      ]),
    ),
    [
      `- With ${percent(plannedShare)} of a core: ${carried(planned)}` +
        (planned.extrapolated
          ? ', as far as cost goes on to grow with the packets: with as much, not all was in time.'
          : '.'),
      `- The most in time (p95 up to ${late} ms) and without loss, with ${percent(knee.workerCpu)} of a core: ${carried(knee)}. ${reasons[limit]}`,
    ].join('\n'),
    chart({
      title: 'Latency of 95 of 100 packets',
      x: { title: 'streams', values: steps.map(({ consumers }) => consumers) },
      y: 'ms',
      lines: [{ name: 'p95', values: steps.map(({ latencyP95 }) => latencyP95) }],
    }),
  ].join('\n\n');
}
