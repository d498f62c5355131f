/** What one participant sends and receives on one router: two transports, and the producers and consumers on them. */
import { EventEmitter } from 'node:events';
import { kindOfSource } from '@minimeet/protocol';
import type {
  ConsumerState,
  DtlsParameters,
  IceParameters,
  RequestPayload,
  RtpCapabilities,
  Source,
  VideoSize,
} from '@minimeet/protocol';
import { WorkerClosedError } from 'mediasoup/errors';
import { validateAndNormalizeRtpCapabilities } from 'mediasoup/ortc';
import type { Consumer, Producer, WebRtcTransport } from 'mediasoup/types';
import type { Logger } from 'pino';
import { DomainError } from '../common/domain-error.js';
import type { Pipes } from '../media/pipes.js';
import type { PlacedRouter } from '../media/placed-router.js';
import type { Forwarding } from './forwarding/forwarding-plan.js';
import type { ParticipantChannel } from './participant-channel.js';
import { areAlike, withoutSsrcs } from './recognised-again.js';
import { KeyFrameRequests } from './forwarding/key-frame-requests.js';
import { Reconciler, type FindProducer } from './forwarding/reconciler.js';
import { sentVideo, type SentVideo } from './forwarding/sent-video.js';

/**
 * Milliseconds between two key frames that a sender is asked for, whoever of its receivers asks: in a crowd, anyone who begins to see
 * the video may wait as long. What one receiver may cause is bounded by {@link KeyFrameRequests}.
 */
const keyFrameRequestDelay = 350;

/** Milliseconds that a client has to send again what was restored for it. */
const claimWithin = 10_000;

export interface MediaOptions {
  placed: PlacedRouter;
  pipes: Pipes;
  findProducer: FindProducer;
}

interface MediaEvents {
  /** By whoever sends it, and not with the transports. */
  producer_closed: [producer: Producer];
  /** Right before its transports close: they still answer what is asked now. */
  closing: [];
}

export class ParticipantMedia extends EventEmitter<MediaEvents> {
  /** Those that closed with the transport are still among them: others take their place. */
  readonly producers = new Map<Source, Producer>();
  /** What a camera or a screen sends, by producer id. */
  readonly videos = new Map<string, SentVideo>();
  /** Of the same, by producer id. */
  readonly keyFrameRequests = new Map<string, KeyFrameRequests>();

  /** `null` until the client told what it can receive. */
  private reconciler: Reconciler | null = null;
  /** Sources whose producer is being made. */
  private readonly beginning = new Set<Source>();
  private readonly connectedTransports = new Set<string>();
  /** Of {@link producers}: those that were restored, and that the client has not said to send yet. */
  private readonly unclaimed = new Map<Source, Producer>();
  private claiming: NodeJS.Timeout | undefined;

  private constructor(
    private readonly options: MediaOptions,
    readonly sendTransport: WebRtcTransport,
    readonly recvTransport: WebRtcTransport,
  ) {
    super();
  }

  /** Rejects when the worker has died. */
  static async open(options: MediaOptions): Promise<ParticipantMedia> {
    const { placed } = options;
    const made = await Promise.allSettled([placed.createTransport('send'), placed.createTransport('recv')]);
    const [send, recv] = made;

    if (send.status === 'fulfilled' && recv.status === 'fulfilled') {
      return new ParticipantMedia(options, send.value, recv.value);
    }

    for (const transport of made) {
      if (transport.status === 'fulfilled') {
        transport.value.close();
      }
    }

    throw send.status === 'rejected' ? send.reason : (recv as PromiseRejectedResult).reason;
  }

  get placed(): PlacedRouter {
    return this.options.placed;
  }

  /** The transports that the client is connecting, or has connected. */
  get asked(): WebRtcTransport[] {
    return [this.sendTransport, this.recvTransport].filter(({ id }) => this.connectedTransports.has(id));
  }

  /** Its worker died, or it was closed. */
  get closed(): boolean {
    return this.sendTransport.closed || this.recvTransport.closed;
  }

