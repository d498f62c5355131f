/** One user in one meeting: what they send, what they receive, and how they are reached. */
import { randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { kindOfSource } from '@minimeet/protocol';
import type {
  ConsumerState,
  DeviceInfo,
  DtlsParameters,
  IceParameters,
  Layers,
  Participant as ParticipantOnTheWire,
  ProducerState,
  RequestPayload,
  RtpCapabilities,
  Source,
  VideoSize,
  ViewedTile,
} from '@minimeet/protocol';
import { WorkerClosedError } from 'mediasoup/errors';
import { validateAndNormalizeRtpCapabilities } from 'mediasoup/ortc';
import type { Producer, WebRtcTransport } from 'mediasoup/types';
import type { Logger } from 'pino';
import { DomainError } from '../common/domain-error.js';
import type { ForwardingPlan, PlannedProducer } from './forwarding-plan.js';
import type { ParticipantChannel } from './participant-channel.js';
import { QualityTally } from './quality-tally.js';
import { Reconciler, type FindProducer } from './reconciler.js';
import { sentVideo } from './sent-video.js';

/**
 * Milliseconds between two key frames that a sender is asked for. Browsers make no more than one in about 300 ms; one
 * that is asked for sooner is never made, and mediasoup asks again only after a second.
 */
const keyFrameRequestDelay = 350;

/** Who somebody is, as far as a meeting cares. */
export interface ParticipantIdentity {
  userId: string;
  displayName: string;
  isGuest: boolean;
}

export interface ParticipantOptions {
  identity: ParticipantIdentity;
  deviceInfo: DeviceInfo | null;
  channel: ParticipantChannel;
  sendTransport: WebRtcTransport;
  recvTransport: WebRtcTransport;
  findProducer: FindProducer;
  logger: Logger;
}

interface ParticipantEvents {
  new_producer: [producer: Producer, source: Source];
  producer_paused: [producer: Producer];
  producer_resumed: [producer: Producer];
  producer_closed: [producer: Producer];
  /** What this participant can or wants to receive is other than before. */
  wish_changed: [];
}

export class Participant extends EventEmitter<ParticipantEvents> {
  readonly id = randomUUID();
  readonly joinedAt = new Date();
  /** Proves to be this participant, to whoever comes back after their connection was lost. A secret. */
  readonly resumeToken = randomBytes(24).toString('base64url');
  /** `false` while their connection is lost and they are expected back. */
  connected = true;
  readonly producers = new Map<Source, Producer>();
  /** The highest layers that this participant asked for, by producer id. */
  readonly preferredLayers = new Map<string, Layers>();
  /** What is on this participant's screen; `null`: never told, so everything is. */
  view: readonly ViewedTile[] | null = null;
  /** By producer id, of what this participant sends, where the client told. */
  readonly videoSizes = new Map<string, VideoSize>();
  /** What this participant's client reports of its connection. */
  readonly quality = new QualityTally();
  readonly identity: ParticipantIdentity;
  readonly deviceInfo: DeviceInfo | null;
  readonly channel: ParticipantChannel;
  readonly sendTransport: WebRtcTransport;
  readonly recvTransport: WebRtcTransport;

  /** `null` until the client told what it can receive. */
  private reconciler: Reconciler | null = null;
  /** Sources whose producer is being made. */
  private readonly beginning = new Set<Source>();
  private readonly connectedTransports = new Set<string>();
  private readonly logger: Logger;

  constructor(private readonly options: ParticipantOptions) {
    super();
    this.identity = options.identity;
    this.deviceInfo = options.deviceInfo;
    this.channel = options.channel;
    this.sendTransport = options.sendTransport;
    this.recvTransport = options.recvTransport;
    this.logger = options.logger.child({ participantId: this.id, userId: options.identity.userId });
  }

  get canReceive(): boolean {
    return this.reconciler !== null;
  }

  get consumerCount(): number {
    return this.reconciler?.size ?? 0;
  }

  /** The consumers that this participant's client was told of. */
  get consumers(): ConsumerState[] {
    return this.reconciler?.told ?? [];
  }

  /** Tells what this participant's client can receive; consumers follow. Once is enough. */
  setRtpCapabilities(rtpCapabilities: RtpCapabilities): void {
    if (this.reconciler) {
      throw new DomainError('not_allowed', 'Your RTP capabilities are known already');
    }

    try {
      validateAndNormalizeRtpCapabilities(rtpCapabilities);
    } catch (error) {
      throw new DomainError('unsupported_media', messageOf(error));
    }

    this.reconciler = new Reconciler(
      { transport: this.recvTransport, rtpCapabilities, channel: this.channel, logger: this.logger },
      this.options.findProducer,
    );
    this.emit('wish_changed');
  }

  /** What this participant sends, as the plan looks at it. */
  get plannedProducers(): PlannedProducer[] {
    return [...this.producers].map(([source, { id, kind, rtpParameters }]) => ({
      producerId: id,
      participantId: this.id,
      source,
      video: kind === 'video' ? sentVideo(rtpParameters.encodings ?? [], this.videoSizes.get(id)) : null,
    }));
  }

  /** Takes this participant's part of the plan. */
  apply(plan: ForwardingPlan): void {
    // A wish outlives its consumer: what is out of sight for a while may come back.
    for (const producerId of this.preferredLayers.keys()) {
      if (!this.options.findProducer(producerId)) {
        this.preferredLayers.delete(producerId);
      }
    }

    this.reconciler?.apply(plan.get(this.id) ?? new Map());
  }

  async connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const transport = this.findTransport(transportId);

    // Not by its DTLS state: ICE, and with it the handshake, may begin before this request arrives.
    if (this.connectedTransports.has(transportId)) {
      throw new DomainError('transport_already_connected');
    }

    this.connectedTransports.add(transportId);

    try {
      await this.inMedia(transport.connect({ dtlsParameters }));
    } catch (error) {
      this.connectedTransports.delete(transportId);
      throw error;
    }
  }

  /** New credentials for a transport whose network path broke; media goes on over the path that then works. */
  async restartIce(transportId: string): Promise<IceParameters> {
    return this.inMedia(this.findTransport(transportId).restartIce());
  }

  /**
   * Begins to send a source. It takes the place of what was sent of that source before: a client that never got the
   * answer to its first request asks again.
   *
   * @throws transport_not_found, source_in_use (the first request is still under way), unsupported_media, meeting_ended
   */
  async produce(request: RequestPayload<'produce'>): Promise<Producer> {
    const { transportId, source, kind, rtpParameters, paused, videoSize } = request;

    if (this.findTransport(transportId) !== this.sendTransport) {
      throw new DomainError('transport_not_found', 'Producers go on the send transport');
    }

    if (kind !== kindOfSource[source]) {
      throw new DomainError('unsupported_media', `The source ${source} is ${kindOfSource[source]}, not ${kind}`);
    }

    if (this.beginning.has(source)) {
      throw new DomainError('source_in_use');
    }

    const before = this.producers.get(source);

    if (before) {
      this.closeProducer(before.id);
    }

    this.beginning.add(source);

    try {
      const producer = await this.inMedia(
        this.sendTransport.produce({ kind, rtpParameters, paused, keyFrameRequestDelay }),
      );

      if (this.sendTransport.closed) {
        throw new DomainError('meeting_ended', 'You have left the meeting');
      }

      producer.observer.once('close', () => {
        this.producers.delete(source);
        this.videoSizes.delete(producer.id);
      });
      this.producers.set(source, producer);

      if (videoSize) {
        this.videoSizes.set(producer.id, videoSize);
      }

      this.logger.info({ producerId: producer.id, source, codec: rtpParameters.codecs[0]?.mimeType }, 'produces');
      this.emit('new_producer', producer, source);

      return producer;
    } finally {
      this.beginning.delete(source);
    }
  }

  async pauseProducer(producerId: string): Promise<void> {
    const producer = this.findProducer(producerId);
    await this.inMedia(producer.pause());
    this.assertOpen(producer);
    this.emit('producer_paused', producer);
  }

  async resumeProducer(producerId: string): Promise<void> {
    const producer = this.findProducer(producerId);
    await this.inMedia(producer.resume());
    this.assertOpen(producer);
    this.emit('producer_resumed', producer);
  }

  closeProducer(producerId: string): void {
    const producer = this.findProducer(producerId);
    producer.close();
    this.emit('producer_closed', producer);
  }

  async requestKeyFrame(consumerId: string): Promise<void> {
    await this.inMedia(this.findConsumer(consumerId).slot.requestKeyFrame());
  }

  setPreferredLayers(consumerId: string, layers: Layers): void {
    this.preferredLayers.set(this.findConsumer(consumerId).producerId, layers);
    this.emit('wish_changed');
  }

  /** Tells how large the picture is that a producer of video carries. */
  setVideoSize(producerId: string, videoSize: VideoSize): void {
    this.videoSizes.set(this.findProducer(producerId).id, videoSize);
    this.emit('wish_changed');
  }

  /** Tells all that is on this participant's screen. */
  setView(tiles: readonly ViewedTile[]): void {
    this.view = tiles;
    this.emit('wish_changed');
  }

  /** Closing the transports closes every producer and consumer on them. */
  close(): void {
    this.sendTransport.close();
    this.recvTransport.close();
  }

  describe(): ParticipantOnTheWire {
    return {
      id: this.id,
      ...this.identity,
      joinedAt: this.joinedAt.toISOString(),
      deviceInfo: this.deviceInfo,
      connected: this.connected,
      producers: this.describeProducers(),
    };
  }

  describeProducers(): ProducerState[] {
    return [...this.producers].map(([source, { id, kind, paused }]) => ({ id, source, kind, paused }));
  }

  /** What mediasoup refuses here is what the client sent: its parameters have been checked for their shape only. */
  private async inMedia<Result>(operation: Promise<Result>): Promise<Result> {
    try {
      return await operation;
    } catch (error) {
      if (this.sendTransport.closed) {
        throw new DomainError('meeting_ended', 'You have left the meeting');
      }

      // A worker that is gone is nobody's fault out there.
      throw error instanceof WorkerClosedError ? error : new DomainError('unsupported_media', messageOf(error));
    }
  }

  private assertOpen({ closed }: Producer): void {
    if (closed) {
      throw new DomainError('producer_not_found');
    }
  }

  private findTransport(transportId: string): WebRtcTransport {
    const transport = [this.sendTransport, this.recvTransport].find(({ id }) => id === transportId);

    if (!transport) {
      throw new DomainError('transport_not_found');
    }

    return transport;
  }

  private findProducer(producerId: string): Producer {
    const producer = [...this.producers.values()].find(({ id }) => id === producerId);

    if (!producer) {
      throw new DomainError('producer_not_found');
    }

    return producer;
  }

  private findConsumer(consumerId: string) {
    const consumer = this.reconciler?.find(consumerId);

    if (!consumer) {
      throw new DomainError('consumer_not_found');
    }

    return consumer;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
