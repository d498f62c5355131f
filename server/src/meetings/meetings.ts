/** The meetings that run on this server, by room. */
import { EventEmitter, once, setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { ChatMessage, CloseReason, ErrorCode, RoomSummary, ServerReference } from '@minimeet/protocol';
import { limits } from '@minimeet/protocol';
import { PinoLogger } from 'nestjs-pino';
import { ChatStore } from '../chat/chat-store.js';
import { Cluster, type MembershipChange } from '../cluster/cluster.js';
import { DomainError } from '../common/domain-error.js';
import { Refusals } from '../common/refusals.js';
import { within } from '../common/within.js';
import { WorkerPool } from '../media/worker-pool.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { ChatMeanwhile } from './entry/chat-meanwhile.js';
import { Lobby, type Caller, type MeetingRoom } from './entry/lobby.js';
import type { Candidate } from './entry/seating.js';
import { Meeting } from './meeting.js';
import type { Broadcast } from './participant-channel.js';
import type { Participant } from './participant.js';

/** Milliseconds that a join waits at most for the room's old messages. */
const OLD_MESSAGES_LIMIT = 1000;

/** What a participant finds on arrival. */
export interface Arrival {
  meeting: Meeting;
  participant: Participant;
  others: Participant[];
  /** The room's newest messages, oldest first. */
  messages: ChatMessage[];
  /** Milliseconds that each step took. */
  steps: JoinSteps;
}

export interface JoinSteps {
  /** To find the meeting, or to begin it. */
  meeting: number;
  /** To read the room's old messages. */
  messages: number;
  /** To open the transports and take the seat. */
  transports: number;
}

interface MeetingsEvents {
  meeting_began: [Meeting];
  /** Somebody wanted to join and could not. */
  refused: [];
}

/** Whoever is sent to another server, waits, has a password to say, or has gone again, was not turned away. */
const notTurnedAway = new Set<ErrorCode>([
  'already_joined',
  'lobby_waiting',
  'meeting_elsewhere',
  'not_joined',
  'password_required',
]);

@Injectable()
export class Meetings extends EventEmitter<MeetingsEvents> implements OnModuleDestroy, OnApplicationShutdown {
  /** By room id; promises, so that two who arrive first at once find the same meeting. */
  private readonly meetings = new Map<string, Promise<Meeting>>();
  private readonly begun = new Set<Meeting>();
  private stopping = false;
  /** How many are being let in. */
  private arriving = 0;
  /** Participants who leave as somebody else arrives in their place, by id. */
  private readonly makingRoom = new Set<string>();
  /** When the meetings that run are ended at the latest, in this process's time; `null` where nobody was given any. */
  private endsAt: number | null = null;

  constructor(
    private readonly workers: WorkerPool,
    private readonly chat: ChatStore,
    private readonly cluster: Cluster,
    private readonly lobby: Lobby,
    private readonly refusals: Refusals,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly logger: PinoLogger,
  ) {
    super();
    logger.setContext(Meetings.name);
    cluster.on('room_closed', (roomId, reason) => void this.endIn(roomId, reason));
    cluster.on('membership_changed', (change) => void this.changeMembershipHere(change));
    cluster.on('room_lost', (roomId) => void this.endIn(roomId, 'meeting_elsewhere'));
  }

  /**
   * Lets a candidate into the room's meeting, which begins with the first, or has them wait in its lobby. `seated` is called
   * as {@link Meeting.join} does.
   *
   * @throws room_full, server_full, unsupported_media, meeting_elsewhere, server_stopping, lobby_waiting, rate_limited
   */
  async join(
    room: MeetingRoom,
    candidate: Candidate,
    caller: Caller,
    seated: (arrival: Arrival) => void,
  ): Promise<void> {
    // Nobody is let in from the lobby whom the meeting does not take.
    (await this.running(room.id))?.assertMayEnter(candidate);

    if (this.lobby.isClosedTo(room, candidate)) {
      await this.knock(room, candidate, caller);
    }

    this.lobby.leave(caller);

    try {
      await this.arrive(room, candidate, seated);
    } catch (error) {
      this.noteLimit(error);
      throw error;
    }
  }

  /** Somebody who asked to join was refused, here or at the door of the room. */
  noteRefusal(code: ErrorCode): void {
    if (!notTurnedAway.has(code)) {
      this.emit('refused');
    }
  }

  /** The meeting that runs in a room, if there is one. */
  async running(roomId: string): Promise<Meeting | undefined> {
    return this.meetings.get(roomId)?.catch(() => undefined);
  }

  /** All that run on this server now. */
  get current(): ReadonlySet<Meeting> {
    return this.begun;
  }

  /** Who has a place on this server: all participants, those whose seat is kept among them, and who is being let in. */
  get placesTaken(): number {
    return [...this.begun].reduce((sum, { participants }) => sum + participants.size, this.arriving);
  }

  /** Whether the server was told to stop, so that no meeting begins here any more. */
  get areStopping(): boolean {
    return this.stopping;
  }

  /** Seconds that meetings have left on a server that was told to stop; `null` where they have not been given any. */
  get secondsLeft(): number | null {
    return this.endsAt === null ? null : Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
  }

  /**
   * From now on no meeting begins here. Those that run go on for so many seconds, and whoever is in one, or comes to one, is
   * told. Resolves when none is left, when their time is over, or when `hurry` is aborted.
   */
  async drain(seconds: number, hurry: AbortSignal): Promise<void> {
    this.stopping = true;
    const running = [...this.meetings.values()];

    if (seconds === 0 || running.length === 0) {
      return;
    }

    this.logger.info({ meetings: running.length, seconds }, 'no meeting begins here any more; those that run may end');
    this.endsAt = performance.now() + seconds * 1000;
    const over = new AbortController();
    const signal = AbortSignal.any([hurry, over.signal]);
    // One for each meeting; Node takes more than ten for a mistake.
    setMaxListeners(0, signal);
    await Promise.race([
      Promise.all(running.map((beginning) => lastOf(beginning, seconds, signal))),
      delay(seconds * 1000, undefined, { signal }).catch(() => undefined),
    ]);
    over.abort();
  }

  /** The rooms whose meetings run on this server. */
  get roomIds(): string[] {
    return [...this.meetings.keys()];
  }

  /** Ends the meeting in a room, if one runs: on this server before it resolves, on another one a moment later. */
  async closeRoom(roomId: string, reason: CloseReason): Promise<void> {
    this.cluster.closeRoom(roomId, reason);
    await this.endIn(roomId, reason);
  }

  /** Has the meeting of a room, wherever it runs, know who is a member of it. */
  async changeMembership(change: MembershipChange): Promise<void> {
    this.cluster.changeMembership(change);
    await this.changeMembershipHere(change);
  }

  /**
   * Has the meetings here know all of rooms in which something may have changed without their having been told.
   *
   * @param roomIds of which the database was asked
   * @param members what it said: ids of users by room id, without those that have been deleted
   * @param at when it was asked, as `performance.now()` tells it
   */
  async heed(roomIds: readonly string[], members: ReadonlyMap<string, ReadonlySet<string>>, at: number): Promise<void> {
    for (const roomId of roomIds) {
      const membersHere = members.get(roomId);

      if (membersHere) {
        (await this.running(roomId))?.replaceMembers(membersHere, at);
      } else {
        await this.endIn(roomId, 'room_deleted');
      }
    }
  }

  /** Tells everyone that the server stops, before the sockets and the workers go. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.roomIds.map((roomId) => this.endIn(roomId, 'server_stopping')));
  }

  onApplicationShutdown(): void {
    this.workers.close();
  }

  /** Takes a place on this server before the first await, as {@link Meeting.join} does in the meeting. */
  private async arrive(room: RoomSummary, candidate: Candidate, seated: (arrival: Arrival) => void): Promise<void> {
    const { maxParticipants } = this.settings.limits;
    const replaced = this.placeReplacedBy(candidate);

    if (maxParticipants > 0 && this.placesTaken - (replaced === null ? 0 : 1) >= maxParticipants) {
      throw new DomainError('server_full');
    }

    let isArriving = true;
    this.arriving += 1;

    if (replaced !== null) {
      this.makingRoom.add(replaced);
    }

    const arrived = () => {
      if (isArriving) {
        isArriving = false;
        this.arriving -= 1;
      }
    };

    try {
      await this.admit(room, candidate, (arrival) => {
        arrived();
        seated(arrival);
      });
    } finally {
      arrived();

      if (replaced !== null) {
        this.makingRoom.delete(replaced);
      }
    }
  }

  /** The id of the participant in whose place a candidate comes; one makes room for one. */
  private placeReplacedBy({ replaces }: Candidate): string | null {
    const isHere = replaces && [...this.begun].some(({ participants }) => participants.has(replaces.id));

    return isHere && !this.makingRoom.has(replaces.id) ? replaces.id : null;
  }

  private noteLimit(error: unknown): void {
    if (error instanceof DomainError && error.code === 'server_full') {
      this.refusals.note('server_participants');
    } else if (error instanceof DomainError && error.code === 'too_many_connections') {
      this.refusals.note('user_seats');
    } else if (error instanceof DomainError && error.code === 'room_full') {
      this.refusals.note('room_participants');
    }
  }

  private async admit(room: RoomSummary, candidate: Candidate, seated: (arrival: Arrival) => void): Promise<void> {
    const asked = performance.now();
    const meeting = await this.meetingIn(room);
    const found = performance.now();

    // It may have ended between the map and here; then the next one begins.
    if (meeting.ended) {
      return this.admit(room, candidate, seated);
    }

    // What happens to the chat between the reading of the old messages and the seat would reach the candidate neither way.
    const meanwhile = new ChatMeanwhile();
    const collect = (broadcast: Broadcast) => meanwhile.note(broadcast);
    meeting.on('broadcast', collect);

    try {
      const stored = await this.recentMessages(meeting, room.id);
      const read = performance.now();
      await meeting.join(room, candidate, (participant, others) =>
        seated({
          meeting,
          participant,
          others,
          messages: meanwhile.newest(stored, limits.recentMessages),
          steps: { meeting: found - asked, messages: read - found, transports: performance.now() - read },
        }),
      );
    } finally {
      meeting.off('broadcast', collect);
    }
  }

  /** Where no meeting runs, nothing begins: whoever may let people in will come to this server or be sent to that of the meeting. */
  private async knock(room: MeetingRoom, candidate: Candidate, caller: Caller): Promise<void> {
    if (!this.meetings.has(room.id)) {
      const host = await this.cluster.hostElsewhere(room.id);

      if (host !== null) {
        throw meetingElsewhere(host);
      }

      if (this.stopping) {
        throw new DomainError('server_stopping');
      }
    }

    await this.lobby.wait(room, candidate, caller);
  }

  private meetingIn(room: RoomSummary): Promise<Meeting> {
    const running = this.meetings.get(room.id);

    if (running) {
      return running;
    }

    if (this.stopping) {
      return this.refuseToBegin(room.id);
    }

    const beginning = this.begin(room);
    this.meetings.set(room.id, beginning);
    beginning.catch(() => this.meetings.delete(room.id));

    return beginning;
  }

  private async begin(room: RoomSummary): Promise<Meeting> {
    const claim = await this.cluster.claim(room.id);

    if (!claim.here) {
      throw meetingElsewhere(claim.server);
    }

    try {
      const logger = this.logger.logger.child({ roomId: room.id });
      const meeting = await Meeting.create(room, this.workers, this.settings.forwarding, logger, {
        perUser: this.settings.limits.maxSeatsPerUser,
        percentPerAddress: this.settings.limits.seatsPerAddressPercent,
      });
      // Each who is joining listens, and a hundred may at once.
      meeting.setMaxListeners(Infinity);
      this.begun.add(meeting);
      this.lobby.attach(meeting);
      meeting.once('ended', () => {
        this.begun.delete(meeting);
        this.meetings.delete(room.id);
        this.cluster.release(room.id);
      });
      this.emit('meeting_began', meeting);

      return meeting;
    } catch (error) {
      this.cluster.release(room.id);
      throw error;
    }
  }

  /** Where another server hosts the room's meeting, this one need not begin it. */
  private async refuseToBegin(roomId: string): Promise<never> {
    const host = await this.cluster.hostElsewhere(roomId);
    throw host === null ? new DomainError('server_stopping') : meetingElsewhere(host);
  }

  private async changeMembershipHere({ roomId, userId, standing }: MembershipChange): Promise<void> {
    (await this.running(roomId))?.changeStanding(userId, standing);
  }

  private async endIn(roomId: string, reason: CloseReason): Promise<void> {
    // One that cannot begin needs no end.
    const meeting = await this.meetings.get(roomId)?.catch(() => undefined);
    meeting?.end(reason);
  }

  /** Nobody waits long for old messages: without them, the client fetches them after it has joined. */
  private async recentMessages(meeting: Meeting, roomId: string): Promise<ChatMessage[]> {
    try {
      const { messages } = await within(OLD_MESSAGES_LIMIT, this.chat.page(roomId, { limit: limits.recentMessages }));
      meeting.newestMessageBefore ??= messages.at(-1)?.sequence ?? 0;

      return messages;
    } catch (error) {
      meeting.newestMessageBefore ??= 0;
      this.logger.warn({ roomId, error: String(error) }, 'recent messages not read');

      return [];
    }
  }
}

/** Tells a meeting how much time it has left, and resolves when it has ended or nobody waits for that any more. */
async function lastOf(beginning: Promise<Meeting>, seconds: number, signal: AbortSignal): Promise<void> {
  // One that cannot begin has ended.
  const meeting = await beginning.catch(() => undefined);

  if (meeting && !meeting.ended) {
    meeting.broadcast({ event: 'server_stopping', payload: { seconds } });
    await once(meeting, 'ended', { signal }).catch(() => undefined);
  }
}

function meetingElsewhere(server: ServerReference): DomainError {
  const { name, url } = server;

  return new DomainError(
    'meeting_elsewhere',
    `The meeting of this room is on the server ${name}${url === null ? '' : `: ${url}`}`,
    undefined,
    server,
  );
}
