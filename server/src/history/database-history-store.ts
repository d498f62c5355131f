/** The record of meetings in the database of users and rooms; the same for each kind of SQL database. */
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Brackets, IsNull, type DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { isUniqueViolation } from '../storage/unique-violation.js';
import { figureColumns, figuresOfOneMeeting, summedFigures, timeSqlOf } from './figures-sql.js';
import { HistoryStore, type HistoryRecords, type RecordKind, type Unfinished } from './history-store.js';
import { MeetingRecord } from './meeting-record.entity.js';
import { MeetingSums, SUMMED_SECONDS } from './meeting-sums.entity.js';
import { ParticipantRecord } from './participant-record.entity.js';
import { QualityRecord } from './quality-record.entity.js';

const entityOf: Record<RecordKind, EntityTarget<ObjectLiteral>> = {
  participants: ParticipantRecord,
  qualities: QualityRecord,
  meetings: MeetingRecord,
};

/** Rows of one statement: SQLite binds 32,766 values at most, and a meeting has 13. */
const rowsAtOnce = 1000;

/** Days that are summed up by one statement, which must not take as long as a database that does not answer. */
const daysAtOnce = 30;

/** Meetings that are ended one by one before the next are looked for. */
const endedAtOnce = 500;

@Injectable()
export class DatabaseHistoryStore extends HistoryStore {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super();
  }

  override async save<Kind extends RecordKind>(kind: Kind, records: HistoryRecords[Kind]): Promise<void> {
    const { columns, primaryColumns } = this.dataSource.getMetadata(entityOf[kind]);
    const [key] = primaryColumns.map(({ propertyName }) => propertyName);
    const others = columns.map(({ propertyName }) => propertyName).filter((name) => name !== key);

    for (let from = 0; from < records.length; from += rowsAtOnce) {
      await this.dataSource
        .createQueryBuilder()
        .insert()
        .into(entityOf[kind])
        .values(records.slice(from, from + rowsAtOnce))
        .orUpdate(others, [key!])
        .updateEntity(false)
        .execute();
    }

    if (kind === 'meetings') {
      await this.forgetSums(records as MeetingRecord[]);
    }
  }

  override async ping(): Promise<void> {
    await this.dataSource.query('SELECT 1');
  }

  override async closeUnfinished({ serverName, startedAt, staleBefore }: Unfinished): Promise<number> {
    const unfinished = await this.dataSource
      .getRepository(MeetingRecord)
      .createQueryBuilder('meeting')
      .where('meeting.endedAt IS NULL')
      .andWhere(
        new Brackets((where) =>
          where
            .where('meeting.seenAt < :staleBefore', { staleBefore })
            .orWhere('meeting.serverName = :serverName AND meeting.beganAt < :startedAt', { serverName, startedAt }),
        ),
      )
      .limit(endedAtOnce)
      .getMany();

    for (const { id, seenAt } of unfinished) {
      await this.dataSource
        .createQueryBuilder()
        .update(ParticipantRecord)
        // Somebody may have joined after the meeting was seen last.
        .set({
          leftAt: () => 'CASE WHEN joinedAt > :seenAt THEN joinedAt ELSE :seenAt END',
          leaveReason: 'connection_lost',
        })
        .where('meetingId = :id AND leftAt IS NULL', { id, seenAt })
        .execute();
      // Unless its server is alive after all and has ended it meanwhile.
      await this.dataSource.getRepository(MeetingRecord).update({ id, endedAt: IsNull() }, { endedAt: seenAt });
    }

    if (unfinished.length < endedAtOnce) {
      return unfinished.length;
    }

    return unfinished.length + (await this.closeUnfinished({ serverName, startedAt, staleBefore }));
  }

  override async sumUp(before: Date): Promise<void> {
    const end = await this.endOfSummable(before);

    for (let from = await this.beginOfUnsummed(); from < end; from = daysAfter(from, daysAtOnce)) {
      await this.sumUpUntil(new Date(Math.min(daysAfter(from, daysAtOnce).getTime(), end.getTime())));
    }
  }

  private async sumUpUntil(end: Date): Promise<void> {
    const time = timeSqlOf(this.dataSource);
    const quarterHour = `FLOOR(${time.epochSeconds('beganAt')} / ${SUMMED_SECONDS}.0)`;
    const summedUntil = `(SELECT COALESCE(MAX(quarterHour) + 1, 0) FROM meeting_sums) * ${SUMMED_SECONDS}`;
    const sql = `
      INSERT INTO meeting_sums (quarterHour, ${figureColumns.join(', ')})
      SELECT quarterHour, ${summedFigures}
      FROM (
        SELECT ${quarterHour} AS quarterHour, ${figuresOfOneMeeting(time)}
        FROM meetings WHERE beganAt >= ${time.timeOf(summedUntil)} AND beganAt < :end
      ) figures
      GROUP BY quarterHour`;
    const [statement, parameters] = this.dataSource.driver.escapeQueryWithParameters(sql, { end });

    try {
      await this.dataSource.query(statement, parameters);
    } catch (error) {
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

  /** What was summed up without these is summed up again. Mostly nothing: a running meeting is not summed up before it ends. */
  private async forgetSums(meetings: MeetingRecord[]): Promise<void> {
    const first = Math.min(...meetings.map(({ beganAt }) => beganAt.getTime()));

    await this.dataSource
      .createQueryBuilder()
      .delete()
      .from(MeetingSums)
      .where('quarterHour >= :first', { first: quarterHourOf(first) })
      .execute();
  }
}

function daysAfter(time: Date, days: number): Date {
  return new Date(time.getTime() + days * 86_400_000);
}

function quarterHourOf(milliseconds: number): number {
  return Math.floor(milliseconds / (SUMMED_SECONDS * 1000));
}
