/** What MiniMeet adds to mediasoup: the same bots and streams through both, in turns, and what a packet costs the media worker. */
import { cpus } from 'node:os';
import { BareVenue } from './bare-venue.js';
import type { BenchmarkOptions, Findings } from './benchmark.js';
import { allFlow, becomesSteady, generatorIsFull, measureFlow, type Flow } from './flow.js';
import { count, megabits, percent, table } from './markdown.js';
import { MeetingVenue } from './meeting-venue.js';
import { fullShow, shortShow, type Show, type ShowOptions, type Venue } from './show.js';
import { median, middleHalf } from './statistics.js';

/** Packets forwarded in a second of a core, MiniMeet's as a share of mediasoup's own: no less than this. */
const leastRatio = 0.97;

/** Of the worker, and of the bots: what is aimed at, so that neither waits for the other. */
const aim = { workerCpu: 0.9, generator: 0.6 };

/** Share of a core from which on a worker counts as saturated. */
const saturated = 0.8;

/** Of the packets of a round that counts, 0 to 1. */
const mostLost = 0.001;

interface Plan {
  show: ShowOptions;
  /** Who watches when it is found out how many the machine carries; and no more than this many. */
  first: number;
  most: number;
  rounds: number;
  /** Rounds that are made in place of those that do not count. */
  spareRounds: number;
  /** By how much the packets of the two may differ, as a share. */
  alike: number;
  /** Over which packets are counted. */
  seconds: number;
  /** Milliseconds between two looks at what has settled. */
  apart: number;
}

const plans: Record<'full' | 'short', Plan> = {
  full: { show: fullShow, first: 24, most: 200, rounds: 16, spareRounds: 4, alike: 0.03, seconds: 3, apart: 1000 },
  short: { show: shortShow, first: 4, most: 4, rounds: 1, spareRounds: 20, alike: 0.25, seconds: 1, apart: 300 },
};

export interface OverheadFigures {
  show: ShowOptions;
  viewers: number;
  /** Packets in a second of a core through MiniMeet, beside mediasoup's own: the mean of the middle half of the rounds, and where that begins and ends. */
  ratio: number;
  middleHalf: [number, number];
  meeting: Side;
  bare: Side;
}

interface Round {
  meeting: Flow;
  bare: Flow;
}

interface Side {
  /** Packets forwarded with one second of a core: the median of all rounds. */
  packetsPerCpuSecond: number;
  rounds: Flow[];
}

export async function run({ short, say }: BenchmarkOptions): Promise<Findings> {
  const plan = plans[short ? 'short' : 'full'];
  await using meeting = await MeetingVenue.open();
  await using bare = await BareVenue.open();
  const viewers = await findViewers(bare, plan);
  say(`${viewers} viewers of ${plan.show.publishers} cameras and ${plan.show.speakers} voices`);
  await using bareStage = await Stage.open(bare, viewers, plan);
  await using meetingStage = await Stage.open(meeting, viewers, plan);
  const rounds: Round[] = [];

  for (let attempt = 0; rounds.length < plan.rounds && attempt < plan.rounds + plan.spareRounds; attempt++) {
    // A B, B A, A B: what drifts meanwhile falls on both alike.
    const round = await measureRound(attempt % 2 === 0 ? [bareStage, meetingStage] : [meetingStage, bareStage], say);
    const spoiled = round === null || isSpoiled(round, plan);

    if (spoiled) {
      say('This round does not count: the same load did not get through both.');
    } else {
      rounds.push(round);
    }
  }

  if (rounds.length === 0) {
    throw new Error('the same load never got through both; the machine has something else to do');
  }

  // Each round by itself: from one to the next, the machine may be a faster one.
  const ratios = rounds.map((round) => packetsPerCpuSecond(round.meeting) / packetsPerCpuSecond(round.bare));
  const { mean, from, to } = middleHalf(ratios);
  const [ours, theirs] = [side(rounds.map((round) => round.meeting)), side(rounds.map((round) => round.bare))];
  const figures: OverheadFigures = {
    show: plan.show,
    viewers,
    ratio: mean,
    middleHalf: [from, to],
    meeting: ours,
    bare: theirs,
  };

  return {
    figures,
    report: report(figures),
    // A short one says nothing of this.
    faults: short || figures.ratio >= leastRatio ? [] : [`the ratio is ${figures.ratio.toFixed(3)}, not ${leastRatio}`],
  };
}

/** How many may watch until the worker, or the bots, have as much to do as is aimed at. */
async function findViewers(venue: Venue, plan: Plan): Promise<number> {
  const { first, most } = plan;

  if (first === most) {
    return first;
  }

  await using stage = await Stage.open(venue, first, plan);
  const { workerCpu, generator } = await stage.measure();
  const room = Math.min(aim.workerCpu / workerCpu, aim.generator / generator);

  return Math.min(most, Math.max(first, Math.floor(first * room)));
}

