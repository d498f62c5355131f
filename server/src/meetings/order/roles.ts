/** Who is what in one meeting: by right, as it was given, or in place of a host who has left. */
import type { Grant, Role } from '@minimeet/protocol';
import { mayBecome } from './rights.js';

/** A user as roles look at them. */
export interface RoleHolder {
  readonly userId: string;
  /** The room's owner or an administrator: a host by right. */
  readonly isHostByRight: boolean;
  /** What they are until it is given otherwise; without it, a speaker. */
  readonly firstRole?: Role;
  /** Of who came with a join token, which may be another one than in their other windows; otherwise all. */
  readonly grants?: readonly Grant[] | null;
}

/**
 * A role belongs to a user, in all their windows, and stays theirs when they leave and come back while the meeting lasts:
 * otherwise leaving would undo what moderators decide.
 *
 * When the last host leaves, the moderator who has been there longest stands in for them until a host is back. Where there is
 * no moderator, nobody does, unless the room has no owner who could come: then the one who has been there longest.
 */
export class Roles {
  /** By user. */
  private readonly given = new Map<string, Role>();
  private standIn: string | null = null;

  of({ userId, isHostByRight, firstRole = 'speaker', grants = null }: RoleHolder): Role {
    const role = isHostByRight || userId === this.standIn ? 'host' : (this.given.get(userId) ?? firstRole);

    return mayBecome(role, grants) ? role : firstRole;
  }

  give({ userId }: RoleHolder, role: Role): void {
    this.given.set(userId, role);

    if (userId === this.standIn) {
      this.standIn = null;
    }
  }

  /** Somebody came: a host ends that another one stands in. */
  arrived(holder: RoleHolder): void {
    if (holder.userId !== this.standIn && this.of(holder) === 'host') {
      this.standIn = null;
    }
  }

  /** Stands in for a host until one comes. */
  standInFor({ userId }: RoleHolder): void {
    this.standIn = userId;
  }

  /**
   * A host has left.
   *
   * @param present who is there still, in the order in which they came
   * @param isOwnerless whether anybody stands in who is there, as no host will come
   */
  hostLeft(present: readonly RoleHolder[], isOwnerless = false): void {
    if (!present.some((holder) => this.of(holder) === 'host')) {
      this.standIn = null;
      const moderator = present.find((holder) => this.of(holder) === 'moderator');
      this.standIn = (moderator ?? (isOwnerless ? present[0] : undefined))?.userId ?? null;
    }
  }
}
