/** Who waits before the meetings of rooms with a lobby, and who of those inside lets them in. */
import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { limits, type RoomSummary, type WaitingPerson } from '@minimeet/protocol';
import { DomainError } from '../../common/domain-error.js';
import { DoorLimits } from './door-limits.js';
import { Refusals } from '../../common/refusals.js';
import { SETTINGS, type Settings } from '../../settings/settings.js';
import type { Meeting } from '../meeting.js';
import type { Candidate } from './seating.js';
import type { ParticipantChannel } from '../participant-channel.js';
import type { Participant } from '../participant.js';

/** A room as those at its door find it. */
export interface MeetingRoom extends RoomSummary {
  /** Whether visitors wait until somebody lets them in. */
  lobby: boolean;
  /** Whether nobody is left who could come and let others in. */
  isOwnerless?: boolean;
}

/** The connection by which somebody comes, the same one each time they ask. */
export interface Caller {
  /** How they are told while they wait. */
  readonly channel: ParticipantChannel;
  readonly address: string;
}

interface Waiting {
  roomId: string;
  /** Whether somebody inside may let them in, as they were told last. */
  toldAttended: boolean | null;
  caller: Caller;
  person: WaitingPerson;
}

/** Who may let people in, and sees who waits: the room's owner, administrators, members, and moderators. */
export function mayAdmit({ identity, rights }: Participant): boolean {
  return identity.standing === 'owner' || identity.standing === 'member' || rights.has('moderate');
}

/**
 * Waiting is a matter of this process's memory: whoever is let in asks again to join, and so does whoever's connection was
 * lost. Somebody who was let in may come back as long as the same meeting lasts, unless they were removed from it.
 */
@Injectable()
export class Lobby {
  /** By room id, in order of arrival. */
  private readonly rooms = new Map<string, Set<Waiting>>();
  private readonly callers = new Map<Caller, Waiting>();
  /** The meetings that run here, by room id. */
  private readonly meetings = new Map<string, Meeting>();
  /** Ids of users who were let in. */
  private readonly admitted = new WeakMap<Meeting, Set<string>>();

