/** The seats of this server's participants: which connection speaks for each, and who may take one over. */
import type { SeatReference } from '@minimeet/protocol';
import { accessNames, type Access } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { isSameSecret } from '../common/is-same-secret.js';
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
  /** By which the socket came that holds it, or held it last: with its end, the seat is gone. */
  access: Access;
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
   * The seat that somebody says is theirs. Who was sent by a host application takes over only what the same key and room
   * opened: by another one, the seat would outlive their end. Whatever is wrong is nobody's business.
   *
   * @throws session_expired
   */
  find({ userId, pass }: Access, { participantId, resumeToken }: SeatReference): Seat {
    const seat = this.seats.get(participantId);
    const isTheirs =
      seat?.access.userId === userId &&
      seat.access.pass?.apiKeyId === pass?.apiKeyId &&
      seat.access.pass?.roomId === pass?.roomId;

    if (!seat || !isTheirs || !isSameSecret(seat.participant.resumeToken, resumeToken)) {
      throw new DomainError('session_expired');
    }

    return seat;
  }

  /** Seats that nobody holds now. */
  get abandoned(): Seat[] {
    return [...this.seats.values()].filter(({ holder }) => holder === null);
  }

  /** Those of them of who came by an access of this name. */
  abandonedBy(name: string): Seat[] {
    return this.abandoned.filter(({ access }) => accessNames(access).includes(name));
  }
}
