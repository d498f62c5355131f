/** Who is a member of a meeting's room, as far as that changes while it runs. */
import type { Participant } from '../participant.js';

export type MemberStanding = 'member' | 'visitor';

/** A standing, and when it was asked for; times are those of `performance.now()`. */
export interface KnownStanding {
  standing: MemberStanding;
  at: number;
}

/** Somebody may have been asked for before a change and come in after it, so what is newer counts. */
export class Standings {
  /** By user id: what was told since all members were asked for. */
  private readonly changes = new Map<string, KnownStanding>();
  private members: ReadonlySet<string> = new Set();
  private membersAt = -Infinity;
  /** When their standing was asked for before they came in. */
  private readonly askedAt = new WeakMap<Participant, number>();

  change(userId: string, change: KnownStanding): void {
    this.changes.set(userId, change);
  }

  /** All members as the database knows them: what was told before is in it, what was told meanwhile may not be. */
  replace(members: ReadonlySet<string>, at: number): void {
    this.members = members;
    this.membersAt = at;

    for (const [userId, change] of this.changes) {
      if (change.at < at) {
        this.changes.delete(userId);
      }
    }
  }

  /**
   * For somebody who comes in.
   *
   * @param at when their standing was asked for
   */
  admit(participant: Participant, at: number): void {
    this.askedAt.set(participant, at);
    this.applyTo(participant);
  }

  /** Whether it made a participant somebody else. An owner stands above that, and who was sent beside it. */
  applyTo(participant: Participant): boolean {
    const { identity, userId } = participant;
    const { standing: known } = identity;

    if (known === 'owner' || known === 'sent') {
      return false;
    }

    const standing = this.newest(userId, { standing: known, at: this.askedAt.get(participant) ?? -Infinity });
    participant.identity = { ...identity, standing };

    return standing !== known;
  }

  /** What a user is of whom that was known. */
  newest(userId: string, known: KnownStanding): MemberStanding {
    const change = this.changes.get(userId);

    if (change && change.at >= known.at) {
      return change.standing;
    }

    if (this.membersAt < known.at) {
      return known.standing;
    }

    return this.members.has(userId) ? 'member' : 'visitor';
  }
}
