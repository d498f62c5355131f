/** How one meeting is kept in order: who is what, what is open to whom, and what moderators do to others. */
import type {
  CloseReason,
  MeetingOrder,
  MeetingRules,
  MeetingSwitches,
  ModerationActName,
  ModerationDetail,
  RecordedPerson,
  Role,
  Source,
  WaitingPerson,
} from '@minimeet/protocol';
import { DomainError } from '../../common/domain-error.js';
import type { Broadcast } from '../participant-channel.js';
import type { Participant } from '../participant.js';
import { everythingOpen, mayBecome, rightToSend } from './rights.js';
import { Roles, type RoleHolder } from './roles.js';

/** Something that a moderator did, or a member who let people in. */
export interface ModerationAct {
  act: ModerationActName;
  by: RecordedPerson;
  /** `null` where it was about everyone. */
  whom: RecordedPerson | null;
  detail: ModerationDetail;
}

/** What moderation needs of its meeting. */
export interface ModeratedMeeting {
  readonly participants: ReadonlyMap<string, Participant>;
  broadcast(broadcast: Broadcast, except?: Participant | null): void;
  /** They have left, as somebody removed them. */
  dismiss(participant: Participant): void;
  end(): void;
  acted(act: ModerationAct): void;
}

/** Somebody who wants to come in. */
export interface Newcomer extends RoleHolder {
  /** The seat that they had before, if they say so. */
  formerParticipantId: string | null;
  /** That seat is theirs, and is given up for the new one. */
  replacesSeat: boolean;
}

/** Who may do these things is asked before, by {@link authorize}. */
export class Moderation {
  private readonly roles = new Roles();
  private readonly bannedUsers = new Set<string>();
  /** Participants whose client is told so, should it try to come back by itself. */
  private readonly removed = new Set<string>();
  /** Ids of participants, in the order in which they raised their hands. */
  private readonly hands = new Set<string>();
  /** Nobody can come who is a host by right, so somebody who is here stands in for one. */
  isOwnerless = false;
  private locked = false;
  private switches: MeetingSwitches = everythingOpen;

  constructor(private readonly meeting: ModeratedMeeting) {}

  get rules(): MeetingRules {
    return { locked: this.locked, switches: this.switches };
  }

  get order(): MeetingOrder {
    return { ...this.rules, hands: [...this.hands] };
  }

  roleOf(holder: RoleHolder): Role {
    return this.roles.of(holder);
  }

  /**
   * Who is banned stays out; into a locked meeting comes who has a seat in it, and who is its host by right.
   *
   * @throws not_allowed, meeting_locked
   */
  assertMayEnter({ userId, isHostByRight, formerParticipantId, replacesSeat }: Newcomer): void {
    const isRemoved = formerParticipantId !== null && this.removed.has(formerParticipantId);

    if (this.bannedUsers.has(userId) || isRemoved) {
      throw new DomainError('not_allowed', 'You were removed from this meeting');
    }

    if (this.locked && !isHostByRight && !replacesSeat) {
      throw new DomainError('meeting_locked');
    }
  }

  /** Somebody is about to be seated: of a room without an owner, the first is its host. */
  takesOver(participant: Participant): void {
    if (this.isOwnerless && !this.everyone.some(({ role }) => role === 'host')) {
      this.roles.standInFor(participant);
    }
  }

  arrived(participant: Participant): void {
    this.roles.arrived(participant);
    this.applyRoles(null);
  }

  left(participant: Participant): void {
    this.putDown(participant);

    if (participant.role === 'host') {
      this.roles.hostLeft(this.everyone, this.isOwnerless);
      this.applyRoles(null);
    }
  }

