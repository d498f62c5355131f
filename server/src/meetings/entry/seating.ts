/** Who gets a seat in a meeting: no two get the last one, and nobody has one before all that can fail is done. */
import type { DeviceInfo, Grant, Role, RtpCapabilities } from '@minimeet/protocol';
import type { Logger } from 'pino';
import { DomainError } from '../../common/domain-error.js';
import { distinctName } from './distinct-name.js';
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
  /** From where they come, as limits count it; without it, nothing is counted by address. */
  address?: string;
  /** Who leaves for them, so that a full room does not refuse one who comes anew; `null` or already gone: nobody. */
  replaces?: Participant | null;
  /** Which participant they say they were before. */
  formerParticipantId?: string | null;
}

/** How many seats of one meeting some may have who come again and again. */
export interface SeatLimits {
  /** Windows and devices of one user. */
  perUser: number;
  /** Of the seats of a meeting of more than ten, the percentage that guests from one address may have. */
  percentPerAddress: number;
}

export const noSeatLimits: SeatLimits = { perUser: Infinity, percentPerAddress: 100 };

/** A meeting of so few may be one household or one office, all of them. */
const SMALL_MEETING = 10;

/** A seat that is taken, by a participant or by a candidate who is being seated. */
interface TakenSeat {
  userId: string;
  /** `null` where it does not count by address: of accounts, members, those who were sent, and the owner. */
  address: string | null;
}

/** What seating needs of its meeting. */
export interface SeatedMeeting {
  readonly participants: ReadonlyMap<string, Participant>;
  readonly moderation: Moderation;
  readonly seatLimits: SeatLimits;
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
  private readonly taken = new Set<TakenSeat>();
  private readonly seats = new WeakMap<Participant, TakenSeat>();

  constructor(private readonly meeting: SeatedMeeting) {}

  /** @throws not_allowed, meeting_locked, as {@link take} would */
  assertMayEnter(candidate: Candidate): void {
    this.meeting.moderation.assertMayEnter(this.newcomer(candidate));
  }

  /**
   * `seated` is called in the very moment in which a candidate becomes a participant.
   *
   * @param most seats of the meeting. A host by right who is not in it has one beyond: nobody keeps an owner out of a room by filling it
   * @throws not_allowed, meeting_locked, room_full, too_many_connections (of the same user), unsupported_media, meeting_ended
   */
  async take(candidate: Candidate, most: number, seated: (participant: Participant) => void): Promise<void> {
    const { moderation, hasEnded, replace } = this.meeting;
    const newcomer = this.newcomer(candidate);
    moderation.assertMayEnter(newcomer);
    const replaced = this.replacedBy(candidate) ?? this.spareSeatOf(candidate.identity.userId);
    const seat = seatFor(candidate);
    this.assertSeatFor(candidate, seat, replaced, most);

    // Taken before the first await, so that two who come at once cannot share the last seat; and before the other is given
    // up, so that the meeting does not end in between.
    this.taken.add(seat);

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

      this.seats.set(participant, seat);
      moderation.takesOver(participant);
      participant.role = moderation.roleOf(participant);
      this.tellApart(participant);
      seated(participant);
    } catch (error) {
      const isOver = hasEnded();
      this.giveUp(seat);
      throw isOver ? new DomainError('meeting_ended') : error;
    }
  }

  /** A participant has left. */
  left(participant: Participant): void {
    const seat = this.seats.get(participant);

    if (seat) {
      this.giveUp(seat);
    }
  }

  private giveUp(seat: TakenSeat): void {
    if (this.taken.delete(seat) && this.taken.size === 0) {
      this.meeting.emptied();
    }
  }

  /** Somebody else who is there may be called the same; their own other windows are. */
  private tellApart(participant: Participant): void {
    const { identity } = participant;
    const others = [...this.meeting.participants.values()].filter(
      ({ userId, connected }) => userId !== identity.userId && connected,
    );
    const displayName = distinctName(
      identity.displayName,
      others.map((other) => other.identity.displayName),
    );
    participant.identity = { ...identity, displayName };
  }

  /** @throws room_full, too_many_connections */
  private assertSeatFor(candidate: Candidate, seat: TakenSeat, replaced: Participant | null, most: number): void {
    const { perUser, percentPerAddress } = this.meeting.seatLimits;
    const givenUp = replaced ? this.seats.get(replaced) : undefined;
    const others = [...this.taken].filter((other) => other !== givenUp);
    const ofUser = others.filter(({ userId }) => userId === seat.userId).length;

    if (ofUser >= perUser) {
      throw new DomainError('too_many_connections', `You are in this meeting already, in ${ofUser} other windows`);
    }

    if (others.length >= most && !(candidate.isHostByRight && ofUser === 0)) {
      throw new DomainError('room_full');
    }

    const ofAddress = others.filter(({ address }) => address !== null && address === seat.address).length;

    if (most > SMALL_MEETING && ofAddress >= Math.ceil((most * percentPerAddress) / 100)) {
      throw new DomainError('room_full', 'The seats that guests from one network may have in this meeting are taken');
    }
  }

  private replacedBy({ replaces }: Candidate): Participant | null {
    return (replaces && this.meeting.participants.get(replaces.id)) ?? null;
  }

  /** Of a user who has all seats that one may have, one whose connection was lost: a crash leaves such behind. */
  private spareSeatOf(userId: string): Participant | null {
    const theirs = [...this.meeting.participants.values()].filter((participant) => participant.userId === userId);

    return theirs.length < this.meeting.seatLimits.perUser
      ? null
      : (theirs.find(({ connected }) => !connected) ?? null);
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

function seatFor({ identity: { userId, isGuest, standing }, address }: Candidate): TakenSeat {
  return { userId, address: isGuest && standing === 'visitor' ? (address ?? null) : null };
}
