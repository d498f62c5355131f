/** The record of meetings in the database of users and rooms; the same for each kind of SQL database. */
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Brackets, IsNull, type DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import { ActRecord } from './act-record.entity.js';
import { HistoryStore, type HistoryRecords, type RecordKind, type Unfinished } from './history-store.js';
import { MeetingRecord } from './meeting-record.entity.js';
import { ParticipantRecord } from './participant-record.entity.js';
import { QualityRecord } from './quality-record.entity.js';
import { Sums } from './sums.js';

const entityOf: Record<RecordKind, EntityTarget<ObjectLiteral>> = {
  participants: ParticipantRecord,
  qualities: QualityRecord,
  acts: ActRecord,
  meetings: MeetingRecord,
};

/** Rows of one statement: SQLite binds 32,766 values at most, and a meeting has 13. */
const rowsAtOnce = 1000;

/** Meetings that are ended one by one before the next are looked for. */
const endedAtOnce = 500;

@Injectable()
export class DatabaseHistoryStore extends HistoryStore {
  private readonly sums: Sums;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {
    super();
    this.sums = new Sums(dataSource);
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
      const first = Math.min(...(records as MeetingRecord[]).map(({ beganAt }) => beganAt.getTime()));
      await this.sums.forget(new Date(first));
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

  override sumUp(before: Date): Promise<void> {
    return this.sums.sumUp(before);
  }
}
