/** What the database sums up over meetings. */
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import {
  figureColumns,
  figuresOfOneMeeting,
  roomFiguresOfMeetings,
  summedFigures,
  summedRoomFigures,
  timeSqlOf,
} from '../history/figures-sql.js';
import { SUMMED_SECONDS } from '../history/meeting-sums.entity.js';
import { beginOfMonth, monthOf } from '../history/room-sums.entity.js';
import { bucketIndexSql, type Buckets } from './buckets.js';

/** Whose meetings: those of one room, of the rooms that somebody owns, or all. */
export type Scope = { roomId: string } | { ownerId: string } | 'everything';

export type SummedFigures = Record<(typeof figureColumns)[number], number>;

export const noFigures = Object.fromEntries(figureColumns.map((column) => [column, 0])) as SummedFigures;

const busiestRooms = 10;

type Parameters = Record<string, unknown>;

@Injectable()
export class FiguresQueries {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The figures of each bucket with a meeting, by the bucket's index. */
  async byBucket(buckets: Buckets, scope: Scope): Promise<Map<number, SummedFigures>> {
    const { sql, parameters } = this.bucketsQuery(buckets, scope);
    const figuresOf = new Map<number, SummedFigures>();

    for (const row of await this.query(sql, parameters)) {
      const bucket = Number(row.bucket);
      figuresOf.set(bucket, addFigures(figuresOf.get(bucket) ?? noFigures, toFigures(row)));
    }

    return figuresOf;
  }

  /** The ten rooms with the most participant time, busiest first. */
  async byRoom(buckets: Buckets, scope: Scope): Promise<(SummedFigures & { roomId: string })[]> {
    const { sql, parameters } = this.roomsQuery(buckets, scope);
    const rows = await this.query(sql, parameters);

    return rows.map((row) => ({ ...toFigures(row), roomId: String(row.roomId) }));
  }

  /** Gives a bucket as often as there are sources with meetings in it. */
  bucketsQuery(buckets: Buckets, scope: Scope): { sql: string; parameters: Parameters } {
    const index = bucketIndexSql(buckets.edges, 'second');
    const { sources, parameters } = scope === 'everything' ? this.everything(buckets) : this.meetingsOf(scope, buckets);

    return {
      // Each source by itself: of a union the database would make a table first.
      sql: sources
        .map((source) => `SELECT ${index.sql} AS bucket, ${summedFigures} FROM (${source}) figures GROUP BY bucket`)
        .join(' UNION ALL '),
      parameters: { ...index.parameters, ...parameters },
    };
  }

  roomsQuery(buckets: Buckets, scope: Scope): { sql: string; parameters: Parameters } {
    const { sources, parameters } = scope === 'everything' ? this.allRooms(buckets) : roomsOf(scope, buckets);

    return {
      sql: `SELECT roomId, ${summedRoomFigures}
            FROM (${sources.join(' UNION ALL ')}) figures
            GROUP BY roomId
            ORDER BY participantSeconds DESC, roomId
            LIMIT ${busiestRooms}`,
      parameters,
    };
  }

  /** @throws whatever the database throws; `sql` is the same on all but for what {@link timeSqlOf} says in their words */
  async query(sql: string, parameters: Parameters): Promise<Record<string, unknown>[]> {
    const [statement, values] = this.dataSource.driver.escapeQueryWithParameters(sql, parameters);

    return this.dataSource.query(statement, values);
  }

  private meetingsOf(scope: Scope, { from, to }: Buckets): { sources: string[]; parameters: Parameters } {
    const whose = whoseMeetings(scope);

    return {
      sources: [`${this.selectMeetings} WHERE beganAt >= :from AND beganAt < :to AND ${whose.sql}`],
      parameters: { from, to, ...whose.parameters },
    };
  }

