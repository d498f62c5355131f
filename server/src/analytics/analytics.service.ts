/** What is told of past and running meetings to those who own their rooms, and to administrators. */
import type {
  AnalyticsQuery,
  MeetingReport,
  MeetingSummary,
  MeetingsQuery,
  Overview,
  Page,
  Participation,
  RecordedAct,
  RecordedRoom,
  RoomAnalytics,
} from '@minimeet/protocol';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { In, type DataSource, type SelectQueryBuilder } from 'typeorm';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { ActRecord } from '../history/act-record.entity.js';
import { MeetingRecord } from '../history/meeting-record.entity.js';
import { ParticipantRecord } from '../history/participant-record.entity.js';
import { QualityRecord } from '../history/quality-record.entity.js';
import { RoomEntity } from '../rooms/room.entity.js';
import { mayChange, RoomsService } from '../rooms/rooms.service.js';
import { bucketsOf } from './buckets.js';
import { FiguresQueries, type Scope } from './figures-queries.js';
import { toAnalytics, toMeetingFigures, toMinutes } from './summing.js';

type Interval = Omit<AnalyticsQuery, 'format'>;
type MeetingsInterval = Pick<MeetingsQuery, 'from' | 'to'>;

/** Meetings that are in memory at once while all are asked for. */
const meetingsAtOnce = 500;