/** `null` where a show did not become steady. */
async function measureRound(stages: readonly Stage[], say: (line: string) => void): Promise<Round | null> {
  const flows = new Map<Venue['kind'], Flow>();

  for (const stage of stages) {
    try {
      const flow = await stage.measure();
      flows.set(stage.kind, flow);
      say(`${stage.kind}: ${count(packetsPerCpuSecond(flow))} packets in a second of a core (${describe(flow)})`);
    } catch (error) {
      say(`${stage.kind}: ${(error as Error).message}`);
    }
  }

  const [meeting, bare] = [flows.get('meeting'), flows.get('bare')];

  return meeting && bare ? { meeting, bare } : null;
}

/** Something of it was lost, or the machine did not carry as much on one side as on the other. */
function isSpoiled({ meeting, bare }: Round, { alike }: Plan): boolean {
  return Math.max(meeting.lost, bare.lost) > mostLost || Math.abs(meeting.packets / bare.packets - 1) > alike;
}

/** A show that rests but while it is measured, so that one can be measured right after the other. */
class Stage implements AsyncDisposable {
  private constructor(
    private readonly venue: Venue,
    private readonly show: Show,
    private readonly plan: Plan,
  ) {}

  static async open(venue: Venue, viewers: number, plan: Plan): Promise<Stage> {
    const { publishers, speakers } = plan.show;
    const show = await venue.begin(plan.show);
    const stage = new Stage(venue, show, plan);

    try {
      await show.grow(viewers);
      await allFlow(show.everyone.slice(publishers), publishers + speakers);
      stage.rest(true);

      return stage;
    } catch (error) {
      await show[Symbol.asyncDispose]();
      throw error;
    }
  }

  get kind(): Venue['kind'] {
    return this.venue.kind;
  }

  async measure(): Promise<Flow> {
    const { venue, show, plan } = this;
    this.rest(false);

    try {
      await becomesSteady(show.everyone, { apart: plan.apart });

      return await measureFlow({ everyone: show.everyone, sent: () => venue.sent() }, plan.seconds);
    } finally {
      this.rest(true);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.show[Symbol.asyncDispose]();
  }

  private rest(resting: boolean): void {
    this.show.everyone.forEach((media) => media.rest(resting));
  }
}

/** Packets forwarded with one second of a core. */
function packetsPerCpuSecond({ packets, workerCpu }: Flow): number {
  return packets / workerCpu;
}

function side(rounds: Flow[]): Side {
  return { packetsPerCpuSecond: median(rounds.map(packetsPerCpuSecond)), rounds };
}

function describe({ packets, workerCpu, generator, lost }: Flow): string {
  return (
    `${count(packets)} packets/s, ${percent(workerCpu)} of a core, bots ${percent(generator)}` +
    (lost > 0 ? `, ${percent(lost, 2)} lost` : '')
  );
}

function report({ show, viewers, ratio, middleHalf: [from, to], meeting, bare }: OverheadFigures): string {
  const row = (name: string, { packetsPerCpuSecond, rounds }: Side) => {
    const middle = (of: (flow: Flow) => number) => median(rounds.map(of));

    return [
      name,
      count(packetsPerCpuSecond),
      count(middle(({ packets }) => packets)),
      megabits(middle(({ bitrate }) => bitrate)),
      percent(middle(({ workerCpu }) => workerCpu)),
      percent(
        middle(({ nodeCpu }) => nodeCpu),
        1,
      ),
      percent(
        middle(({ lost }) => lost),
        2,
      ),
      percent(middle(({ generator }) => generator)),
    ];
  };
  const share = median(meeting.rounds.map(({ workerCpu }) => workerCpu));
  const full = [...meeting.rounds, ...bare.rounds].some(({ generator }) => generator > generatorIsFull);

  return [
    `${show.publishers} bots send a camera in two layers and a microphone, ${show.speakers} of them speak; ${viewers} more watch ` +
      `all cameras in the upper layer and hear all who speak. The same through MiniMeet and through a bare mediasoup worker with the same ` +
      `options, in turns, ${meeting.rounds.length} times each; medians.`,
    table(
      [
        'through',
        'packets per second of a core',
        'packets/s',
        'Mbit/s',
        'worker’s CPU',
        'node’s CPU',
        'lost',
        'bots’ CPU',
      ],
      [row('MiniMeet', meeting), row('bare mediasoup', bare)],
    ),
    `In a second of a core, **${ratio.toFixed(3)}** times as many packets through MiniMeet as through mediasoup alone: the mean of ` +
      `the middle half of the rounds, which goes from ${from.toFixed(3)} to ${to.toFixed(3)}.`,
    ...(share < saturated
      ? [
          `Not at saturation: the bots need more of the machine’s ${cpus().length} cores than the worker does, which had ${percent(share)} ` +
            'of one. What is compared is the cost of a packet, not the most that a core can do.',
        ]
      : []),
    ...(full
      ? ['The bots had as much to do as they can; with a faster machine for them, the load would be higher.']
      : []),
  ].join('\n\n');
}
