/** Sums of past meetings, from which analytics are answered where there are some: how they are made, and forgotten. */
import { MoreThanOrEqual, type DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { isDeadlock, isUniqueViolation } from '../storage/query-errors.js';
import {
  figureColumns,
  figuresOfOneMeeting,
  roomFigureColumns,
  roomFiguresOfMeetings,
  summedFigures,
  timeSqlOf,
} from './figures-sql.js';
import { MeetingRecord } from './meeting-record.entity.js';
import { MeetingSums, SUMMED_SECONDS } from './meeting-sums.entity.js';
import { RoomSums, beginOfMonth, monthOf } from './room-sums.entity.js';

/** Days that are summed up by one statement, which must not take as long as a database that does not answer. */
const daysAtOnce = 30;

export class Sums {
  constructor(private readonly dataSource: DataSource) {}

  /** Sums up what began before `before` and before every meeting that runs, and is not summed up yet. */
  async sumUp(before: Date): Promise<void> {
    const end = await this.endOfSummable(before);

    for (let from = await this.beginOfUnsummed(); from < end; from = daysAfter(from, daysAtOnce)) {
      await this.sumUpUntil(new Date(Math.min(daysAfter(from, daysAtOnce).getTime(), end.getTime())));
    }

    await this.sumUpRooms(end);
  }

  /** Whatever began at `first` or later is to be summed up again. Mostly there is nothing to forget. */
  async forget(first: Date): Promise<void> {
    const forget = (entity: EntityTarget<ObjectLiteral>, where: string, parameters: ObjectLiteral) =>
      this.dataSource.createQueryBuilder().delete().from(entity).where(where, parameters).execute();

    await forget(MeetingSums, 'quarterHour >= :first', { first: quarterHourOf(first.getTime()) });
    await forget(RoomSums, 'month >= :first', { first: monthOf(first) });
  }

  private async sumUpUntil(end: Date): Promise<void> {
    const time = timeSqlOf(this.dataSource);
    const quarterHour = `FLOOR(${time.epochSeconds('beganAt')} / ${SUMMED_SECONDS}.0)`;
    const summedUntil = `(SELECT COALESCE(MAX(quarterHour) + 1, 0) FROM meeting_sums) * ${SUMMED_SECONDS}`;

    await this.insert(
      `INSERT INTO meeting_sums (quarterHour, ${figureColumns.join(', ')})
       SELECT quarterHour, ${summedFigures}
       FROM (
         SELECT ${quarterHour} AS quarterHour, ${figuresOfOneMeeting(time)}
         FROM meetings WHERE beganAt >= ${time.timeOf(summedUntil)} AND beganAt < :end
       ) figures
       GROUP BY quarterHour`,
      { end },
    );
  }

  /** Month by month, each only if the sums still end where they were seen to end: what is newer than a gap hides it. */
  private async sumUpRooms(end: Date): Promise<void> {
    for (;;) {
      const last = (await this.dataSource.getRepository(RoomSums).maximum('month')) ?? -1;
      const next = await this.dataSource.getRepository(MeetingRecord).findOne({
        where: { beganAt: MoreThanOrEqual(beginOfMonth(last + 1)) },
        order: { beganAt: 'ASC' },
      });

      if (!next || monthOf(next.beganAt) >= monthOf(end)) {
        return;
      }

      const month = monthOf(next.beganAt);

      await this.insert(
        `INSERT INTO room_sums (month, roomId, ${roomFigureColumns.join(', ')})
         SELECT :month, roomId, ${roomFiguresOfMeetings}
         FROM meetings
         WHERE beganAt >= :begin AND beganAt < :end AND (SELECT COALESCE(MAX(month), -1) FROM room_sums) = :last
         GROUP BY roomId`,
        { month, begin: beginOfMonth(last + 1), end: beginOfMonth(month + 1), last },
      );
    }
  }

  /**
   * A meeting that is written while others are summed up must not be missed: what forgets its sum would find none yet.
   * The embedded database does one statement after the other. MySQL, where it reads repeatably, keeps what an INSERT has
   * read as it is, gaps too, until that is committed (https://dev.mysql.com/doc/refman/8.4/en/innodb-locks-set.html): of
   * two servers that have read the same gap neither could then write, so one is told to begin again.
   */
  private async insert(sql: string, parameters: Record<string, unknown>, attempts = 5): Promise<void> {
    const [statement, values] = this.dataSource.driver.escapeQueryWithParameters(sql, parameters);

    try {
      if (this.dataSource.options.type === 'better-sqlite3') {
        await this.dataSource.query(statement, values);
      } else {
        await this.dataSource.transaction('REPEATABLE READ', (manager) => manager.query(statement, values));
      }
    } catch (error) {
      if (isDeadlock(error) && attempts > 1) {
        return this.insert(sql, parameters, attempts - 1);
      }

      // Another server was about to sum up the same.
      if (!isUniqueViolation(error)) {
        throw error;
      }
    }
  }

  /** Where the sums end, or the first meeting began. */
  private async beginOfUnsummed(): Promise<Date> {
    const last = await this.dataSource.getRepository(MeetingSums).maximum('quarterHour');

    if (last !== null) {
      return new Date((last + 1) * SUMMED_SECONDS * 1000);
    }

    const [first] = await this.dataSource.getRepository(MeetingRecord).find({ order: { beganAt: 'ASC' }, take: 1 });

    return first?.beganAt ?? new Date();
  }

  /** The quarter of an hour of `before`, or that of the first meeting that runs. */
  private async endOfSummable(before: Date): Promise<Date> {
    const running = await this.dataSource
      .getRepository(MeetingRecord)
      .createQueryBuilder('meeting')
      .where('meeting.endedAt IS NULL')
      .orderBy('meeting.beganAt')
      .limit(1)
      .getOne();
    const first = Math.min(before.getTime(), running?.beganAt.getTime() ?? Infinity);

    return new Date(quarterHourOf(first) * SUMMED_SECONDS * 1000);
  }
}

function daysAfter(time: Date, days: number): Date {
  return new Date(time.getTime() + days * 86_400_000);
}

function quarterHourOf(milliseconds: number): number {
  return Math.floor(milliseconds / (SUMMED_SECONDS * 1000));
}
