/** What happens in a room from the first arrival to the last departure. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { CloseReason, LeaveReason, RoomSummary, Source } from '@minimeet/protocol';
import type { Producer } from 'mediasoup/types';
import type { Logger } from 'pino';
import { MeetingRouters } from '../media/meeting-routers.js';
import type { PlacedRouter } from '../media/placed-router.js';
import type { WorkerPool } from '../media/worker-pool.js';
import { Absences } from './absences.js';
import { Conversation } from './voices/conversation.js';
import { noSeatLimits, Seating, type Candidate, type SeatLimits } from './entry/seating.js';
import { Standings, type MemberStanding } from './entry/standings.js';
import { Forwarder, type PlanningCost } from './forwarding/forwarder.js';
import type { ForwardingPolicy } from './forwarding/forwarding-plan.js';
import type { Broadcast } from './participant-channel.js';
import { MediaRebuilds } from './media-rebuilds.js';
import { ParticipantMedia } from './participant-media.js';
import { Moderation, type ModerationAct } from './order/moderation.js';
import type { Participant } from './participant.js';

interface MeetingEvents {
  broadcast: [broadcast: Broadcast, except: Participant | null];
  participant_joined: [Participant];
  participant_left: [Participant, LeaveReason];
  /** Their connection was lost, and they are expected back. */
  participant_lost: [Participant];
  /** They are back, after so many milliseconds. */
  participant_back: [Participant, number];
  /** They have become a member of the room, or are none any more. */
  standing_changed: [Participant];
  /** A moderator did something. */
  moderated: [ModerationAct];
  /** They have other transports in place of those that broke. */
  media_rebuilt: [Participant];
  /** A forwarding plan was made and carried out. */
  planned: [PlanningCost];
  /** Participants, producers or consumers are others than before; at most once a tick. */
  changed: [];
  ended: [];
}

export class Meeting extends EventEmitter<MeetingEvents> {
  readonly id = randomUUID();
  readonly beganAt = new Date();
  readonly participants = new Map<string, Participant>();
  /** Most participants at one time, and how many joined in all. */
  peakParticipants = 0;
  totalParticipants = 0;
  /** Chat messages that people wrote in it. */
  messages = 0;
  /** The sequence of the newest chat message that was there when it began; `null` until somebody asked, 0 where nobody could tell. */
  newestMessageBefore: number | null = null;
  ended = false;
  /** Why it was ended for everyone, where it was. */
  closeReason: CloseReason | null = null;

  private readonly standings = new Standings();
  private readonly seating: Seating;
  private readonly forwarder: Forwarder;
  /** What was told last with `changed`. */
  private toldFigures = '';
  private readonly absences = new Absences((participant) => this.leave(participant, 'connection_lost'));
  private readonly rebuilds = new MediaRebuilds({
    open: () => this.openMedia(),
    isHere: ({ id }) => this.participants.has(id),
    rebuilt: (participant) => {
      this.moderation.stopForbidden(participant, participant);
      this.emit('media_rebuilt', participant);
    },
  });
  readonly moderation = new Moderation({
    participants: this.participants,
    broadcast: (broadcast, except) => this.broadcast(broadcast, except),
    dismiss: (participant) => this.leave(participant, 'removed'),
    end: () => this.end('ended'),
    acted: (act) => this.emit('moderated', act),
  });
  private readonly logger: Logger;

  private constructor(
    /** As it was when somebody joined last: its name and its seats may change while people are in it. */
    public room: RoomSummary,
    private readonly routers: MeetingRouters,
    private readonly conversation: Conversation,
    policy: ForwardingPolicy,
    logger: Logger,
    seatLimits: SeatLimits,
  ) {
    super();
    this.logger = logger.child({ meetingId: this.id });
    this.seating = new Seating({
      participants: this.participants,
      moderation: this.moderation,
      seatLimits,
      logger: this.logger,
      hasEnded: () => this.ended,
      openMedia: () => this.openMedia(),
      replace: (participant) => this.leave(participant, 'connection_lost'),
      emptied: () => this.finish(),
    });
    routers.on('lost', (placed) => this.loseRouter(placed));
    this.forwarder = new Forwarder({ policy, participants: this.participants, voices: () => conversation.voices });
    this.forwarder.on('planned', (cost) => {
      this.emit('planned', cost);
      this.tellChange();
    });
    conversation.on('voices_changed', () => this.forwarder.replanVoices());
    conversation.on('active_speakers', (participantIds) =>
      this.broadcast({ event: 'active_speakers', payload: { participantIds } }),
    );
    conversation.on('dominant_speaker', (participantId) =>
      this.broadcast({ event: 'dominant_speaker', payload: { participantId } }),
    );
  }

