/** The seats of this server's participants: which connection speaks for each, and who may take one over. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { SeatReference } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';
import type { Meeting } from '../meetings/meeting.js';
import type { Participant } from '../meetings/participant.js';
import type { SocketChannel } from './socket-channel.js';

/** A connection that speaks for a participant. */
export interface SeatHolder {
  /** Another connection of the same participant has come; this one is not needed any more. */
  giveUpSeat(): void;
}

/** Outlives the socket over which it was taken. */
export interface Seat {
  readonly meeting: Meeting;
  readonly participant: Participant;
  readonly channel: SocketChannel;
  /** Whose socket holds it, or held it last; a token from before there were sessions has none. */
  sessionId: string | undefined;
  /** `null` while they are away. */
  holder: SeatHolder | null;
}

/** Whether somebody is in the meeting on it, connected or not. */
export function isTaken({ meeting, participant }: Seat): boolean {
  return meeting.participants.has(participant.id);
}

export class Seats {
  private readonly seats = new Map<string, Seat>();

  /** Keeps it for as long as the participant is in the meeting. */
  add(seat: Seat): void {
    this.seats.set(seat.participant.id, seat);
  }

  remove(participantId: string): void {
    this.seats.delete(participantId);
  }

  /**
   * The seat that this user says is theirs. Whatever is wrong with that is nobody's business.
   *
   * @throws session_expired
   */
  find(userId: string, { participantId, resumeToken }: SeatReference): Seat {
    const seat = this.seats.get(participantId);

    if (!seat || seat.participant.identity.userId !== userId || !same(seat.participant.resumeToken, resumeToken)) {
      throw new DomainError('session_expired');
    }

    return seat;
  }

  /** Seats of a user that nobody holds now. */
  abandonedBy(userId: string): Seat[] {
    return this.abandoned.filter(({ participant }) => participant.identity.userId === userId);
  }

  /** The same of one of their sessions. */
  abandonedIn(sessionId: string): Seat[] {
    return this.abandoned.filter((seat) => seat.sessionId === sessionId);
  }

  private get abandoned(): Seat[] {
    return [...this.seats.values()].filter(({ holder }) => holder === null);
  }
}

/** In a time that tells nothing of where they differ. */
function same(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());

  return timingSafeEqual(first!, second!);
}
