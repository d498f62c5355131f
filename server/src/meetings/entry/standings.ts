/** What became of people's standing in the room since the meeting began: who is joining may have been asked who they are before. */
import type { Participant } from '../participant.js';

export class Standings {
  private readonly byUser = new Map<string, 'member' | 'visitor'>();

  note(userId: string, standing: 'member' | 'visitor'): void {
    this.byUser.set(userId, standing);
  }

  /** Whether it made a participant somebody else. Whoever owns the room stands above that, and who was sent beside it. */
  applyTo(participant: Participant): boolean {
    const { identity, userId } = participant;
    const standing = this.byUser.get(userId) ?? identity.standing;
    const mayChange = identity.standing !== 'owner' && identity.standing !== 'sent';
    const isOther = mayChange && identity.standing !== standing;

    if (isOther) {
      participant.identity = { ...identity, standing };
    }

    return isOther;
  }
}