  /** @throws participant_not_found, not_allowed (a host by right stays one, and who came with a join token is no more than that grants) */
  setRole(by: Participant, participantId: string, role: Role): void {
    const whom = this.find(participantId);

    if (this.isHostByRight(whom) && role !== 'host') {
      throw new DomainError('not_allowed', 'The owner of the room and administrators are always hosts');
    }

    if (!mayBecome(role, whom.grants)) {
      throw new DomainError('not_allowed', 'The join token with which they came does not let them moderate');
    }

    if (whom.role !== role) {
      this.roles.give(whom, role);
      this.applyRoles(by);
      this.note('set_role', by, whom, { role });
    }
  }

  /** @throws participant_not_found */
  async mute(by: Participant, participantId: string): Promise<void> {
    const whom = this.find(participantId);

    if (isHeard(whom)) {
      this.note('mute_participant', by, whom);
    }

    await this.silence(whom, by);
  }

  async muteAll(by: Participant): Promise<void> {
    const others = this.everyone.filter((participant) => participant !== by);

    if (others.some(isHeard)) {
      this.note('mute_all', by);
    }

    await Promise.all(others.map((participant) => this.silence(participant, by)));
  }

  /** @throws participant_not_found, producer_not_found (they do not send it) */
  stopSource(by: Participant, participantId: string, source: 'camera' | 'screen'): void {
    const whom = this.find(participantId);
    const stopped: Source[] = source === 'screen' ? ['screen', 'screen_audio'] : [source];

    if (!stopped.some((each) => whom.producers.has(each))) {
      throw new DomainError('producer_not_found', 'They do not send this source');
    }

    this.note('stop_source', by, whom, { source });
    stopped.forEach((each) => this.stop(whom, each, by));
  }

  /** @throws participant_not_found */
  remove(by: Participant, participantId: string, ban: boolean): void {
    const whom = this.find(participantId);
    const { userId } = whom;

    if (ban) {
      this.assertMayBan(by, whom);
      this.bannedUsers.add(userId);
    }

    this.note(ban ? 'ban_participant' : 'remove_participant', by, whom);
    const leaving = ban ? this.everyone.filter((participant) => participant.userId === userId) : [whom];

    for (const participant of leaving) {
      this.removed.add(participant.id);
      this.putOut(participant, 'removed');
    }
  }

  /** They have to leave, and are told why; whether they may come again is for others to say. Where no moderator decided so, it is nobody's act. */
  putOut(participant: Participant, reason: CloseReason): void {
    participant.channel.send('room_closed', { reason });
    this.meeting.dismiss(participant);
  }

  lock(by: Participant, locked: boolean): void {
    if (this.locked !== locked) {
      this.locked = locked;
      this.note(locked ? 'lock_meeting' : 'unlock_meeting', by);
      this.tellRules();
    }
  }

  setSwitches(by: Participant, change: { [Name in keyof MeetingSwitches]?: boolean | undefined }): void {
    const names = (Object.keys(this.switches) as (keyof MeetingSwitches)[]).filter(
      (name) => change[name] !== undefined && change[name] !== this.switches[name],
    );

    if (names.length > 0) {
      const changed = Object.fromEntries(names.map((name) => [name, change[name]]));
      this.switches = { ...this.switches, ...changed };
      this.note('set_meeting_switches', by, null, { switches: changed });
      this.tellRules();
      this.everyone.forEach((participant) => this.stopForbidden(participant, by));
    }
  }

  raiseHand({ id }: Participant): void {
    if (!this.hands.has(id)) {
      this.hands.add(id);
      this.tellHands();
    }
  }

  /** @throws participant_not_found */
  lowerHand(by: Participant, participantId: string = by.id): void {
    const whom = this.find(participantId);

    if (this.putDown(whom) && whom !== by) {
      this.note('lower_hand', by, whom);
    }
  }

  react(by: Participant, emoji: string): void {
    this.meeting.broadcast({ event: 'reaction', payload: { participantId: by.id, emoji } }, by);
  }

  /** A moderator deleted what somebody wrote. */
  noteDeletion(by: Participant, sequence: number): void {
    this.note('delete_message', by, null, { sequence });
  }

