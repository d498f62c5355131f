/** How figures of reports are written. Locales are the reader's unless a test says otherwise. */
import type { Analytics, Bucket, LeaveReason, Participation, QualityRating } from '@minimeet/protocol';

/** `1,234` */
export function countLabel(count: number, locale?: string): string {
  return count.toLocaleString(locale, { maximumFractionDigits: 0 });
}

/** A number that is short enough for an axis: `1.2K`. */
export function shortLabel(value: number, locale?: string): string {
  return value.toLocaleString(locale, { notation: 'compact', maximumFractionDigits: 1 });
}

/** Minutes as people say them: `45 s`, `12 min`, `3 h 5 min`, `1,234 h`. */
export function durationLabel(minutes: number, locale?: string): string {
  if (minutes < 1) return `${Math.round(minutes * 60)} s`;
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  const hours = Math.floor(whole / 60);
  if (hours >= 100 || whole % 60 === 0) return `${countLabel(hours, locale)} h`;
  return `${hours} h ${whole % 60} min`;
}

/** A share as `0.4 %`, `12 %`. */
export function shareLabel(share: number, locale?: string): string {
  const digits = share > 0 && share < 0.0995 ? 1 : 0;
  return `${(share * 100).toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })} %`;
}

/** Bit/s as `640 kbit/s`, `1.8 Mbit/s`. */
export function bitrateLabel(bitsPerSecond: number, locale?: string): string {
  const [unit, name] =
    bitsPerSecond >= 1e9 ? [1e9, 'Gbit/s'] : bitsPerSecond >= 1e6 ? [1e6, 'Mbit/s'] : [1e3, 'kbit/s'];
  const digits = unit === 1e3 ? 0 : 1;
  const value = (bitsPerSecond / unit).toLocaleString(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${value} ${name}`;
}

/** Bytes as `84 MB`. */
export function memoryLabel(bytes: number, locale?: string): string {
  return `${countLabel(bytes / 1e6, locale)} MB`;
}

/** Milliseconds as `38 ms`; `null` as a dash. */
export function millisecondsLabel(milliseconds: number | null, locale?: string): string {
  return milliseconds === null ? '–' : `${countLabel(milliseconds, locale)} ms`;
}

const dateAndTime: Intl.DateTimeFormatOptions = { dateStyle: 'medium', timeStyle: 'short' };

/** A moment as date and time of day. */
export function momentLabel(time: string, locale?: string): string {
  return new Date(time).toLocaleString(locale, dateAndTime);
}

/** A moment as time of day with seconds. */
export function clockLabel(time: string | number, locale?: string): string {
  return new Date(time).toLocaleTimeString(locale, { timeStyle: 'medium' });
}

const shortFormats: Record<Bucket, Intl.DateTimeFormatOptions> = {
  hour: { day: 'numeric', month: 'short', hour: 'numeric' },
  day: { day: 'numeric', month: 'short' },
  week: { day: 'numeric', month: 'short' },
  month: { month: 'short', year: '2-digit' },
};
const longFormats: Record<Bucket, Intl.DateTimeFormatOptions> = {
  hour: { weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' },
  week: { day: 'numeric', month: 'long', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
};

/** The names of a report's buckets, in its own time zone: for an axis, and for a table or what a pointer is at. */
export function bucketLabels({ bucket, timeZone }: Pick<Analytics, 'bucket' | 'timeZone'>, locale?: string) {
  const short = new Intl.DateTimeFormat(locale, { ...shortFormats[bucket], timeZone });
  const long = new Intl.DateTimeFormat(locale, { ...longFormats[bucket], timeZone });
  const prefix = bucket === 'week' ? 'Week of ' : '';
  return {
    short: (begin: string) => short.format(new Date(begin)),
    long: (begin: string) => prefix + long.format(new Date(begin)),
  };
}

/** The names of a duration distribution's classes: `up to 5 min`, `5 to 15 min`, `over 2 h`. */
export function durationClassLabels(durations: Analytics['durations']): string[] {
  return durations.map(({ upToMinutes }, index) => {
    const over = durations[index - 1]?.upToMinutes ?? null;
    if (upToMinutes === null) return over === null ? 'any' : `over ${durationLabel(over)}`;
    if (over === null) return `up to ${durationLabel(upToMinutes)}`;
    return upToMinutes <= 60
      ? `${over} to ${upToMinutes} min`
      : `${durationLabel(over)} to ${durationLabel(upToMinutes)}`;
  });
}

export type ShownQuality = QualityRating | 'unknown';

export const qualityNames: Record<ShownQuality, string> = {
  good: 'Good',
  fair: 'Fair',
  poor: 'Poor',
  unknown: 'Not measured',
};

export const leaveReasonNames: Record<LeaveReason, string> = {
  left: 'Left',
  connection_lost: 'Connection lost',
  removed: 'Removed',
  meeting_ended: 'Meeting ended',
};

export const deviceNames: Record<NonNullable<Participation['deviceKind']>, string> = {
  desktop: 'Desktop',
  phone: 'Phone',
  tablet: 'Tablet',
  bot: 'Bot',
  other: 'Other device',
};