  get canReceive(): boolean {
    return this.reconciler !== null && !this.closed;
  }

  get consumerCount(): number {
    return this.reconciler?.size ?? 0;
  }

  /** All consumers that there are, whether or not the client knows of them. */
  get allConsumers(): Consumer[] {
    return this.reconciler?.consumers ?? [];
  }

  /** The consumers that the client was told of. */
  get consumers(): ConsumerState[] {
    return this.reconciler?.told ?? [];
  }

  /**
   * Makes producers as there were over transports that are closed now, under the same ids, for what the client will send
   * again. What could not be told apart is left out.
   */
  async restore(before: ParticipantMedia): Promise<void> {
    const inOrder = [...before.producers]
      // What the client has not even claimed, it does not send.
      .filter(([source]) => !before.unclaimed.has(source))
      .sort(([, one], [, other]) => midOf(one) - midOf(other));
    const restoring = inOrder.map(async ([source, { id, kind, rtpParameters, paused }], index) => {
      const recognisable = withoutSsrcs(rtpParameters);

      if (recognisable) {
        const producer = await this.sendTransport.produce({
          id,
          kind,
          // Browsers count what they send over a connection from 0 on.
          rtpParameters: { ...recognisable, mid: String(index) },
          paused,
          keyFrameRequestDelay,
        });

        // Somebody may have ended it in the meantime.
        if (before.producers.get(source)?.id !== id) {
          producer.close();

          return;
        }

        this.keep(source, producer, before.videos.get(id));
        this.unclaimed.set(source, producer);
      }
    });
    // What fails is for the client to send anew, as is everything where the worker died.
    await Promise.allSettled(restoring);
  }

  /** The client knows these transports now. It sends what was restored, or that ends. */
  awaitClaims(): void {
    this.claiming ??= setTimeout(() => this.closeUnclaimed(), claimWithin);
  }

  /** What was restored of a source, if it is what the client says to send; if not, nothing that was restored will be right. */
  claim({ transportId, source, rtpParameters, videoSize }: RequestPayload<'produce'>): Producer | null {
    // Said before the client knew these transports.
    if (transportId !== this.sendTransport.id) {
      return null;
    }

    const restored = this.unclaimed.get(source);

    if (restored && !restored.closed && areAlike(restored.rtpParameters, rtpParameters)) {
      this.unclaimed.delete(source);

      if (videoSize) {
        this.setVideoSize(restored.id, videoSize);
      }

      return restored;
    }

    this.closeUnclaimed();

    return null;
  }

  /**
   * Begins to receive what {@link apply} says. Once is enough.
   *
   * @throws unsupported_media
   */
  receiveWith(rtpCapabilities: RtpCapabilities, channel: ParticipantChannel, logger: Logger): void {
    try {
      validateAndNormalizeRtpCapabilities(rtpCapabilities);
    } catch (error) {
      throw new DomainError('unsupported_media', messageOf(error));
    }

    const { placed, pipes, findProducer } = this.options;
    this.reconciler = new Reconciler(
      { transport: this.recvTransport, router: placed.router, pipes, rtpCapabilities, channel, logger },
      findProducer,
    );
  }

  apply(forwardings: ReadonlyMap<string, Forwarding>): void {
    this.reconciler?.apply(forwardings);
  }

  async connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const transport = this.findTransport(transportId);

    // Not by its DTLS state: ICE, and with it the handshake, may begin before this request arrives.
    if (this.connectedTransports.has(transportId)) {
      throw new DomainError('transport_already_connected');
    }

    this.connectedTransports.add(transportId);