  /** Somebody who waited was let in or sent away. */
  noteDecision(by: Participant, { userId, displayName }: WaitingPerson, admitted: boolean): void {
    this.note(admitted ? 'admit' : 'refuse', by, { participantId: null, userId, displayName });
  }

  end(by: Participant): void {
    this.note('end_meeting', by);
    this.meeting.end();
  }

  private note(
    act: ModerationActName,
    by: Participant,
    whom: Participant | RecordedPerson | null = null,
    detail: ModerationDetail = {},
  ): void {
    const person = whom && 'identity' in whom ? personOf(whom) : whom;
    this.meeting.acted({ act, by: personOf(by), whom: person, detail });
  }

  private get everyone(): Participant[] {
    return [...this.meeting.participants.values()];
  }

  private find(participantId: string): Participant {
    const participant = this.meeting.participants.get(participantId);

    if (!participant) {
      throw new DomainError('participant_not_found');
    }

    return participant;
  }

  /** In any of their windows: a ban and a role are their user's, in all of them. */
  private isHostByRight({ userId }: Participant): boolean {
    return this.everyone.some((participant) => participant.userId === userId && participant.isHostByRight);
  }

  private assertMayBan(by: Participant, whom: Participant): void {
    if (this.isHostByRight(whom) || whom.userId === by.userId) {
      throw new DomainError('not_allowed', 'The owner of the room, administrators and you yourself cannot be banned');
    }
  }

  /** Tells whose role is another one now, and closes what they may not send any more. */
  private applyRoles(by: Participant | null): void {
    for (const participant of this.everyone) {
      const role = this.roles.of(participant);

      if (participant.role !== role) {
        participant.role = role;
        this.meeting.broadcast({
          event: 'role_changed',
          payload: { participantId: participant.id, role, byParticipantId: by?.id ?? null },
        });
        this.stopForbidden(participant, by ?? participant);
      }
    }
  }

  /** Closes what somebody may not send, now that their role, the switches or their transports are others. */
  stopForbidden(participant: Participant, by: Participant): void {
    for (const source of [...participant.producers.keys()]) {
      if (!participant.rights.has(rightToSend[source])) {
        this.stop(participant, source, by);
      }
    }
  }

  private stop(whom: Participant, source: Source, by: Participant): void {
    const producer = whom.producers.get(source);

    if (producer) {
      whom.channel.send('stopped_by_moderator', { source, byParticipantId: by.id });
      whom.closeProducer(producer.id);
    }
  }

  private async silence(whom: Participant, by: Participant): Promise<void> {
    const microphone = whom.producers.get('microphone');

    if (mayBeVoice(whom)) {
      this.stop(whom, 'screen_audio', by);
    }

    if (microphone && !microphone.paused) {
      whom.channel.send('muted_by_moderator', { byParticipantId: by.id });
      // One whose transports are gone must not come back as it was.
      await whom.pauseProducer(microphone.id).catch(() => {
        if (whom.producers.get('microphone')?.id === microphone.id) {
          whom.closeProducer(microphone.id);
        }
      });
    }
  }

  private putDown({ id }: Participant): boolean {
    const wasRaised = this.hands.delete(id);

    if (wasRaised) {
      this.tellHands();
    }

    return wasRaised;
  }

  private tellRules(): void {
    this.meeting.broadcast({ event: 'meeting_rules', payload: this.rules });
  }

  private tellHands(): void {
    this.meeting.broadcast({ event: 'hands_raised', payload: { participantIds: [...this.hands] } });
  }
}

function personOf({ id: participantId, identity: { userId, displayName } }: Participant): RecordedPerson {
  return { participantId, userId, displayName };
}

/** Whether there is anything to mute. */
function isHeard(participant: Participant): boolean {
  return participant.producers.get('microphone')?.paused === false || mayBeVoice(participant);
}

/** A voice could be sent as the sound of no screen, or of any, by whom only moderators unmute. */
function mayBeVoice({ producers, rights }: Participant): boolean {
  return producers.has('screen_audio') && (!producers.has('screen') || !rights.has('unmute'));
}
