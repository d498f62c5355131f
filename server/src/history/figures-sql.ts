/** Pieces of SQL with which the figures of meetings are summed up; the same on SQLite, MySQL and MariaDB but for times. */
import type { DataSource } from 'typeorm';

/** Where meetings are told apart by how long they took, in minutes. */
export const durationLimits = [5, 15, 30, 60, 120, 240] as const;

type DurationColumn = `upTo${(typeof durationLimits)[number]}Minutes`;

export const durationColumns = durationLimits.map((minutes) => `upTo${minutes}Minutes` as const) as DurationColumn[];

/** Columns of a meeting and of sums that are added up. */
export const addedColumns = [
  'totalParticipants',
  'participantSeconds',
  'messages',
  'goodQuality',
  'fairQuality',
  'poorQuality',
] as const;

/** What the two dialects write in different words. */
export interface TimeSql {
  /** Whole seconds since 1970 in UTC of a column; times are stored in UTC, so no session's time zone matters. */
  epochSeconds(column: string): string;
  /** The time so many seconds after 1970, to compare columns with. */
  timeOf(seconds: string): string;
  /** The same for the beginning of the month so many months after January 1970. */
  timeOfMonth(months: string): string;
}

const sqliteTime: TimeSql = {
  epochSeconds: (column) => `unixepoch(${column})`,
  // As TypeORM stores times.
  timeOf: (seconds) => `strftime('%Y-%m-%d %H:%M:%f', ${seconds}, 'unixepoch')`,
  timeOfMonth: (months) => `strftime('%Y-%m-%d %H:%M:%f', '1970-01-01', ${months} || ' months')`,
};

const mysqlTime: TimeSql = {
  epochSeconds: (column) => `TIMESTAMPDIFF(SECOND, TIMESTAMP'1970-01-01 00:00:00', ${column})`,
  timeOf: (seconds) => `TIMESTAMPADD(SECOND, ${seconds}, TIMESTAMP'1970-01-01 00:00:00')`,
  timeOfMonth: (months) => `TIMESTAMPADD(MONTH, ${months}, TIMESTAMP'1970-01-01 00:00:00')`,
};

export function timeSqlOf({ options }: DataSource): TimeSql {
  return options.type === 'better-sqlite3' ? sqliteTime : mysqlTime;
}

/** The select list that turns one row of `meetings` into the shape of a row of sums; it begins with `meetings`. */
export function figuresOfOneMeeting({ epochSeconds }: TimeSql): string {
  const seconds = `(${epochSeconds('seenAt')} - ${epochSeconds('beganAt')})`;
  const durations = durationLimits.map((minutes, index) => {
    const longerThan = index === 0 ? '' : `${seconds} > ${durationLimits[index - 1]! * 60} AND `;

    return `CASE WHEN ${longerThan}${seconds} <= ${minutes * 60} THEN 1 ELSE 0 END AS ${durationColumns[index]}`;
  });

  return ['1 AS meetings', 'peakParticipants', ...addedColumns, ...durations].join(', ');
}

/** The columns of {@link figuresOfOneMeeting}, in its order. */
export const figureColumns = ['meetings', 'peakParticipants', ...addedColumns, ...durationColumns] as const;

/** The select list that adds up such rows. */
export const summedFigures = summed(figureColumns);

/** The columns of a room's sums that are figures. */
export const roomFigureColumns = [
  'meetings',
  'peakParticipants',
  'totalParticipants',
  'participantSeconds',
  'messages',
] as const;

/** The select list that adds up rows of `meetings` to them, by the columns of the index as they are. */
export const roomFiguresOfMeetings = `COUNT(*) AS meetings, ${summed(roomFigureColumns.slice(1))}`;

/** The select list that adds up such sums. */
export const summedRoomFigures = summed(roomFigureColumns);

function summed(columns: readonly string[]): string {
  return columns.map((column) => `${column === 'peakParticipants' ? 'MAX' : 'SUM'}(${column}) AS ${column}`).join(', ');
}
