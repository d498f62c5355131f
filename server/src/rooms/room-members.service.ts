/** Keeps the members of rooms: users who find a room in their list, and may always come in. */
import type { AddRoomMember, Page, PageQuery, RoomMember } from '@minimeet/protocol';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { Meetings } from '../meetings/meetings.js';
import { isUniqueViolation } from '../storage/query-errors.js';
import { UserEntity } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';
import { RoomEntity } from './room.entity.js';
import { RoomInvitations } from './room-invitations.js';
import { mayChange, RoomsService } from './rooms.service.js';

@Injectable()
export class RoomMembersService {
  constructor(
    @InjectRepository(RoomEntity) private readonly rooms: Repository<RoomEntity>,
    private readonly roomsService: RoomsService,
    private readonly users: UsersService,
    private readonly invitations: RoomInvitations,
    private readonly meetings: Meetings,
  ) {}

  /**
   * Makes a user a member, also in the meeting that runs: anyone as the owner, oneself with an invitation. Whoever is one already, or owns
   * the room, uses up no invitation.
   *
   * @throws room_not_found, not_allowed, user_not_found, invalid_invitation
   */
  async add(caller: AuthenticatedUser, idOrSlug: string, wanted: AddRoomMember): Promise<RoomMember> {
    return wanted.invitation === undefined
      ? this.name(caller, idOrSlug, wanted.userId)
      : this.accept(caller, idOrSlug, wanted.invitation);
  }

  private async name(caller: AuthenticatedUser, idOrSlug: string, userId: string): Promise<RoomMember> {
    const room = await this.roomsService.findOwned(caller, idOrSlug);
    const { id, username } = await this.users.get(userId);
    await this.insert(room, id);
    return { id, username };
  }

  private async accept(caller: AuthenticatedUser, idOrSlug: string, code: string): Promise<RoomMember> {
    const { id, username, isGuest } = caller;
    if (isGuest) {
      throw new DomainError('not_allowed', 'Only accounts accept invitations: log in first');
    }
    const { room, standing } = await this.roomsService.findFor(caller, idOrSlug);
    if (standing === 'visitor') {
      const giveBack = await this.invitations.use(room.id, code);
      try {
        await this.insert(room, id);
      } catch (error) {
        // It cannot be used again where this fails as well, and the owner makes another one.
        await giveBack().catch(() => undefined);
        throw error;
      }
    }
    return { id, username };
  }

  private async insert(room: RoomEntity, userId: string): Promise<void> {
    try {
      await this.membersOf(room).add(userId);
    } catch (error) {
      if (!isUniqueViolation(error)) {
        throw error;
      }
    }
    await this.meetings.changeMembership({ roomId: room.id, userId, standing: 'member' });
  }

  /**
   * Ends a membership, if there is one, also in the meeting that runs. Members may do so for themselves.
   *
   * @throws room_not_found, not_allowed
   */
  async remove(caller: AuthenticatedUser, idOrSlug: string, userId: string): Promise<void> {
    const room = await (caller.id === userId
      ? this.roomsService.find(idOrSlug)
      : this.roomsService.findOwned(caller, idOrSlug));
    await this.membersOf(room).remove(userId);
    await this.meetings.changeMembership({ roomId: room.id, userId, standing: 'visitor' });
  }

  /**
   * The members by name, for members, the owner and administrators.
   *
   * @throws room_not_found, not_allowed
   */
  async list(caller: AuthenticatedUser, idOrSlug: string, { limit, offset }: PageQuery): Promise<Page<RoomMember>> {
    const room = await this.roomsService.find(idOrSlug);
    if (!mayChange(caller, room) && !(await this.isMember(room, caller.id))) {
      throw new DomainError('not_allowed', 'Only members of the room may see who they are');
    }
    const [members, total] = await this.rooms.manager
      .createQueryBuilder(UserEntity, 'member')
      .innerJoin('room_members', 'membership', 'membership.userId = member.id')
      .where('membership.roomId = :roomId', { roomId: room.id })
      .orderBy('member.username')
      .addOrderBy('member.id')
      .limit(limit)
      .offset(offset)
      .getManyAndCount();
    return { items: members.map(({ id, username }) => ({ id, username })), total, limit, offset };
  }

  private isMember(room: RoomEntity, userId: string): Promise<boolean> {
    return this.rooms.existsBy({ id: room.id, members: { id: userId } });
  }

  private membersOf(room: RoomEntity) {
    return this.rooms.createQueryBuilder().relation('members').of(room.id);
  }
}
