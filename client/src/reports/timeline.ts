/** Where everything lies in the picture of who was in a meeting when. Positions are shares of the meeting, 0 to 1. */
import type { MeetingReport, Participation, RecordedAct } from '@minimeet/protocol';
import type { ShownQuality } from './figures';

export interface TimelineBar {
  participation: Participation;
  start: number;
  width: number;
  quality: ShownQuality;
  /** Whether they are in the meeting still. */
  isRunning: boolean;
}

/** One person. Whoever came twice has two bars; whoever was there twice at one time has two lanes. */
export interface TimelineRow {
  userId: string;
  /** The name that they had last. */
  name: string;
  lanes: TimelineBar[][];
}

/** Something that a moderator did. */
export interface TimelineMark {
  act: RecordedAct;
  position: number;
}

export interface Timeline {
  /** Milliseconds since 1970. */
  begin: number;
  end: number;
  /** In order of first arrival. */
  rows: TimelineRow[];
  marks: TimelineMark[];
}

export interface Tick {
  position: number;
  label: string;
}

/** Milliseconds that a timeline shows at least, so that a meeting of a moment has a width. */
const shortest = 10_000;

/** Lays out a meeting; one that runs ends at `now` (milliseconds since 1970). */
export function layOutTimeline(
  report: Pick<MeetingReport, 'beganAt' | 'endedAt' | 'participants' | 'acts'>,
  now: number,
): Timeline {
  const spans = report.participants.map((participation) => {
    const from = Date.parse(participation.joinedAt);
    const to = participation.leftAt === null ? now : Date.parse(participation.leftAt);
    return { participation, from, to: Math.max(from, to) };
  });
  // Clocks of servers and of this device differ: no bar may stick out.
  const begin = spans.reduce((earliest, { from }) => Math.min(earliest, from), Date.parse(report.beganAt));
  const ending = report.endedAt === null ? now : Date.parse(report.endedAt);
  const end = spans.reduce((latest, { to }) => Math.max(latest, to), Math.max(ending, begin + shortest));

  const ofUsers = new Map<string, typeof spans>();
  for (const span of spans) {
    const ofUser = ofUsers.get(span.participation.userId);
    if (ofUser) ofUser.push(span);
    else ofUsers.set(span.participation.userId, [span]);
  }
  const rows = [...ofUsers].map(([userId, ofUser]) => {
    const sorted = ofUser.toSorted((one, other) => one.from - other.from);
    const lanes: { busyUntil: number; bars: TimelineBar[] }[] = [];
    for (const { participation, from, to } of sorted) {
      const lane = lanes.find(({ busyUntil }) => busyUntil <= from) ?? { busyUntil: 0, bars: [] };
      if (lane.bars.length === 0) lanes.push(lane);
      lane.busyUntil = to;
      lane.bars.push({
        participation,
        start: (from - begin) / (end - begin),
        width: (to - from) / (end - begin),
        quality: participation.quality?.rating ?? 'unknown',
        isRunning: participation.leftAt === null,
      });
    }
    const first = sorted[0]?.from ?? begin;
    return {
      userId,
      first,
      name: sorted.at(-1)?.participation.displayName ?? '',
      lanes: lanes.map(({ bars }) => bars),
    };
  });
  rows.sort((one, other) => one.first - other.first);
  const marks = report.acts.map((act) => ({
    act,
    position: Math.min(1, Math.max(0, (Date.parse(act.at) - begin) / (end - begin))),
  }));
  return { begin, end, rows: rows.map(({ userId, name, lanes }) => ({ userId, name, lanes })), marks };
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
  ...[5, 10, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 2, 3, 6, 12].map((count) => count * hour),
  ...[1, 2, 7].map((count) => count * day),
];
/** Pixels between two ticks at least, so that their labels do not touch. */
const tickDistance = 76;

/** The times of day to write over a timeline that is `width` CSS pixels wide, at round times of the reader's clock. */
export function ticksOf({ begin, end }: Pick<Timeline, 'begin' | 'end'>, width: number, locale?: string): Tick[] {
  if (width < tickDistance) return [];
  const pixelsOf = (step: number) => (step / (end - begin)) * width;
  const step = steps.find((candidate) => pixelsOf(candidate) >= tickDistance) ?? end - begin;
  const options: Intl.DateTimeFormatOptions =
    step >= day
      ? { day: 'numeric', month: 'short' }
      : { hour: 'numeric', minute: '2-digit', ...(step < minute && { second: '2-digit' }) };
  const format = new Intl.DateTimeFormat(locale, options);
  const midnight = new Date(begin).setHours(0, 0, 0, 0);
  const ticks: Tick[] = [];
  for (let at = midnight + Math.ceil((begin - midnight) / step) * step; at <= end; at += step) {
    ticks.push({ position: (at - begin) / (end - begin), label: format.format(at) });
  }
  return ticks;
}
