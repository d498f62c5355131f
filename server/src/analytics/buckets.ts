/** The intervals that figures are summed up in: where they begin in a time zone, and how SQL finds the one that a time is in. */
import { limits, type AnalyticsQuery, type Bucket } from '@minimeet/protocol';
import { DateTime } from 'luxon';
import { DomainError } from '../common/domain-error.js';

export interface Buckets {
  /** The time that is asked for, in whole milliseconds; `from` is included, `to` is not. */
  from: Date;
  to: Date;
  /** Seconds since 1970 at which each bucket begins, and at which the last one ends. The first may begin before `from`. */
  edges: number[];
}

const defaultDays = 30;

/**
 * The buckets that a query asks for. Days, weeks and months begin at the midnight of the time zone, so that some have an
 * hour more or less than others (RFC 5545 calls these nominal durations); hours all have sixty minutes.
 *
 * @throws invalid_payload where they are none or too many
 */
export function bucketsOf({ from, to, bucket, timeZone }: Omit<AnalyticsQuery, 'format'>, now: Date): Buckets {
  const end = DateTime.fromISO(to ?? now.toISOString(), { zone: timeZone });
  const begin = from === undefined ? end.minus({ days: defaultDays }) : DateTime.fromISO(from, { zone: timeZone });

  if (begin >= end) {
    throw new DomainError('invalid_payload', undefined, [{ path: ['from'], message: 'must be before to' }]);
  }

  const edgeAfter = edgesIn(bucket, timeZone);
  const edges = [begin.startOf(bucket).toSeconds()];

  while (edges.at(-1)! < end.toSeconds()) {
    if (edges.length > limits.analyticsBuckets) {
      const message = `must be less: there would be more than ${limits.analyticsBuckets} buckets`;
      throw new DomainError('invalid_payload', undefined, [{ path: ['bucket'], message }]);
    }

    edges.push(edgeAfter(edges.at(-1)!));
  }

  return { from: begin.toJSDate(), to: end.toJSDate(), edges };
}

const usualSeconds: Partial<Record<Bucket, number>> = { hour: 3600, day: 86_400, week: 604_800 };

/** Tells where a bucket ends that begins at `edge`. */
function edgesIn(bucket: Bucket, timeZone: string): (edge: number) => number {
  const isMidnight = midnightsIn(timeZone);

  return (edge) => {
    const usual = edge + (usualSeconds[bucket] ?? NaN);

    if (bucket === 'hour' || (bucket !== 'month' && isMidnight(edge) && isMidnight(usual))) {
      return usual;
    }

    // To the beginning again: where clocks go past midnight the day begins later, but the next one does not.
    return DateTime.fromSeconds(edge, { zone: timeZone })
      .plus({ [bucket]: 1 })
      .startOf(bucket)
      .toSeconds();
  };
}

/** What luxon's calendar would say as well, but in a tenth of the time; true of nearly all edges. */
function midnightsIn(timeZone: string): (second: number) => boolean {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });

  return (second) => clock.format(second * 1000) === '00:00:00';
}

/** Buckets of one length in a row: `first` is the index of the first of them. */
interface EvenRun {
  first: number;
  begin: number;
  spacing: number;
}

/** As few runs as there are: one for a whole summer of days, one for the day on which it ends, … */
export function evenRuns(edges: number[]): EvenRun[] {
  const runs: EvenRun[] = [];

  for (let index = 0; index < edges.length - 1; index++) {
    const begin = edges[index]!;
    const spacing = edges[index + 1]! - begin;

    if (runs.at(-1)?.spacing !== spacing) {
      runs.push({ first: index, begin, spacing });
    }
  }

  return runs;
}

/**
 * SQL that gives the index of the bucket in which `second` lies, and its parameters. It computes with what the edges are,
 * and knows nothing of time zones; a database has their rules only where an administrator has loaded them.
 */
export function bucketIndexSql(edges: number[], second: string): { sql: string; parameters: Record<string, number> } {
  const parameters: Record<string, number> = {};
  // Newest first: there is more of what is new, and the first that fits is taken.
  const cases = evenRuns(edges)
    .reverse()
    .map(({ first, begin, spacing }, index) => {
      Object.assign(parameters, { [`first${index}`]: first, [`begin${index}`]: begin, [`spacing${index}`]: spacing });

      return `WHEN ${second} >= :begin${index} THEN :first${index} + FLOOR((${second} - :begin${index}) / :spacing${index})`;
    });

  return { sql: `CASE ${cases.join(' ')} END`, parameters };
}
