/** Deletes by itself what nobody needs any more: guests who do not come back, their rooms that nobody uses, and the record of old meetings. */
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { In, type DataSource, type SelectQueryBuilder } from 'typeorm';
import { ActRecord } from '../history/act-record.entity.js';
import { MeetingRecord } from '../history/meeting-record.entity.js';
import { ParticipantRecord } from '../history/participant-record.entity.js';
import { QualityRecord } from '../history/quality-record.entity.js';
import { Meetings } from '../meetings/meetings.js';
import { RoomEntity } from '../rooms/room.entity.js';
import { RoomsService } from '../rooms/rooms.service.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { UserEntity } from '../users/user.entity.js';

const INTERVAL_MS = 3_600_000;
/** After the start, when there is other work. */
const FIRST_MS = 60_000;
const DAY_MS = 86_400_000;
/** Rows that one statement deletes: a few milliseconds' work of the embedded database, in which nothing else happens. */
const PORTION = 200;
/** Milliseconds between two portions, in which others are served. */
const PAUSE_MS = 20;

/** What one look deleted. */
export interface Deleted {
  guests: number;
  rooms: number;
  meetings: number;
}

@Injectable()
export class Retention implements OnModuleInit, BeforeApplicationShutdown {
  private readonly stopped = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<Deleted> | null = null;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly rooms: RoomsService,
    private readonly meetings: Meetings,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Retention.name);
  }

  onModuleInit(): void {
    const look = () => {
      void this.tidy().catch((error: unknown) =>
        this.logger.warn({ error: String(error) }, 'what is too old could not be deleted; tried again in an hour'),
      );
      this.timer = setTimeout(look, INTERVAL_MS).unref();
    };
    this.timer = setTimeout(look, FIRST_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.stopped.abort();
    await this.running?.catch(() => undefined);
  }

  /** Deletes what is due at `now`, a portion after the other. Several servers may do so at once. */
  tidy(now = new Date()): Promise<Deleted> {
    this.running ??= this.deleteAll(now).finally(() => (this.running = null));

    return this.running;
  }

  private async deleteAll(now: Date): Promise<Deleted> {
    const { guestDays, guestRoomDays, historyDays } = this.settings.retention;
    const before = (days: number) => new Date(now.getTime() - days * DAY_MS);
    // Rooms first: a guest who owns one stays.
    const rooms = guestRoomDays === 0 ? 0 : await this.deleteRooms(before(guestRoomDays));
    const guests = guestDays === 0 ? 0 : await this.deleteGuests(before(guestDays));
    const meetings = historyDays === 0 ? 0 : await this.inPortions(() => this.deleteMeetings(before(historyDays)));

    if (rooms + guests + meetings > 0) {
      this.logger.info({ rooms, guests, meetings }, 'deleted what was too old');
    }

    return { rooms, guests, meetings };
  }

  /** @param deletePortion says how many it deleted, until there are none */
  private async inPortions(deletePortion: () => Promise<number>): Promise<number> {
    let sum = 0;

    for (let deleted = -1; deleted !== 0 && !this.stopped.signal.aborted;) {
      deleted = await deletePortion();
      sum += deleted;
      await delay(PAUSE_MS);
    }

    return sum;
  }

  /**
   * Looks at all rows of an age, some at a time: also where most of them stay, no statement reads more than a portion.
   *
   * @param candidates rows that may be deleted, without an order
   * @param deleteUnneeded deletes what nobody needs of the rows with these ids, and says how many
   */
  private async walk<Row extends { id: string; createdAt: Date }>(
    candidates: () => SelectQueryBuilder<Row>,
    before: Date,
    deleteUnneeded: (ids: string[]) => Promise<number>,
  ): Promise<number> {
    let last: { id: string; createdAt: Date } = { id: '', createdAt: new Date(0) };
    let sum = 0;

    while (!this.stopped.signal.aborted) {
      const rows = await candidates()
        .andWhere('row.createdAt < :before', { before })
        .andWhere('(row.createdAt > :at OR row.createdAt = :at AND row.id > :id)', { at: last.createdAt, id: last.id })
        .orderBy('row.createdAt')
        .addOrderBy('row.id')
        .limit(PORTION)
        .getMany();
      const newest = rows.at(-1);

      if (!newest) {
        break;
      }

      last = newest;
      sum += await deleteUnneeded(rows.map(({ id }) => id));
      await delay(PAUSE_MS);
    }

    return sum;
  }

  /** Rooms of guests in which no meeting was since, and whose owner was not seen since. */
  private deleteRooms(before: Date): Promise<number> {
    const rooms = this.dataSource.getRepository(RoomEntity);

    return this.walk(
      () =>
        rooms.createQueryBuilder('row').innerJoin('row.owner', 'owner').where('owner.isGuest = :yes', { yes: true }),
      before,
      async (ids) => {
        const unused = await rooms
          .createQueryBuilder('room')
          .where({ id: In(ids) })
          .andWhere(
            'NOT EXISTS (SELECT 1 FROM meetings meeting WHERE meeting.roomId = room.id AND meeting.seenAt >= :before)',
          )
          .andWhere(
            'NOT EXISTS (SELECT 1 FROM sessions session WHERE session.userId = room.ownerId AND session.refreshedAt >= :before)',
          )
          .setParameters({ before })
          .getMany();
        let deleted = 0;

        for (const { id } of unused) {
          // Where the record could not be written for a while, nothing there tells of a meeting that runs.
          if (!this.stopped.signal.aborted && !(await this.meetings.running(id))) {
            await this.rooms.removeWithChat(id);
            deleted += 1;
          }
        }

        return deleted;
      },
    );
  }

  /** Guests who were not seen since and have nothing here; who was shut out stays, so that they stay out. */
  private deleteGuests(before: Date): Promise<number> {
    const users = this.dataSource.getRepository(UserEntity);

    return this.walk(
      () => users.createQueryBuilder('row').where('row.isGuest = :yes AND row.isActive = :yes', { yes: true }),
      before,
      async (ids) => {
        const gone = await users
          .createQueryBuilder('guest')
          .where({ id: In(ids) })
          .andWhere(
            'NOT EXISTS (SELECT 1 FROM sessions session WHERE session.userId = guest.id AND session.refreshedAt >= :before)',
          )
          .andWhere('NOT EXISTS (SELECT 1 FROM rooms room WHERE room.ownerId = guest.id)')
          .andWhere('NOT EXISTS (SELECT 1 FROM room_members membership WHERE membership.userId = guest.id)')
          .setParameters({ before })
          .getMany();

        if (gone.length > 0) {
          await users.delete({ id: In(gone.map(({ id }) => id)) });
        }

        return gone.length;
      },
    );
  }

  /** The meeting that ended first, whole, with all that is on its record. */
  private async deleteMeetings(before: Date): Promise<number> {
    const meetings = this.dataSource.getRepository(MeetingRecord);
    const [old] = await meetings
      .createQueryBuilder('meeting')
      .select('meeting.id')
      .where('meeting.endedAt < :before', { before })
      .orderBy('meeting.endedAt')
      .limit(1)
      .getMany();

    if (!old) {
      return 0;
    }

    const meetingId = old.id;
    await this.inPortions(async () => {
      const people = await this.dataSource
        .getRepository(ParticipantRecord)
        .find({ select: { id: true }, where: { meetingId }, take: PORTION });
      const ids = In(people.map(({ id }) => id));
      await this.dataSource.getRepository(QualityRecord).delete({ participantId: ids });
      await this.dataSource.getRepository(ParticipantRecord).delete({ id: ids });

      return people.length;
    });
    await this.inPortions(async () => {
      const acts = await this.dataSource
        .getRepository(ActRecord)
        .find({ select: { id: true }, where: { meetingId }, take: PORTION });
      await this.dataSource.getRepository(ActRecord).delete({ id: In(acts.map(({ id }) => id)) });

      return acts.length;
    });

    if (this.stopped.signal.aborted) {
      return 0;
    }

    await meetings.delete({ id: meetingId });

    return 1;
  }
}