@Injectable()
export class AnalyticsService {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly rooms: RoomsService,
    private readonly figures: FiguresQueries,
  ) {}

  /** @throws room_not_found, not_allowed, invalid_payload */
  async ofRoom(caller: AuthenticatedUser, idOrSlug: string, interval: Interval): Promise<RoomAnalytics> {
    const buckets = bucketsOf(interval, new Date());
    const room = await this.rooms.findOwned(caller, idOrSlug);
    const figures = await this.figures.byBucket(buckets, { roomId: room.id });

    return { ...toAnalytics(interval, buckets, figures), room: toRecordedRoom(room) };
  }

  /**
   * Of everything for an administrator, also of what happened in rooms that are deleted since; of the rooms that they own
   * for everybody else.
   *
   * @throws invalid_payload
   */
  async overview(caller: AuthenticatedUser, interval: Interval): Promise<Overview> {
    const buckets = bucketsOf(interval, new Date());
    const scope: Scope = caller.isAdmin ? 'everything' : { ownerId: caller.id };
    const [figures, busiest] = await Promise.all([
      this.figures.byBucket(buckets, scope),
      this.figures.byRoom(buckets, scope),
    ]);
    const rooms = await this.roomsById(busiest.map(({ roomId }) => roomId));

    return {
      ...toAnalytics(interval, buckets, figures),
      busiestRooms: busiest.map(({ roomId, ...sums }) => ({
        ...toMeetingFigures(sums),
        roomId,
        room: rooms.get(roomId) ?? null,
      })),
    };
  }

  /**
   * The meetings of a room, newest first.
   *
   * @throws room_not_found, not_allowed
   */
  async meetings(
    caller: AuthenticatedUser,
    idOrSlug: string,
    { limit, offset, ...interval }: Omit<MeetingsQuery, 'format'>,
  ): Promise<Page<MeetingSummary>> {
    const room = await this.rooms.findOwned(caller, idOrSlug);
    const [meetings, total] = await this.meetingsIn(room.id, interval).limit(limit).offset(offset).getManyAndCount();

    return { items: meetings.map(toSummary), total, limit, offset };
  }

  /**
   * All of them, in portions as they are asked for; the first is there already.
   *
   * @throws room_not_found, not_allowed
   */
  async allMeetings(
    caller: AuthenticatedUser,
    idOrSlug: string,
    interval: MeetingsInterval,
  ): Promise<{ room: RecordedRoom; portions: AsyncIterable<MeetingSummary[]> }> {
    const room = await this.rooms.findOwned(caller, idOrSlug);
    const first = await this.portionAfter(null, room.id, interval);

    return { room: toRecordedRoom(room), portions: this.portionsFrom(first, room.id, interval) };
  }

  private async *portionsFrom(
    first: MeetingRecord[],
    roomId: string,
    interval: MeetingsInterval,
  ): AsyncGenerator<MeetingSummary[]> {
    let portion = first;
    yield portion.map(toSummary);

    while (portion.length === meetingsAtOnce) {
      portion = await this.portionAfter(portion.at(-1)!, roomId, interval);
      yield portion.map(toSummary);
    }
  }

  private portionAfter(
    last: MeetingRecord | null,
    roomId: string,
    interval: MeetingsInterval,
  ): Promise<MeetingRecord[]> {
    const query = this.meetingsIn(roomId, interval).limit(meetingsAtOnce);

    if (last) {
      // Not by an offset: a meeting that begins meanwhile would shift the others.
      query.andWhere('meeting.beganAt <= :lastBegan AND (meeting.beganAt < :lastBegan OR meeting.id < :lastId)', {
        lastBegan: last.beganAt,
        lastId: last.id,
      });
    }

    return query.getMany();
  }

  private meetingsIn(roomId: string, { from, to }: MeetingsInterval): SelectQueryBuilder<MeetingRecord> {
    const query = this.dataSource
      .getRepository(MeetingRecord)
      .createQueryBuilder('meeting')
      .where('meeting.roomId = :roomId', { roomId })
      .orderBy('meeting.beganAt', 'DESC')
      .addOrderBy('meeting.id', 'DESC');

    if (from !== undefined) {
      query.andWhere('meeting.beganAt >= :from', { from: new Date(from) });
    }

    if (to !== undefined) {
      query.andWhere('meeting.beganAt < :to', { to: new Date(to) });
    }

    return query;
  }

  /**
   * One meeting: who was there when, and how it was kept in order. Of a meeting whose room is deleted, only administrators may know.
   *
   * @throws meeting_not_found, not_allowed
   */
  async meeting(caller: AuthenticatedUser, id: string): Promise<MeetingReport> {
    const meeting = await this.dataSource.getRepository(MeetingRecord).findOneBy({ id });

    if (!meeting) {
      throw new DomainError('meeting_not_found');
    }

    const room = await this.dataSource.getRepository(RoomEntity).findOneBy({ id: meeting.roomId });

    if (!(room ? mayChange(caller, room) : caller.isAdmin)) {
      throw new DomainError('not_allowed', 'Only the owner of the room may see the record of its meetings');
    }

    const [participants, acts] = await Promise.all([this.participations(id), this.acts(id)]);

    return { ...toSummary(meeting), room: room && toRecordedRoom(room), participants, acts };
  }

  private async participations(meetingId: string): Promise<Participation[]> {
    const [participants, qualities] = await Promise.all([
      this.dataSource.getRepository(ParticipantRecord).find({
        where: { meetingId },
        order: { joinedAt: 'ASC', id: 'ASC' },
      }),
      this.dataSource
        .getRepository(QualityRecord)
        .createQueryBuilder('quality')
        .innerJoin(ParticipantRecord, 'participant', 'participant.id = quality.participantId')
        .where('participant.meetingId = :meetingId', { meetingId })
        .getMany(),
    ]);
    const qualityOf = new Map(qualities.map(({ participantId, ...quality }) => [participantId, quality]));

    return participants.map(({ id, userId, displayName, deviceKind, joinedAt, leftAt, leaveReason }) => ({
      id,
      userId,
      displayName,
      deviceKind,
      joinedAt: joinedAt.toISOString(),
      leftAt: leftAt?.toISOString() ?? null,
      leaveReason,
      quality: qualityOf.get(id) ?? null,
    }));
  }

  private async acts(meetingId: string): Promise<RecordedAct[]> {
    const acts = await this.dataSource
      .getRepository(ActRecord)
      .find({ where: { meetingId }, order: { sequence: 'ASC' } });

    return acts.map(toRecordedAct);
  }

  private async roomsById(ids: string[]): Promise<Map<string, RecordedRoom>> {
    const rooms = await this.dataSource.getRepository(RoomEntity).findBy({ id: In(ids) });

    return new Map(rooms.map((room) => [room.id, toRecordedRoom(room)]));
  }
}

function toRecordedRoom({ id, slug, name }: RoomEntity): RecordedRoom {
  return { id, slug, name };
}

function toRecordedAct(record: ActRecord): RecordedAct {
  const { id, at, act, detail, whomUserId: userId, whomDisplayName: displayName } = record;

  return {
    id,
    at: at.toISOString(),
    act,
    by: { participantId: record.byParticipantId, userId: record.byUserId, displayName: record.byDisplayName },
    whom:
      userId === null || displayName === null ? null : { participantId: record.whomParticipantId, userId, displayName },
    detail,
  };
}

function toSummary(meeting: MeetingRecord): MeetingSummary {
  const { id, roomId, beganAt, endedAt, peakParticipants, totalParticipants, participantSeconds, messages } = meeting;

  return {
    id,
    roomId,
    beganAt: beganAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    peakParticipants,
    participations: totalParticipants,
    participantMinutes: toMinutes(participantSeconds),
    messages,
  };
}
