/** Who gets a seat in a meeting: no two get the last one, and nobody has one before all that can fail is done. */
import type { DeviceInfo, Grant, Role, RtpCapabilities } from '@minimeet/protocol';
import type { Logger } from 'pino';
import { DomainError } from '../../common/domain-error.js';
import type { Moderation, Newcomer } from '../order/moderation.js';
import { rightsOf } from '../order/rights.js';
import type { ParticipantChannel } from '../participant-channel.js';
import type { ParticipantMedia } from '../participant-media.js';
import { Participant, type ParticipantIdentity } from '../participant.js';

/** Somebody at the door. */
export interface Candidate {
  identity: ParticipantIdentity;
  /** When the database was asked for their standing, as `performance.now()` tells it. */
  standingAt: number;
  /** The room's owner or an administrator. */
  isHostByRight?: boolean;
  /** Of who came with a join token. */
  pass?: { role: Role; grants: readonly Grant[] } | undefined;
  deviceInfo?: DeviceInfo | undefined;
  rtpCapabilities?: RtpCapabilities | undefined;
  /** How many pictures they show until they tell a view; without it, all. */
  picturesAtFirst?: number | undefined;
  channel: ParticipantChannel;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
  /** Who leaves for them, so that a full room does not refuse one who comes anew; `null` or already gone: nobody. */
  replaces?: Participant | null;
  /** Which participant they say they were before. */
  formerParticipantId?: string | null;
}

/** What seating needs of its meeting. */
export interface SeatedMeeting {
  readonly participants: ReadonlyMap<string, Participant>;
  readonly moderation: Moderation;
  readonly logger: Logger;
  hasEnded(): boolean;
  openMedia(): Promise<ParticipantMedia>;
  /** Another takes their seat. */
  replace(participant: Participant): void;
  /** The last seat was given up, and nobody is about to take one. */
  emptied(): void;
}

export class Seating {
  /** By participants, and by candidates who are being seated. */
  private taken = 0;

  constructor(private readonly meeting: SeatedMeeting) {}

  /** @throws not_allowed, meeting_locked, as {@link take} would */
  assertMayEnter(candidate: Candidate): void {
    this.meeting.moderation.assertMayEnter(this.newcomer(candidate));
  }

  /**
   * `seated` is called in the very moment in which a candidate becomes a participant.
   *
   * @param most seats of the meeting
   * @throws not_allowed, meeting_locked, room_full, unsupported_media, meeting_ended
   */
  async take(candidate: Candidate, most: number, seated: (participant: Participant) => void): Promise<void> {
    const { moderation, hasEnded, replace } = this.meeting;
    const replaced = this.replacedBy(candidate);
    const newcomer = this.newcomer(candidate);
    moderation.assertMayEnter(newcomer);

    if (this.taken - (replaced ? 1 : 0) >= most) {
      throw new DomainError('room_full');
    }

    // Taken before the first await, so that two who come at once cannot share the last seat; and before the other is given
    // up, so that the meeting does not end in between.
    this.taken += 1;

    if (replaced) {
      replace(replaced);
    }

    try {
      const participant = await this.prepare(candidate);

      try {
        // It may have been locked, and they removed, in the meantime.
        moderation.assertMayEnter(newcomer);
      } catch (error) {
        participant.close();
        throw error;
      }

      participant.role = moderation.roleOf(participant);
      seated(participant);
    } catch (error) {
      const isOver = hasEnded();
      this.giveUp();
      throw isOver ? new DomainError('meeting_ended') : error;
    }
  }

  giveUp(): void {
    this.taken -= 1;

    if (this.taken === 0) {
      this.meeting.emptied();
    }
  }

  private replacedBy({ replaces }: Candidate): Participant | null {
    return (replaces && this.meeting.participants.get(replaces.id)) ?? null;
  }

  private newcomer(candidate: Candidate): Newcomer {
    return {
      userId: candidate.identity.userId,
      isHostByRight: candidate.isHostByRight ?? false,
      formerParticipantId: candidate.formerParticipantId ?? null,
      replacesSeat: this.replacedBy(candidate) !== null,
    };
  }

  /** Everything about a participant that can fail, before they take their seat. */
  private async prepare(candidate: Candidate): Promise<Participant> {
    const { moderation, logger, hasEnded, openMedia } = this.meeting;
    const { identity, isHostByRight = false, pass, deviceInfo = null, picturesAtFirst = null, channel } = candidate;
    const { rtpCapabilities, signal } = candidate;
    const media = await openMedia();
    const grants = pass?.grants ?? null;
    const firstRole = pass?.role ?? 'speaker';
    const participant = new Participant({
      identity,
      isHostByRight,
      grants,
      firstRole,
      role: moderation.roleOf({ userId: identity.userId, isHostByRight, firstRole, grants }),
      rightsOf: (role) => rightsOf(role, moderation.rules.switches),
      deviceInfo,
      picturesAtFirst,
      channel,
      media,
      logger,
    });

    try {
      // The worker may have answered although the meeting was ended in the meantime.
      if (hasEnded()) {
        throw new DomainError('meeting_ended');
      }

      signal.throwIfAborted();

      if (rtpCapabilities) {
        participant.setRtpCapabilities(rtpCapabilities);
      }
    } catch (error) {
      participant.close();
      throw error;
    }

    return participant;
  }
}