  constructor(
    private readonly doorLimits: DoorLimits,
    private readonly refusals: Refusals,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** From now on, those in this meeting are told who waits. */
  attach(meeting: Meeting): void {
    const roomId = meeting.room.id;
    const admitted = new Set<string>();
    this.meetings.set(roomId, meeting);
    this.admitted.set(meeting, admitted);
    meeting.on('participant_joined', (participant) => {
      // Also who was there before there was a lobby.
      admitted.add(participant.identity.userId);

      if (this.rooms.has(roomId)) {
        this.tellTo(participant, roomId);
        this.tellAttendance(roomId);
      }
    });
    const tellAnew = (participant: Participant) => {
      if (this.rooms.has(roomId)) {
        const waiting = mayAdmit(participant) ? this.waitingFor(roomId) : [];
        participant.channel.send('lobby_changed', { waiting });
        this.tellAttendance(roomId);
      }
    };
    meeting.on('standing_changed', tellAnew);
    meeting.on('broadcast', ({ event, payload }) => {
      const participant = event === 'role_changed' ? meeting.participants.get(payload.participantId) : undefined;

      if (participant) {
        tellAnew(participant);
      }
    });
    meeting.on('participant_left', ({ identity }, reason) => {
      if (reason === 'removed') {
        admitted.delete(identity.userId);
      }

      this.tellAttendance(roomId);
    });
    meeting.once('ended', () => {
      this.meetings.delete(roomId);
      this.tellAttendance(roomId);
    });
  }

  /** Whether a candidate has to wait. */
  isClosedTo(room: MeetingRoom, { identity, replaces }: Candidate): boolean {
    const meeting = this.meetings.get(room.id);
    const isInside = Boolean(replaces && meeting?.participants.has(replaces.id));
    const wasAdmitted = Boolean(meeting && this.admitted.get(meeting)?.has(identity.userId));

    // The first who comes to a room without an owner stands in for them, and lets in the others.
    const isNobodys = room.isOwnerless === true && !this.isAttended(room.id);

    return room.lobby && identity.standing === 'visitor' && !isInside && !wasAdmitted && !isNobodys;
  }

  /**
   * Has a candidate wait, until they leave the lobby, are let in or sent away. Who asks again keeps their place.
   *
   * @throws lobby_waiting, or room_full, rate_limited where they cannot even wait
   */
  async wait(room: MeetingRoom, candidate: Candidate, caller: Caller): Promise<never> {
    if (this.callers.get(caller)?.roomId !== room.id) {
      this.leave(caller);
      const { userId, displayName, isGuest } = candidate.identity;
      this.assertSpace(room.id, { userId, isGuest, address: caller.address });
      await this.doorLimits.count('knock', { userId, address: caller.address });
      // Neither may have stayed as it was meanwhile: the connection, the number of those who wait.
      candidate.signal.throwIfAborted();
      this.assertSpace(room.id, { userId, isGuest, address: caller.address });
      this.add({
        roomId: room.id,
        toldAttended: null,
        caller,
        person: { id: randomUUID(), userId, displayName, isGuest, since: new Date().toISOString() },
      });
    }

    throw new DomainError('lobby_waiting');
  }

  /** Somebody waits no longer: their connection is gone, they have come in, or they may not come in any more. */
  leave(caller: Caller): void {
    const waiting = this.callers.get(caller);

    if (waiting) {
      this.remove(waiting);
      this.tell(waiting.roomId);
    }
  }

  /** @throws not_allowed */
  admit(meeting: Meeting, participant: Participant, waitingIds: readonly string[]): void {
    this.decide(meeting, participant, waitingIds, ({ caller, person }) => {
      this.admitted.get(meeting)?.add(person.userId);
      meeting.moderation.noteDecision(participant, person, true);
      caller.channel.send('lobby_admitted', {});
    });
  }

  /** @throws not_allowed */
  refuse(meeting: Meeting, participant: Participant, waitingIds: readonly string[]): void {
    this.decide(meeting, participant, waitingIds, ({ caller, person }) => {
      meeting.moderation.noteDecision(participant, person, false);
      caller.channel.send('lobby_refused', {});
    });
  }

  /** Another rule holds for the room, or it is gone: all who wait ask again. Whoever has to go on waiting keeps their place. */
  haveAllAskAgain(roomId: string): void {
    for (const { caller } of this.rooms.get(roomId) ?? []) {
      caller.channel.send('lobby_admitted', {});
    }
  }

  /** Says to somebody in a room's meeting who waits, if it is for them to know. */
  tellTo(participant: Participant, roomId: string): void {
    if (mayAdmit(participant)) {
      participant.channel.send('lobby_changed', { waiting: this.waitingFor(roomId) });
    }
  }

  /** Whether anybody is inside who may let others in. */
  private isAttended(roomId: string): boolean {
    return [...(this.meetings.get(roomId)?.participants.values() ?? [])].some(mayAdmit);
  }

  /** Tells those who wait whether there is anybody to let them in, where that is news. */
  private tellAttendance(roomId: string): void {
    const attended = this.isAttended(roomId);

    for (const waiting of this.rooms.get(roomId) ?? []) {
      if (waiting.toldAttended !== attended) {
        waiting.toldAttended = attended;
        waiting.caller.channel.send('lobby_status', { attended });
      }
    }
  }

  private waitingFor(roomId: string): WaitingPerson[] {
    return [...(this.rooms.get(roomId) ?? [])].map(({ person }) => person);
  }

  private decide(
    meeting: Meeting,
    participant: Participant,
    waitingIds: readonly string[],
    carryOut: (waiting: Waiting) => void,
  ): void {
    if (!mayAdmit(participant)) {
      throw new DomainError('not_allowed');
    }

    const ids = new Set(waitingIds);
    const roomId = meeting.room.id;
    const meant = [...(this.rooms.get(roomId) ?? [])].filter(({ person }) => ids.has(person.id));

    for (const waiting of meant) {
      this.remove(waiting);
      carryOut(waiting);
    }

    // Also where nobody was meant: who asked may not have heard yet that somebody else was faster.
    this.tell(roomId);
  }

  private assertSpace(
    roomId: string,
    { userId, isGuest, address }: { userId: string; isGuest: boolean; address: string },
  ): void {
    const waiting = [...(this.rooms.get(roomId) ?? [])];
    const ofUser = waiting.filter(({ person }) => person.userId === userId).length;
    const guestsNearby = waiting.filter(({ person, caller }) => person.isGuest && caller.address === address).length;
    const mostNearby = Math.ceil((limits.lobbyWaiting * this.settings.limits.lobbyPlacesPerAddressPercent) / 100);

    if (ofUser >= limits.lobbyWaitingPerUser) {
      this.refusals.note('lobby_places');
      throw new DomainError('rate_limited', 'You wait in this lobby already, in other windows');
    }

    if (waiting.length >= limits.lobbyWaiting || (isGuest && guestsNearby >= mostNearby)) {
      this.refusals.note('lobby_places');
      throw new DomainError('room_full', 'Too many people wait in the lobby already');
    }
  }

  private add(waiting: Waiting): void {
    const room = this.rooms.get(waiting.roomId) ?? new Set();
    this.rooms.set(waiting.roomId, room.add(waiting));
    this.callers.set(waiting.caller, waiting);
    this.tell(waiting.roomId);
    this.tellAttendance(waiting.roomId);
  }

  private remove(waiting: Waiting): void {
    const room = this.rooms.get(waiting.roomId);
    room?.delete(waiting);
    this.callers.delete(waiting.caller);

    if (room?.size === 0) {
      this.rooms.delete(waiting.roomId);
    }
  }

  private tell(roomId: string): void {
    for (const participant of this.meetings.get(roomId)?.participants.values() ?? []) {
      this.tellTo(participant, roomId);
    }
  }
}