  /** Sums where there are any, and single meetings for the rest: parts of a quarter of an hour, and what is newer. */
  private everything(buckets: Buckets): { sources: string[]; parameters: Parameters } {
    const firstQuarter = Math.ceil(buckets.from.getTime() / 1000 / SUMMED_SECONDS);
    const endQuarter = Math.floor(buckets.to.getTime() / 1000 / SUMMED_SECONDS);
    const areWhole = buckets.edges.every((edge) => edge % SUMMED_SECONDS === 0);

    if (firstQuarter >= endQuarter || !areWhole) {
      return this.meetingsOf('everything', buckets);
    }

    const { timeOf } = timeSqlOf(this.dataSource);
    const summedUntil = timeOf(`(SELECT COALESCE(MAX(quarterHour) + 1, 0) FROM meeting_sums) * ${SUMMED_SECONDS}`);

    return {
      sources: [
        `SELECT quarterHour * ${SUMMED_SECONDS} AS second, ${figureColumns.join(', ')} FROM meeting_sums
         WHERE quarterHour >= :firstQuarter AND quarterHour < :endQuarter`,
        `${this.selectMeetings} WHERE beganAt >= :from AND beganAt < :wholeFrom`,
        `${this.selectMeetings} WHERE beganAt >= :wholeFrom AND beganAt < :wholeTo AND beganAt >= ${summedUntil}`,
        `${this.selectMeetings} WHERE beganAt >= :wholeTo AND beganAt < :to`,
      ],
      parameters: {
        firstQuarter,
        endQuarter,
        from: buckets.from,
        wholeFrom: new Date(firstQuarter * SUMMED_SECONDS * 1000),
        wholeTo: new Date(endQuarter * SUMMED_SECONDS * 1000),
        to: buckets.to,
      },
    };
  }

  /** Sums of whole months where there are any, and single meetings for the rest. */
  private allRooms(buckets: Buckets): { sources: string[]; parameters: Parameters } {
    const { from, to } = buckets;
    const firstMonth = monthOf(new Date(from.getTime() - 1)) + 1;
    const endMonth = monthOf(to);

    if (firstMonth >= endMonth) {
      return roomsOf('everything', buckets);
    }

    const { timeOfMonth } = timeSqlOf(this.dataSource);
    const summedUntil = timeOfMonth('(SELECT COALESCE(MAX(month) + 1, 0) FROM room_sums)');

    return {
      sources: [
        `SELECT roomId, ${summedRoomFigures} FROM room_sums
         WHERE month >= :firstMonth AND month < :endMonth GROUP BY roomId`,
        roomsWhere('beganAt >= :from AND beganAt < :wholeFrom'),
        roomsWhere(`beganAt >= :wholeFrom AND beganAt < :wholeTo AND beganAt >= ${summedUntil}`),
        roomsWhere('beganAt >= :wholeTo AND beganAt < :to'),
      ],
      parameters: {
        firstMonth,
        endMonth,
        from,
        wholeFrom: beginOfMonth(firstMonth),
        wholeTo: beginOfMonth(endMonth),
        to,
      },
    };
  }

  private get selectMeetings(): string {
    const time = timeSqlOf(this.dataSource);

    return `SELECT ${time.epochSeconds('beganAt')} AS second, ${figuresOfOneMeeting(time)} FROM meetings`;
  }
}

function roomsOf(scope: Scope, { from, to }: Buckets): { sources: string[]; parameters: Parameters } {
  const whose = whoseMeetings(scope);

  return {
    sources: [roomsWhere(`beganAt >= :from AND beganAt < :to AND ${whose.sql}`)],
    parameters: { from, to, ...whose.parameters },
  };
}

/** Not by the shape that all share: with the columns of the index as they are, the database reads it room by room. */
function roomsWhere(condition: string): string {
  return `SELECT roomId, ${roomFiguresOfMeetings} FROM meetings WHERE ${condition} GROUP BY roomId`;
}

function whoseMeetings(scope: Scope): { sql: string; parameters: Parameters } {
  if (scope === 'everything') {
    return { sql: '1 = 1', parameters: {} };
  }

  return 'roomId' in scope
    ? { sql: 'roomId = :roomId', parameters: { roomId: scope.roomId } }
    : { sql: 'roomId IN (SELECT id FROM rooms WHERE ownerId = :ownerId)', parameters: { ownerId: scope.ownerId } };
}

export function addFigures(one: SummedFigures, other: SummedFigures): SummedFigures {
  return Object.fromEntries(
    figureColumns.map((column) => [
      column,
      column === 'peakParticipants' ? Math.max(one[column], other[column]) : one[column] + other[column],
    ]),
  ) as SummedFigures;
}

/** MySQL gives sums as text, since they may be larger than its integers. */
function toFigures(row: Record<string, unknown>): SummedFigures {
  return Object.fromEntries(figureColumns.map((column) => [column, Number(row[column] ?? 0)])) as SummedFigures;
}