  static async create(
    room: RoomSummary,
    workers: WorkerPool,
    policy: ForwardingPolicy,
    logger: Logger,
    seatLimits: SeatLimits = noSeatLimits,
  ): Promise<Meeting> {
    const conversation = new Conversation(policy.voices);
    const routers = await MeetingRouters.create({ workers, prepare: (router) => conversation.addRouter(router) });

    return new Meeting(room, routers, conversation, policy, logger, seatLimits);
  }

  /** @throws not_allowed, meeting_locked, as {@link join} would */
  assertMayEnter(candidate: Candidate): void {
    this.seating.assertMayEnter(candidate);
  }

  /**
   * Admits a candidate. `seated` is called in the very moment in which they become a participant, with the others who
   * are there then: all that happens afterwards reaches them through their channel and the broadcasts.
   *
   * @throws not_allowed, meeting_locked, room_full, unsupported_media, meeting_ended
   */
  async join(
    room: RoomSummary & { isOwnerless?: boolean },
    candidate: Candidate,
    seated: (participant: Participant, others: Participant[]) => void,
  ): Promise<void> {
    this.room = room;
    this.moderation.isOwnerless = room.isOwnerless ?? false;
    await this.seating.take(candidate, room.maxParticipants, (participant) => {
      const others = [...this.participants.values()];
      this.standings.admit(participant, candidate.standingAt);
      this.listenTo(participant);
      this.participants.set(participant.id, participant);
      this.totalParticipants += 1;
      this.peakParticipants = Math.max(this.peakParticipants, this.participants.size);
      seated(participant, others);
      this.tellSpeakers(participant);
      this.broadcast({ event: 'user_joined', payload: { participant: participant.describe() } }, participant);
      this.moderation.arrived(participant);
      this.emit('participant_joined', participant);
      this.forwarder.replan();
    });
  }

  /**
   * The way to a participant was lost. Their seat is kept and their media goes on, until {@link welcomeBack} or until so
   * many seconds have passed; then they have left.
   */
  expectBack(participant: Participant, graceSeconds: number): void {
    if (!this.participants.has(participant.id)) {
      return;
    }

    this.absences.begin(participant, graceSeconds);
    this.tellConnection(participant, false);
    this.emit('participant_lost', participant);
  }

  /** They can be reached again, through the channel that they have. What they missed is theirs to ask for. */
  welcomeBack(participant: Participant): void {
    const away = this.absences.end(participant);

    if (away !== null) {
      this.tellConnection(participant, true);
      this.emit('participant_back', participant, away);
    }

    const { activeSpeakerIds: participantIds, dominantSpeakerId: participantId } = this.conversation;
    participant.channel.send('active_speakers', { participantIds });
    participant.channel.send('dominant_speaker', { participantId });
    this.forwarder.tellAgain(participant);

    if (participant.media.closed || this.rebuilds.has(participant)) {
      participant.channel.send('media_lost', {});
    }
  }

  /**
   * Gives a participant other transports, on a worker that runs, in place of those that broke. They keep their seat, and
   * what they want to see; what they send is theirs to send again, and goes on as it was for the others where it can. Who
   * asks again meanwhile gets the same.
   *
   * @throws not_joined (they have left meanwhile)
   */
  rebuildMedia(participant: Participant): Promise<void> {
    return this.rebuilds.take(participant);
  }

  /** A user has become a member of the room, or is none any more. Whoever owns it stands above that. */
  changeStanding(userId: string, standing: MemberStanding): void {
    this.standings.change(userId, { standing, at: performance.now() });
    this.applyStandings([...this.participants.values()].filter((participant) => participant.userId === userId));
  }

  /**
   * The same for all that may have changed without having been told.
   *
   * @param members ids of users
   * @param at when the database was asked for them, as `performance.now()` tells it
   */
  replaceMembers(members: ReadonlySet<string>, at: number): void {
    this.standings.replace(members, at);
    this.applyStandings(this.participants.values());
  }

  /** All participants of the user behind one of them; none where there is no such participant. */
  windowsOf(participantId: string): Participant[] {
    const userId = this.participants.get(participantId)?.userId;

    return [...this.participants.values()].filter((participant) => participant.userId === userId);
  }

  /** Whoever left already stays left. */
  leave(participant: Participant, reason: LeaveReason): void {
    if (!this.participants.delete(participant.id)) {
      return;
    }

    this.absences.end(participant);
    this.rebuilds.forget(participant);
    participant.close();
    this.broadcast({ event: 'user_left', payload: { participantId: participant.id, reason } });
    this.moderation.left(participant);
    this.conversation.leave(participant.id);
    this.emit('participant_left', participant, reason);
    this.forwarder.replan();
    this.seating.left(participant);
  }

