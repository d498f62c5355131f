/** Which days a report is about and how they are summed up, as the page's address says it. */
import { type Bucket, limits } from '@minimeet/protocol';

export const presets = { '7d': '7 days', '30d': '30 days', '12m': '12 months' } as const;
export type Preset = keyof typeof presets;

/** Days of the reader's calendar as `2026-01-31`, both included. */
export interface ReportRange {
  /** `null`: the days were chosen one by one. */
  preset: Preset | null;
  firstDay: string;
  lastDay: string;
  bucket: Bucket;
}

/** From the shortest to the longest. Not read from the schema, which would bring the whole of zod along. */
export const bucketNames = {
  hour: 'Hours',
  day: 'Days',
  week: 'Weeks',
  month: 'Months',
} as const satisfies Record<Bucket, string>;
export const allBuckets = Object.keys(bucketNames) as Bucket[];

/** `faults`: what the address asks for and cannot be followed; the range stands in for it. */
export interface ReadRange {
  range: ReportRange;
  faults: string[];
}

const fallback: Preset = '30d';
const dayPattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Reads `?range=7d&bucket=day` or `?from=2026-01-01&to=2026-01-31`; `now` is what presets end with. */
export function readRange(query: URLSearchParams, now: Date): ReadRange {
  const faults: string[] = [];
  const from = query.get('from');
  const to = query.get('to');
  const named = query.get('range');
  let days = presetDays(fallback, now);
  let preset: Preset | null = fallback;
  if (from !== null || to !== null) {
    const fault = daysFault(from ?? '', to ?? '');
    if (fault) faults.push(fault);
    else {
      preset = null;
      days = { firstDay: from ?? '', lastDay: to ?? '' };
    }
  } else if (isPreset(named)) {
    preset = named;
    days = presetDays(named, now);
  } else if (named !== null) {
    faults.push(`range has to be one of ${Object.keys(presets).join(', ')}`);
  }
  const asked = query.get('bucket');
  const bucket = allBuckets.find((option) => option === asked);
  if (asked !== null && !bucket) faults.push(`bucket has to be one of ${allBuckets.join(', ')}`);
  else if (bucket && !isFineEnough(bucket, days)) faults.push(`These are too many days to be summed up by ${bucket}`);
  const usable = bucket && isFineEnough(bucket, days) ? bucket : usualBucket(days);
  return { range: { preset, ...days, bucket: usable }, faults };
}

/** The part of the page's address that `readRange` reads; shorter where something is as usual. */
export function writeRange({ preset, bucket, ...days }: ReportRange): URLSearchParams {
  const query = new URLSearchParams();
  if (preset === null) {
    query.set('from', days.firstDay);
    query.set('to', days.lastDay);
  } else query.set('range', preset);
  if (bucket !== usualBucket(days)) query.set('bucket', bucket);
  return query;
}

/** The days of a preset, with the bucket that suits them. */
export function presetRange(preset: Preset, now: Date): ReportRange {
  const days = presetDays(preset, now);
  return { preset, ...days, bucket: usualBucket(days) };
}

/** Days that were chosen one by one, with the bucket that suits them. */
export function chosenRange(firstDay: string, lastDay: string): ReportRange {
  return { preset: null, firstDay, lastDay, bucket: usualBucket({ firstDay, lastDay }) };
}

/** What is wrong with two days, in a sentence; `null` when nothing is. */
export function daysFault(firstDay: string, lastDay: string): string | null {
  const first = midnightOf(firstDay);
  const last = midnightOf(lastDay);
  if (!first || !last) return 'Both days have to be dates like 2026-01-31';
  if (first > last) return 'The first day has to be before the last one';
  if (!isFineEnough('month', { firstDay, lastDay })) return 'These are too many years for one report';
  return null;
}

/** The query of a report: from the first day's midnight to the one after the last day, where the reader is. */
export function queryOf(range: ReportRange, timeZone: string): Record<'from' | 'to' | 'bucket' | 'timeZone', string> {
  const first = midnightOf(range.firstDay);
  const after = midnightOf(range.lastDay, 1);
  if (!first || !after) throw new RangeError(`no days: ${range.firstDay}, ${range.lastDay}`);
  return { from: first.toISOString(), to: after.toISOString(), bucket: range.bucket, timeZone };
}

/** The buckets that these days may be summed up in. */
export function bucketsFor(days: Pick<ReportRange, 'firstDay' | 'lastDay'>): Bucket[] {
  return allBuckets.filter((bucket) => isFineEnough(bucket, days));
}

/** The first moment of a day in the browser's time zone, `later` days on; `null` where there is no such day. */
export function midnightOf(day: string, later = 0): Date | null {
  const [, year, month, date] = (dayPattern.exec(day) ?? []).map(Number);
  if (year === undefined || month === undefined || date === undefined || year < 1970) return null;
  const moment = new Date(year, month - 1, date);
  // The 31st of February is one of March to a Date.
  if (moment.getMonth() !== month - 1 || moment.getDate() !== date) return null;
  moment.setDate(date + later);
  return moment;
}

/** `2026-01-31` in the browser's time zone. */
export function dayOf(moment: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

function presetDays(preset: Preset, now: Date): { firstDay: string; lastDay: string } {
  const first =
    preset === '12m'
      ? new Date(now.getFullYear(), now.getMonth() - 11, 1)
      : new Date(now.getFullYear(), now.getMonth(), now.getDate() - (preset === '7d' ? 6 : 29));
  return { firstDay: dayOf(first), lastDay: dayOf(now) };
}

function usualBucket(days: Pick<ReportRange, 'firstDay' | 'lastDay'>): Bucket {
  const count = daysIn(days);
  if (count <= 2) return 'hour';
  if (count <= 62) return 'day';
  return count <= 300 ? 'week' : 'month';
}

/** Whether the server gives these days in this bucket: it answers with so many at most. */
function isFineEnough(bucket: Bucket, days: Pick<ReportRange, 'firstDay' | 'lastDay'>): boolean {
  const daysInBucket = { hour: 1 / 24, day: 1, week: 7, month: 28 }[bucket];
  // Two more: the interval may begin and end within one; and the hour that the change of clocks adds.
  return daysIn(days) / daysInBucket + 2 <= limits.analyticsBuckets;
}

function daysIn({ firstDay, lastDay }: Pick<ReportRange, 'firstDay' | 'lastDay'>): number {
  const first = midnightOf(firstDay);
  const after = midnightOf(lastDay, 1);
  return first && after ? Math.round((after.getTime() - first.getTime()) / 86_400_000) : 0;
}

const isPreset = (name: string | null): name is Preset => name !== null && Object.hasOwn(presets, name);
