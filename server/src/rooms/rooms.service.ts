/** Keeps rooms. */
import { randomUUID } from 'node:crypto';
import {
  type createRoomSchema,
  idSchema,
  type Page,
  type PageQuery,
  type RecordedRoom,
  type Room,
  type UpdateRoom,
} from '@minimeet/protocol';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { In, type Repository } from 'typeorm';
import type { z } from 'zod';
import { ChatStore } from '../chat/chat-store.js';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { LiveStatsStore } from '../live-stats/live-stats-store.js';
import { Lobby } from '../meetings/entry/lobby.js';
import { Meetings } from '../meetings/meetings.js';
import type { Standing } from '../meetings/participant.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { inParts } from '../storage/in-parts.js';
import { isUniqueViolation } from '../storage/query-errors.js';
import { changedEntry, openEntry } from './room-entry.js';
import { NewRoomLimits } from './new-room-limits.js';
import { RoomEntity } from './room.entity.js';
import { randomSlug } from './slug.js';

/** Slugs collide once in 10¹¹ at first; a second collision in a row means that something else is wrong. */
const SLUG_ATTEMPTS = 5;

/**
 * Whether nobody is left who could let others in: the owner's account was deleted, or the owner was a guest whose session is over, which
 * nobody can begin again; and the room has no members.
 */
const OWNERLESS = `CASE WHEN
  NOT EXISTS (SELECT 1 FROM room_members anybody WHERE anybody.roomId = room.id)
  AND (room.ownerId IS NULL OR owner.isGuest AND NOT EXISTS (
    SELECT 1 FROM sessions session WHERE session.userId = room.ownerId AND session.expiresAt > :now
  )) THEN 1 ELSE 0 END`;

type RoomToShow = Omit<RoomEntity, 'owner' | 'ownerId' | 'members' | 'passwordHash' | 'isOwnerless'> & {
  owner?: { id: string; username: string } | null;
};

@Injectable()
export class RoomsService {
  constructor(
    @InjectRepository(RoomEntity) private readonly rooms: Repository<RoomEntity>,
    private readonly meetings: Meetings,
    private readonly lobby: Lobby,
    private readonly chat: ChatStore,
    private readonly liveStats: LiveStatsStore,
    private readonly newRooms: NewRoomLimits,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(RoomsService.name);
  }

  /**
   * @param address from where it is made
   * @throws invalid_payload where the room is larger than the settings allow, or its password does not go with its access; not_allowed for
   *   a guest who has too many rooms, rate_limited
   */
  async create(
    owner: AuthenticatedUser,
    { name, maxParticipants, ...change }: z.output<typeof createRoomSchema>,
    address: string,
  ): Promise<Room> {
    this.checkSize(maxParticipants);
    await this.newRooms.count(owner, () => this.rooms.countBy({ ownerId: owner.id }), address);
    const entry = await changedEntry(openEntry, change);
    const room = { id: randomUUID(), name, maxParticipants, ownerId: owner.id, createdAt: new Date(), ...entry };
    const slug = await this.insertWithFreeSlug(room);
    return toRoom({ ...room, slug, owner }, 0);
  }

  /** The rooms that the caller owns or is a member of, all for an administrator; newest first. */
  async list(caller: AuthenticatedUser, { limit, offset }: PageQuery): Promise<Page<Room>> {
    const query = this.rooms
      .createQueryBuilder('room')
      .leftJoinAndSelect('room.owner', 'owner')
      .orderBy('room.createdAt', 'DESC')
      .addOrderBy('room.id', 'DESC');
    if (!caller.isAdmin) {
      query.where(
        `room.ownerId = :userId
         OR room.id IN (SELECT membership.roomId FROM room_members membership WHERE membership.userId = :userId)`,
        { userId: caller.id },
      );
    }
    const [rooms, total] = await query.limit(limit).offset(offset).getManyAndCount();
    const participants = await this.liveStats.participantsNow(rooms.map(({ id }) => id));
    return { items: rooms.map((room) => toRoom(room, participants.get(room.id) ?? 0)), total, limit, offset };
  }

  /** @throws room_not_found */
  async get(idOrSlug: string): Promise<Room> {
    return this.describe(await this.find(idOrSlug));
  }

  /** All that its owner may know of a room. */
  async describe(room: RoomEntity): Promise<Room> {
    const participants = await this.liveStats.participantsNow([room.id]);
    return toRoom(room, participants.get(room.id) ?? 0);
  }

  /**
   * A room, and what the caller is to it.
   *
   * @throws room_not_found
   */
  async findFor(caller: AuthenticatedUser, idOrSlug: string): Promise<{ room: RoomEntity; standing: Standing }> {
    const { entities, raw } = await this.rooms
      .createQueryBuilder('room')
      .leftJoinAndSelect('room.owner', 'owner')
      .leftJoin('room_members', 'membership', 'membership.roomId = room.id AND membership.userId = :userId', {
        userId: caller.id,
      })
      .addSelect('membership.userId', 'memberId')
      .addSelect(OWNERLESS, 'isOwnerless')
      .setParameter('now', new Date())
      .where(keyOf(idOrSlug))
      .getRawAndEntities<{ memberId: string | null; isOwnerless: unknown }>();
    const [room] = entities;
    if (!room) {
      throw new DomainError('room_not_found');
    }
    const isMember = (raw[0]?.memberId ?? null) !== null;
    room.isOwnerless = isTrue(raw[0]?.isOwnerless);
    return { room, standing: mayChange(caller, room) ? 'owner' : isMember ? 'member' : 'visitor' };
  }

