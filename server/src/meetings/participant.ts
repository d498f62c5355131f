/** One user in one meeting: what they send, what they receive, and how they are reached. */
import { randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type {
  ConsumerState,
  DeviceInfo,
  DtlsParameters,
  Grant,
  IceParameters,
  Layers,
  Participant as ParticipantOnTheWire,
  ProducerState,
  RequestPayload,
  Role,
  RtpCapabilities,
  Source,
  VideoSize,
  ViewedTile,
} from '@minimeet/protocol';
import type { Producer } from 'mediasoup/types';
import type { Logger } from 'pino';
import { DomainError } from '../common/domain-error.js';
import type { PlacedRouter } from '../media/placed-router.js';
import type { ForwardingPlan, PlannedProducer } from './forwarding/forwarding-plan.js';
import type { ParticipantChannel } from './participant-channel.js';
import type { ParticipantMedia } from './participant-media.js';
import { QualityTally } from './record/quality-tally.js';
import { assertHas, granted, mayReceive, rightsToProduce, rightToSend, type Right } from './order/rights.js';

/**
 * What somebody is to a room: administrators stand where its owner does, `sent` is who came with a join token, and a visitor whoever
 * has the link.
 */
export type Standing = 'owner' | 'member' | 'sent' | 'visitor';

/** Who somebody is, as far as a meeting cares. */
export interface ParticipantIdentity {
  userId: string;
  displayName: string;
  isGuest: boolean;
  standing: Standing;
}

export interface ParticipantOptions {
  identity: ParticipantIdentity;
  /** The room's owner or an administrator. */
  isHostByRight: boolean;
  /** The most that they may do, whatever their role is; `null`: all that their role may. */
  grants: readonly Grant[] | null;
  /** What they are until a moderator says otherwise. */
  firstRole: Role;
  role: Role;
  /** What a role may do in the meeting now. */
  rightsOf(role: Role): ReadonlySet<Right>;
  deviceInfo: DeviceInfo | null;
  /** How many pictures their client shows until it tells a view; `null`: all. */
  picturesAtFirst: number | null;
  channel: ParticipantChannel;
  media: ParticipantMedia;
  logger: Logger;
}

interface ParticipantEvents {
  new_producer: [producer: Producer, source: Source];
  producer_paused: [producer: Producer];
  producer_resumed: [producer: Producer];
  producer_closed: [producer: Producer];
  /** It was made again over other transports, and is the same for everybody else. */
  producer_restored: [producer: Producer, source: Source];
  /** This participant's client sends what was restored for it. */
  producer_claimed: [producer: Producer];
  /** What this participant can or wants to receive is other than before. */
  wish_changed: [];
  /** Right before transports of theirs close, as they leave or get others: they still answer what is asked now. */
  media_closing: [];
}

export class Participant extends EventEmitter<ParticipantEvents> {
  readonly id = randomUUID();
  readonly joinedAt = new Date();
  /** Proves to be this participant, to whoever comes back after their connection was lost. A secret. */
  readonly resumeToken = randomBytes(24).toString('base64url');
  /** `false` while their connection is lost and they are expected back. */
  connected = true;
  /** The highest layers that this participant asked for, by producer id. */
  readonly preferredLayers = new Map<string, Layers>();
  /** What is on this participant's screen; `null`: not told yet, so the first few are. */
  view: readonly ViewedTile[] | null = null;
  readonly picturesAtFirst: number | null;
  /** What this participant's client reports of its connection. */
  readonly quality = new QualityTally();
  /** Whether it has reported how joining went, which counts once. */
  hasReportedJoin = false;
  /** Its standing may change while they are here; kept by the {@link Meeting}. */
  identity: ParticipantIdentity;
  readonly isHostByRight: boolean;
  readonly grants: readonly Grant[] | null;
  readonly firstRole: Role;
  /** Kept by the meeting's {@link Moderation}. */
  role: Role;
  readonly deviceInfo: DeviceInfo | null;
  readonly channel: ParticipantChannel;

  private current: ParticipantMedia;
  /** `null` until the client told. */
  private rtpCapabilities: RtpCapabilities | null = null;
  private readonly rightsOf: ParticipantOptions['rightsOf'];
  private readonly logger: Logger;

  constructor(options: ParticipantOptions) {
    super();
    this.identity = options.identity;
    this.isHostByRight = options.isHostByRight;
    this.grants = options.grants;
    this.firstRole = options.firstRole;
    this.role = options.role;
    this.rightsOf = options.rightsOf;
    this.deviceInfo = options.deviceInfo;
    this.picturesAtFirst = options.picturesAtFirst;
    this.channel = options.channel;
    this.logger = options.logger.child({ participantId: this.id, userId: options.identity.userId });
    this.current = options.media;
    this.listenTo(options.media);
  }

  get userId(): string {
    return this.identity.userId;
  }

  get rights(): ReadonlySet<Right> {
    return granted(this.rightsOf(this.role), this.grants);
  }

  /** Their transports, and what is on them. */
  get media(): ParticipantMedia {
    return this.current;
  }

  get placed(): PlacedRouter {
    return this.media.placed;
  }

  get producers(): ReadonlyMap<Source, Producer> {
    return this.media.producers;
  }

  /** Whether their client told what it can receive, and anything may be forwarded to them. */
  get canReceive(): boolean {
    return this.media.canReceive && mayReceive(this.grants);
  }

  get consumerCount(): number {
    return this.media.consumerCount;
  }

  /** The consumers that this participant's client was told of. */
  get consumers(): ConsumerState[] {
    return this.media.consumers;
  }

  /**
   * Tells what this participant's client can receive; consumers follow. Once is enough.
   *
   * @throws not_allowed (it is known already), unsupported_media
   */
  setRtpCapabilities(rtpCapabilities: RtpCapabilities): void {
    if (this.rtpCapabilities) {
      throw new DomainError('not_allowed', 'Your RTP capabilities are known already');
    }

    this.media.receiveWith(rtpCapabilities, this.channel, this.logger);
    this.rtpCapabilities = rtpCapabilities;
    this.emit('wish_changed');
  }

  /**
   * Goes on with other transports. What was sent over the ones before, and was not restored, is over, for the client to send
   * it again.
   */
  replaceMedia(media: ParticipantMedia): void {
    const before = this.media;
    this.current = media;
    this.listenTo(media);
    before.close();
    const restored = new Set([...media.producers.values()].map(({ id }) => id));

    for (const producer of before.producers.values()) {
      if (!restored.has(producer.id)) {
        this.emit('producer_closed', producer);
      }
    }

    for (const [source, producer] of media.producers) {
      this.emit('producer_restored', producer, source);
    }

    this.logger.info({ workerPid: media.placed.worker.worker.pid }, 'has other transports');
  }

  /** The client learns of its transports in this moment, and can be offered what it shall receive over them. */
  takeUpMedia(): void {
    const { media } = this;
    media.awaitClaims();

    if (this.rtpCapabilities && !media.canReceive) {
      media.receiveWith(this.rtpCapabilities, this.channel, this.logger);
      this.emit('wish_changed');
    }
  }

  /** What this participant sends, as the plan looks at it. */
  get plannedProducers(): PlannedProducer[] {
    const { producers, videos } = this.media;

    return [...producers]
      .filter(([, { closed }]) => !closed)
      .map(([source, { id }]) => ({
        producerId: id,
        participantId: this.id,
        source,
        video: videos.get(id) ?? null,
      }));
  }

  /** Takes this participant's part of the plan. */
  apply(plan: ForwardingPlan, producerExists: (producerId: string) => boolean): void {
    // A wish outlives its consumer: what is out of sight for a while may come back.
    for (const producerId of this.preferredLayers.keys()) {
      if (!producerExists(producerId)) {
        this.preferredLayers.delete(producerId);
      }
    }

    this.media.apply(plan.get(this.id) ?? new Map());
  }

  connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    return this.media.connectTransport(transportId, dtlsParameters);
  }

  restartIce(transportId: string): Promise<IceParameters> {
    return this.media.restartIce(transportId);
  }

  /** Who is heard already, over transports that break as well, does not unmute. */
  rightsToProduce({ source, paused }: Pick<RequestPayload<'produce'>, 'source' | 'paused'>): Right[] {
    const isHeard = (['microphone', 'screen_audio'] as const).some(
      (sound) => this.producers.get(sound)?.paused === false,
    );
    // The sound of no screen is somebody's voice.
    const spoken = source === 'screen_audio' && !this.producers.has('screen') ? 'microphone' : source;

    return [rightToSend[source], ...rightsToProduce(spoken, !paused && !isHeard)];
  }

  /** Whether a voice may be heard over it: over a microphone, or as the sound of a screen. */
  isSound(producerId: string): boolean {
    return (['microphone', 'screen_audio'] as const).some((sound) => this.producers.get(sound)?.id === producerId);
  }

  /**
   * As {@link ParticipantMedia.produce}; the others learn of it. What was restored goes on.
   *
   * @throws not_allowed where that has changed while the worker made it
   */
  async produce(request: RequestPayload<'produce'>): Promise<Producer> {
    const { source, rtpParameters, paused } = request;
    const restored = this.media.claim(request);

    if (restored) {
      if (restored.paused !== paused) {
        await (paused ? this.pauseProducer(restored.id) : this.resumeProducer(restored.id));
      }

      this.emit('producer_claimed', restored);

      return restored;
    }

    const needed = this.rightsToProduce(request);
    const producer = await this.media.produce(request);

    if (producer.closed) {
      throw new DomainError('transport_not_found', 'The transport is closed');
    }

    try {
      assertHas(this, needed);
    } catch (error) {
      producer.close();
      throw error;
    }

    this.logger.info({ producerId: producer.id, source, codec: rtpParameters.codecs[0]?.mimeType }, 'produces');
    this.emit('new_producer', producer, source);

    return producer;
  }

  async pauseProducer(producerId: string): Promise<void> {
    this.emit('producer_paused', await this.media.setPaused(producerId, true));
  }

  async resumeProducer(producerId: string): Promise<void> {
    this.emit('producer_resumed', await this.media.setPaused(producerId, false));
  }

  closeProducer(producerId: string): void {
    this.media.closeProducer(producerId);
  }

  requestKeyFrame(consumerId: string): Promise<void> {
    return this.media.requestKeyFrame(consumerId);
  }

  setPreferredLayers(consumerId: string, layers: Layers): void {
    this.preferredLayers.set(this.media.producerOf(consumerId), layers);
    this.emit('wish_changed');
  }

  setVideoSize(producerId: string, videoSize: VideoSize): void {
    this.media.setVideoSize(producerId, videoSize);
    this.emit('wish_changed');
  }

  /** Tells all that is on this participant's screen. */
  setView(tiles: readonly ViewedTile[]): void {
    this.view = tiles;
    this.emit('wish_changed');
  }

  /** Whoever has left closes nothing that anybody still needs to be told of. */
  close(): void {
    this.media.removeAllListeners('producer_closed');
    this.media.close();
  }

  describe(): ParticipantOnTheWire {
    const { userId, displayName, isGuest } = this.identity;

    return {
      id: this.id,
      userId,
      displayName,
      isGuest,
      role: this.role,
      joinedAt: this.joinedAt.toISOString(),
      deviceInfo: this.deviceInfo,
      connected: this.connected,
      producers: this.describeProducers(),
    };
  }

  describeProducers(): ProducerState[] {
    return [...this.producers].map(([source, { id, kind, paused }]) => ({ id, source, kind, paused }));
  }

  private listenTo(media: ParticipantMedia): void {
    media.on('producer_closed', (producer) => this.emit('producer_closed', producer));
    media.on('closing', () => this.emit('media_closing'));
  }
}