  /** Ends it for everyone. When this returns they have been told the reason and have left. */
  end(reason: CloseReason): void {
    if (this.ended) {
      return;
    }

    this.closeReason = reason;
    this.broadcast({ event: 'room_closed', payload: { reason } });

    for (const participant of this.participants.values()) {
      this.participants.delete(participant.id);
      participant.close();
      this.emit('participant_left', participant, 'meeting_ended');
    }

    this.finish();
  }

  broadcast(broadcast: Broadcast, except: Participant | null = null): void {
    this.emit('broadcast', broadcast, except);
  }

  /** How much there is of everything now. */
  get figures(): { participants: number; producers: number; consumers: number } {
    const participants = [...this.participants.values()];

    return {
      participants: participants.length,
      producers: participants.reduce((sum, { producers }) => sum + producers.size, 0),
      consumers: participants.reduce((sum, { consumerCount }) => sum + consumerCount, 0),
    };
  }

  /** Ways between its routers over which something is forwarded now. */
  get pipes(): number {
    return this.routers.pipes.size;
  }

  /** How many of these lead to each of its routers. */
  get pipesByRouter(): Map<PlacedRouter, number> {
    const { all, pipes } = this.routers;

    return new Map([...all].map((placed) => [placed, pipes.leadingTo(placed.router)]));
  }

  private applyStandings(participants: Iterable<Participant>): void {
    for (const participant of participants) {
      if (this.standings.applyTo(participant)) {
        this.emit('standing_changed', participant);
      }
    }
  }

  /** Transports on the least loaded router; on another one, should that router's worker die meanwhile. */
  private async openMedia(): Promise<ParticipantMedia> {
    const placed = await this.routers.place();
    const media = await ParticipantMedia.open({
      placed,
      pipes: this.routers.pipes,
      findProducer: (producerId) => this.forwarder.findProducer(producerId),
    }).catch((error: unknown) => {
      if (placed.router.closed && !this.ended) {
        return null;
      }

      throw error;
    });

    return media === null || (media.closed && !this.ended) ? this.openMedia() : media;
  }

  /** Those who were on it keep their seats, and their clients ask for other transports; the others go on. */
  private loseRouter(lost: PlacedRouter): void {
    for (const participant of this.participants.values()) {
      if (participant.placed === lost) {
        participant.channel.send('media_lost', {});
        this.rebuilds.foresee(participant);
      }
    }
  }

  /** Whoever comes while somebody speaks sees it at once, and not with the next change. */
  private tellSpeakers({ channel }: Participant): void {
    const { activeSpeakerIds: participantIds, dominantSpeakerId: participantId } = this.conversation;

    if (participantIds.length > 0) {
      channel.send('active_speakers', { participantIds });
    }

    if (participantId !== null) {
      channel.send('dominant_speaker', { participantId });
    }
  }

  private tellConnection(participant: Participant, connected: boolean): void {
    participant.connected = connected;
    this.broadcast(
      { event: 'participant_connection', payload: { participantId: participant.id, connected } },
      participant,
    );
  }

  private listenTo(participant: Participant): void {
    const participantId = participant.id;

    participant.on('wish_changed', () => this.forwarder.replan());
    participant.on('new_producer', (producer, source) => {
      const { id, kind, paused } = producer;
      this.broadcast(
        { event: 'new_producer', payload: { participantId, producer: { id, source, kind, paused } } },
        participant,
      );
      this.takeIn(participant, producer, source);
    });
    participant.on('producer_restored', (producer, source) => this.takeIn(participant, producer, source));
    participant.on('producer_claimed', () => this.forwarder.tellAgain(participant));
    participant.on('producer_paused', ({ id: producerId }) =>
      this.broadcast({ event: 'producer_paused', payload: { participantId, producerId } }, participant),
    );
    participant.on('producer_resumed', ({ id: producerId }) =>
      this.broadcast({ event: 'producer_resumed', payload: { participantId, producerId } }, participant),
    );
    participant.on('producer_closed', ({ id: producerId }) => {
      this.broadcast({ event: 'producer_closed', payload: { participantId, producerId } }, participant);
      this.forwarder.replan();
    });
  }

  private takeIn({ id, placed }: Participant, producer: Producer, source: Source): void {
    this.forwarder.replan();

    if (source === 'microphone') {
      this.conversation.add(producer, id, placed.router).catch((error: unknown) => {
        if (!producer.closed) {
          this.logger.warn({ producerId: producer.id, error: String(error) }, 'microphone level cannot be measured');
        }
      });
    }
  }

  /** Plans are made more often than anything changes in number: with each change of who speaks. */
  private tellChange(): void {
    const figures = JSON.stringify([this.totalParticipants, this.figures]);

    if (figures !== this.toldFigures) {
      this.toldFigures = figures;
      this.emit('changed');
    }
  }

  private finish(): void {
    if (!this.ended) {
      this.ended = true;
      this.absences.clear();
      this.forwarder.close();
      this.conversation.close();
      this.routers.close();
      this.emit('ended');
    }
  }
}