  /** What the rooms are called, by id; those that have been deleted are not in it. */
  async named(ids: string[]): Promise<Map<string, RecordedRoom>> {
    const rooms = ids.length === 0 ? [] : await this.rooms.findBy({ id: In(ids) });
    return new Map(rooms.map(({ id, slug, name }) => [id, { id, slug, name }]));
  }

  /** The ids of their members, by room id; those that have been deleted are not in it. */
  async membersOf(ids: Iterable<string>): Promise<Map<string, Set<string>>> {
    const rows = await inParts(ids, (part) =>
      this.rooms
        .createQueryBuilder('room')
        .leftJoin('room_members', 'membership', 'membership.roomId = room.id')
        .select('room.id', 'roomId')
        .addSelect('membership.userId', 'userId')
        .where('room.id IN (:...part)', { part })
        .getRawMany<{ roomId: string; userId: string | null }>(),
    );
    const members = new Map(rows.map(({ roomId }) => [roomId, new Set<string>()]));
    for (const { roomId, userId } of rows) {
      if (userId !== null) {
        members.get(roomId)!.add(userId);
      }
    }
    return members;
  }

  /** @throws room_not_found, not_allowed, invalid_payload */
  async update(caller: AuthenticatedUser, idOrSlug: string, change: UpdateRoom): Promise<Room> {
    const room = await this.findOwned(caller, idOrSlug);
    const { id } = room;
    const { name, maxParticipants } = change;
    if (maxParticipants !== undefined) {
      this.checkSize(maxParticipants);
    }
    await this.rooms.update({ id }, { name, maxParticipants, ...(await changedEntry(room, change)) });
    // Whom the change concerns who waits here asks at once; on another server, within seconds.
    this.lobby.haveAllAskAgain(id);
    return this.get(id);
  }

  /**
   * Deletes a room with its chat; a running meeting ends.
   *
   * @throws room_not_found, not_allowed, chat_unavailable (the room is still there)
   */
  async remove(caller: AuthenticatedUser, idOrSlug: string): Promise<void> {
    await this.removeWithChat((await this.findOwned(caller, idOrSlug)).id);
  }

  /**
   * The same for a room that nobody needs any more.
   *
   * @throws chat_unavailable (the room is still there)
   */
  async removeWithChat(id: string): Promise<void> {
    // First the chat: where that cannot be deleted now, it must not stay behind without a room to delete it with.
    await this.deleteChat(id);
    // Then the row, so that nobody begins another meeting while this one ends.
    await this.rooms.delete({ id });
    await this.meetings.closeRoom(id, 'room_deleted');
    this.lobby.haveAllAskAgain(id);
    // What was written in the meantime. The room is gone by now, whatever becomes of that.
    await this.deleteChat(id).catch(() => undefined);
  }

  private async deleteChat(roomId: string): Promise<void> {
    try {
      await this.chat.deleteRoom(roomId);
    } catch (error) {
      this.logger.warn({ roomId, error: String(error) }, 'chat not deleted');
      throw new DomainError('chat_unavailable', 'The chat of the room cannot be deleted now; try again');
    }
  }

  /**
   * The room, where the caller may change it.
   *
   * @throws room_not_found, not_allowed
   */
  async findOwned(caller: AuthenticatedUser, idOrSlug: string): Promise<RoomEntity> {
    const room = await this.find(idOrSlug);
    if (!mayChange(caller, room)) {
      throw new DomainError('not_allowed', 'Only the owner of the room may do this');
    }
    return room;
  }

  /** @throws room_not_found */
  async find(idOrSlug: string): Promise<RoomEntity> {
    const room = await this.rooms.findOne({ where: keyOf(idOrSlug), relations: { owner: true } });
    if (!room) {
      throw new DomainError('room_not_found');
    }
    return room;
  }

  private checkSize(maxParticipants: number): void {
    const { maxParticipantsPerRoom } = this.settings.limits;
    if (maxParticipants > maxParticipantsPerRoom) {
      throw new DomainError('invalid_payload', undefined, [
        { path: ['maxParticipants'], message: `must be at most ${maxParticipantsPerRoom} on this server` },
      ]);
    }
  }

  private async insertWithFreeSlug(
    room: Omit<RoomEntity, 'slug' | 'isOwnerless'>,
    attempts = SLUG_ATTEMPTS,
  ): Promise<string> {
    const slug = randomSlug();
    try {
      await this.rooms.insert({ ...room, slug });
    } catch (error) {
      if (isUniqueViolation(error) && attempts > 1) {
        return this.insertWithFreeSlug(room, attempts - 1);
      }
      throw error;
    }
    return slug;
  }
}

/** As the drivers of different databases say it. */
function isTrue(value: unknown): boolean {
  return Number(value) === 1;
}

function keyOf(idOrSlug: string): { id: string } | { slug: string } {
  return idSchema.safeParse(idOrSlug).success ? { id: idOrSlug } : { slug: idOrSlug };
}

export function mayChange(caller: AuthenticatedUser, room: Pick<RoomEntity, 'ownerId'>): boolean {
  return caller.isAdmin || room.ownerId === caller.id;
}

function toRoom(room: RoomToShow, participantsNow: number): Room {
  const { id, slug, name, maxParticipants, owner, createdAt, access, lobby } = room;
  return {
    id,
    slug,
    name,
    maxParticipants,
    owner: owner ? { id: owner.id, username: owner.username } : null,
    createdAt: createdAt.toISOString(),
    access,
    lobby,
    participantsNow,
  };
}