    try {
      await this.ask(transport.connect({ dtlsParameters }));
    } catch (error) {
      this.connectedTransports.delete(transportId);
      throw error;
    }
  }

  /** New credentials for a transport whose network path broke; media goes on over the path that then works. */
  async restartIce(transportId: string): Promise<IceParameters> {
    return this.ask(this.findTransport(transportId).restartIce());
  }

  /**
   * Begins to send a source. It takes the place of what was sent of that source before: a client that never got the
   * answer to its first request asks again.
   *
   * @throws transport_not_found, source_in_use (the first request is still under way), unsupported_media
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

    this.producers.get(source)?.close();
    this.beginning.add(source);

    try {
      const producer = await this.ask(
        this.sendTransport.produce({ kind, rtpParameters, paused, keyFrameRequestDelay }),
      );

      if (this.sendTransport.closed) {
        producer.close();
        throw transportIsGone();
      }

      this.keep(
        source,
        producer,
        kind === 'video' ? sentVideo(producer.rtpParameters.encodings ?? [], videoSize) : undefined,
      );

      return producer;
    } finally {
      this.beginning.delete(source);
    }
  }

  async setPaused(producerId: string, paused: boolean): Promise<Producer> {
    const producer = this.findProducer(producerId);
    await this.ask(paused ? producer.pause() : producer.resume());

    if (producer.closed) {
      throw new DomainError('producer_not_found');
    }

    return producer;
  }

  /** Of what closed with its transport, nothing will be restored. */
  closeProducer(producerId: string): void {
    const [source, producer] = this.findEntry(producerId);

    if (producer.closed) {
      this.forget(source, producer);
    } else {
      producer.close();
    }
  }

  /** Tells how large the picture is that a producer of video carries. */
  setVideoSize(producerId: string, videoSize: VideoSize): void {
    const { id, kind, rtpParameters } = this.findProducer(producerId);

    if (kind === 'video') {
      this.videos.set(id, sentVideo(rtpParameters.encodings ?? [], videoSize));
    }
  }

  async requestKeyFrame(consumerId: string): Promise<void> {
    await this.ask(this.findConsumer(consumerId).slot.requestKeyFrame());
  }

  /** @throws consumer_not_found */
  producerOf(consumerId: string): string {
    return this.findConsumer(consumerId).producerId;
  }

  /** Closing the transports closes every producer and consumer on them. */
  close(): void {
    if (!this.closed) {
      this.emit('closing');
    }

    clearTimeout(this.claiming);
    this.sendTransport.close();
    this.recvTransport.close();
  }

  private keep(source: Source, producer: Producer, video: SentVideo | undefined): void {
    this.producers.set(source, producer);

    if (video) {
      this.videos.set(producer.id, video);
      this.keyFrameRequests.set(producer.id, new KeyFrameRequests(producer));
    }

    producer.observer.once('close', () => {
      if (!this.sendTransport.closed) {
        this.forget(source, producer);
      }
    });
  }

  private forget(source: Source, producer: Producer): void {
    this.producers.delete(source);
    this.videos.delete(producer.id);
    this.keyFrameRequests.delete(producer.id);
    this.unclaimed.delete(source);
    this.emit('producer_closed', producer);
  }

  private closeUnclaimed(): void {
    for (const producer of this.unclaimed.values()) {
      producer.close();
    }
  }

  /** What mediasoup refuses here is what the client sent: its parameters have been checked for their shape only. */
  private async ask<Result>(operation: Promise<Result>): Promise<Result> {
    try {
      return await operation;
    } catch (error) {
      // Of a worker that died, this may be heard before the transport is closed.
      throw this.closed || error instanceof WorkerClosedError
        ? transportIsGone()
        : new DomainError('unsupported_media', messageOf(error));
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
    return this.findEntry(producerId)[1];
  }

  private findEntry(producerId: string): [Source, Producer] {
    const entry = [...this.producers].find(([, { id }]) => id === producerId);

    if (!entry) {
      throw new DomainError('producer_not_found');
    }

    return entry;
  }

  private findConsumer(consumerId: string) {
    const consumer = this.reconciler?.find(consumerId);

    if (!consumer) {
      throw new DomainError('consumer_not_found');
    }

    return consumer;
  }
}

function midOf({ rtpParameters }: Producer): number {
  return Number(rtpParameters.mid);
}

function transportIsGone(): DomainError {
  return new DomainError('transport_not_found', 'The transport is closed');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
