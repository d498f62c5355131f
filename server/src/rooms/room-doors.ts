/** The doors of rooms: who may come in, and what those outside see. */
import type { Room, VisibleRoom } from '@minimeet/protocol';
import { Injectable } from '@nestjs/common';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { DoorLimits, type DoorCaller } from '../meetings/entry/door-limits.js';
import type { MeetingRoom } from '../meetings/entry/lobby.js';
import type { Standing } from '../meetings/participant.js';
import { Turns } from '../common/turns.js';
import { passwordFits } from '../users/password.js';
import { KnownPasswords } from './known-passwords.js';
import type { RoomEntity } from './room.entity.js';
import { RoomsService } from './rooms.service.js';

/** What somebody has on them who comes to a door. */
export interface DoorKey {
  password?: string | undefined;
  /** From where they come, for the limit of attempts. */
  address: string;
}

@Injectable()
export class RoomDoors {
  private readonly known = new KnownPasswords();
  private readonly turns = new Turns();

  constructor(
    private readonly rooms: RoomsService,
    private readonly limits: DoorLimits,
  ) {}

  /**
   * Lets somebody pass who may come in: who has the link of an open room, who knows the password, who is more than a visitor. Who
   * carries a pass comes into its room, however that is closed to others, and into no other one.
   *
   * @throws room_not_found, not_allowed, password_required, wrong_password, rate_limited
   */
  async pass(
    user: AuthenticatedUser,
    idOrSlug: string,
    key: DoorKey,
  ): Promise<{ room: MeetingRoom; standing: Standing }> {
    const { room, standing } = await this.find(user, idOrSlug);

    if (standing === 'visitor') {
      await this.assertMayVisit(room, user, key);
    }

    const { id, slug, name, maxParticipants, lobby, isOwnerless = false } = room;

    return { room: { id, slug, name, maxParticipants, lobby, isOwnerless }, standing };
  }

  /**
   * A room as this user sees it.
   *
   * @throws room_not_found, not_allowed
   */
  async look(user: AuthenticatedUser, idOrSlug: string): Promise<Room | VisibleRoom> {
    const { room, standing } = await this.find(user, idOrSlug);

    if (standing !== 'visitor' || room.access === 'open') {
      return this.rooms.describe(room);
    }

    assertOpenToVisitors(room);
    const { id, slug, name, access, lobby } = room;

    return { id, slug, name, access, lobby };
  }

  private async find(user: AuthenticatedUser, idOrSlug: string): Promise<{ room: RoomEntity; standing: Standing }> {
    if (!user.pass) {
      return this.rooms.findFor(user, idOrSlug);
    }

    const room = await this.rooms.find(idOrSlug);

    if (room.id !== user.pass.roomId) {
      throw new DomainError('not_allowed', 'This join token is for another room');
    }

    return { room, standing: 'sent' };
  }

  private async assertMayVisit(
    room: RoomEntity,
    { id: userId }: AuthenticatedUser,
    { password, address }: DoorKey,
  ): Promise<void> {
    assertOpenToVisitors(room);
    const { access, passwordHash } = room;

    if (access !== 'password' || passwordHash === null) {
      return;
    }

    if (password === undefined) {
      throw new DomainError('password_required');
    }

    if (!this.known.includes(passwordHash, password)) {
      // In turns: of a whole school that comes at once, the first is looked at, and the others are known then.
      await this.turns.take(room.id, () => this.tryPassword(passwordHash, password, { userId, address }));
    }
  }

  private async tryPassword(passwordHash: string, password: string, caller: DoorCaller): Promise<void> {
    if (this.known.includes(passwordHash, password)) {
      return;
    }

    await this.limits.count('password', caller);

    if (!(await passwordFits(passwordHash, password))) {
      throw new DomainError('wrong_password');
    }

    this.known.add(passwordHash, password);
    await this.limits.forgive('password', caller);
  }
}

/** Whoever is not meant learns nothing of the room. */
function assertOpenToVisitors({ access }: RoomEntity): void {
  if (access === 'members' || access === 'token') {
    throw new DomainError('not_allowed');
  }
}
