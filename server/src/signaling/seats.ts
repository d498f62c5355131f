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

/** By what somebody came: with its end, their seat is gone. */
export interface SeatAccess {
  userId: string;
  /** `undefined` for a token from before there were sessions. */
  sessionId: string | undefined;
  /** Whose host application sent them, if one did. */
  ownerId: string | undefined;
}

/** Outlives the socket over which it was taken. */
export interface Seat {
  readonly meeting: Meeting;
  readonly participant: Participant;
  readonly channel: SocketChannel;
  /** By which the socket came that holds it, or held it last. */
  access: SeatAccess;
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

  /** Seats that nobody holds now, of who came by this access. */
  abandonedBy(access: Partial<SeatAccess>): Seat[] {
    const wanted = Object.entries(access) as [keyof SeatAccess, string][];

    return [...this.seats.values()].filter(
      (seat) => seat.holder === null && wanted.every(([name, value]) => seat.access[name] === value),
    );
  }
}

/** In a time that tells nothing of where they differ. */
function same(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());

  return timingSafeEqual(first!, second!);
}
