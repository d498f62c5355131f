/** One producer on its way to one receiver: from the wish of the plan to packets that flow. */
import type { Consumer as ConsumerOnTheWire, ConsumerState, Layers, Source } from '@minimeet/protocol';
import type { Consumer, Producer, Router, RtpCapabilities, WebRtcTransport } from 'mediasoup/types';
import type { Logger } from 'pino';
import { pace } from '../../common/pace.js';
import type { Pipes, Release } from '../../media/pipes.js';
import type { Forwarding } from './forwarding-plan.js';
import { CongestionWatch } from './congestion-watch.js';
import type { KeyFrameAsker, KeyFrameRequests } from './key-frame-requests.js';
import type { ParticipantChannel } from '../participant-channel.js';

/**
 * Milliseconds between two key frames that one receiver may ask for by itself: each costs the sender and all other receivers many times
 * what a usual frame does. Those that the server asks for, as packets begin to flow, come at once.
 */
const KEY_FRAME_INTERVAL_MS = 2000;
/** Milliseconds until a consumer is offered again that the client refused, and how many times; each time takes twice as long. */
const OFFER_AGAIN = { after: 1000, times: 3 };

export interface SlotOptions {
  producer: Producer;
  /** The router that the producer lives on, and the receiver's. */
  home: Router;
  router: Router;
  pipes: Pipes;
  /** Of the participant who sends. */
  participantId: string;
  source: Source;
  /** Of a producer of video. */
  keyFrameRequests?: KeyFrameRequests | undefined;
  transport: WebRtcTransport;
  rtpCapabilities: RtpCapabilities;
  channel: ParticipantChannel;
  logger: Pick<Logger, 'warn'>;
}

/**
 * Holds what the plan wants now and what mediasoup has. Making a consumer takes two answers, the worker's and the
 * client's; the plan may change its mind before either, so each step looks at the wish again.
 */
export class ConsumerSlot implements KeyFrameAsker {
  private consumer: Consumer | null = null;
  private congestion: CongestionWatch | null = null;
  /** Ends the need for the producer on the receiver's router. */
  private release: Release | null = null;
  private closed = false;
  private unreached = false;
  /** The client answered the offer, so packets will find their receiver. */
  private acknowledged = false;
  private applying = false;
  /** Times that the client refused what was offered. */
  private refusals = 0;
  private again: NodeJS.Timeout | undefined;
  private appliedLayers: Layers | null;
  /** mediasoup's own default. */
  private appliedPriority = 1;
  /** What the client knows. */
  private toldPaused = false;
  private keyFrameAskedAt = -KEY_FRAME_INTERVAL_MS;
  private keyFrameTimer: NodeJS.Timeout | undefined;
  /** Runs while the receiver is sent nothing, having asked for too many key frames. */
  private held: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: SlotOptions,
    private wanted: Forwarding,
    /** One of many, of as many receivers: nobody else waits for all of them. */
    private readonly isPaced: boolean,
  ) {
    this.appliedLayers = wanted.preferredLayers;
    void this.open();
  }

  get consumerId(): string | null {
    return this.consumer?.id ?? null;
  }

  /** `null` while the worker is asked for it, and once it is closed. */
  get current(): Consumer | null {
    return this.consumer?.closed ? null : this.consumer;
  }

  /** Its producer closed, or could not be brought to the receiver's router: the next plan begins anew. */
  get isOver(): boolean {
    return this.options.producer.closed || this.unreached;
  }

  /** What the client was told of its consumer; `null` where it has none. */
  get told(): ConsumerState | null {
    return this.consumer && !this.closed
      ? { id: this.consumer.id, paused: this.toldPaused, congested: this.congestion?.isCongested ?? false }
      : null;
  }

  update(wanted: Forwarding): void {
    this.wanted = wanted;
    this.tellPaused();

    // Most plans change little, and a promise for each consumer in the meeting is not free.
    if (this.consumer && this.differs(this.consumer)) {
      void this.apply();
    }
  }

  /** At once, or as soon as this receiver may have another one; who asks meanwhile gets the same. */
  async requestKeyFrame(): Promise<void> {
    const wait = this.keyFrameAskedAt + KEY_FRAME_INTERVAL_MS - performance.now();

    if (wait <= 0) {
      await this.askForKeyFrame();
    } else {
      this.keyFrameTimer ??= setTimeout(() => {
        this.keyFrameTimer = undefined;
        // It may have closed meanwhile.
        this.askForKeyFrame().catch(() => undefined);
      }, wait).unref();
    }
  }

  private async askForKeyFrame(): Promise<void> {
    this.keyFrameAskedAt = performance.now();
    await this.consumer?.requestKeyFrame();
  }

  async keyFramesAsked(): Promise<number | null> {
    const { current } = this;

    if (!current || current.paused || this.held) {
      return null;
    }

    const stats = await current.getStats();

    return stats.reduce(
      (sum, { type, pliCount, firCount }) => (type === 'outbound-rtp' ? sum + pliCount + firCount : sum),
      0,
    );
  }

  hold(milliseconds: number): void {
    const { logger, participantId } = this.options;

    if (this.closed || this.held) {
      return;
    }

    logger.warn(
      { consumerId: this.consumerId, participantId, milliseconds },
      'a receiver asks for too many key frames: paused',
    );
    this.held = setTimeout(() => {
      this.held = undefined;
      this.update(this.wanted);
    }, milliseconds).unref();
    this.update(this.wanted);
  }

  close(): void {
    if (this.closed) {
      return;
    }

    this.abandon();

    if (this.consumer) {
      this.consumer.close();
      this.options.channel.send('consumer_closed', { consumerId: this.consumer.id });
    }
  }

  private abandon(): void {
    this.closed = true;
    clearTimeout(this.keyFrameTimer);
    clearTimeout(this.again);
    clearTimeout(this.held);
    this.congestion?.close();
    this.options.keyFrameRequests?.remove(this);
    this.release?.();
  }

  private async open(): Promise<void> {
    const { producer, home, router, pipes, transport, rtpCapabilities, channel, logger } = this.options;

    try {
      this.release = await pipes.need(producer, home, router);
      await this.paced();
      this.appliedLayers = this.wanted.preferredLayers;
      this.appliedPriority = 1;

      if (this.closed) {
        this.release();

        return;
      }

      const consumer = await transport.consume({
        producerId: producer.id,
        rtpCapabilities,
        // Resumed after the client's answer: a key frame that comes before the client listens is lost, and the
        // next one may be seconds away.
        paused: true,
        preferredLayers: this.wanted.preferredLayers ?? undefined,
      });
      await this.paced();

      // Meanwhile the receiver may have come to other transports, and the producer may have closed.
      if (this.closed || transport.closed || consumer.closed) {
        this.abandon();
        consumer.close();

        return;
      }

      this.consumer = consumer;
      this.congestion = consumer.type === 'simulcast' ? this.watchCongestion(consumer) : null;
      consumer.on('producerclose', () => this.close());
      // The receiver is gone, or has other transports: there is nobody to tell, or to wait for.
      consumer.on('transportclose', () => {
        this.abandon();
        channel.withdrawOffer(consumer.id);
      });
      consumer.on('producerpause', () => this.tellPaused());
      consumer.on('producerresume', () => this.tellPaused());

      this.toldPaused = this.isPaused(consumer);
      await channel.offerConsumer(this.describe(consumer));
      this.acknowledged = true;
      if (!this.closed) {
        this.options.keyFrameRequests?.add(this);
      }
      await this.apply();
    } catch (error) {
      // A transport or producer that closed in the meantime is no failure; the next plan leaves it out.
      if (!this.closed && !transport.closed && !producer.closed) {
        logger.warn({ producerId: producer.id, error: String(error) }, 'consumer could not be opened');
      }

      const isRefused = this.consumer !== null && !this.acknowledged && !this.closed && !transport.closed;
      if (isRefused && ++this.refusals <= OFFER_AGAIN.times) {
        this.offerAgain();
        return;
      }

      this.unreached = this.release === null;
      this.close();
    }
  }

  private async paced(): Promise<void> {
    if (this.isPaced) {
      await pace.turn();
    }
  }

  private watchCongestion(consumer: Consumer): CongestionWatch {
    return new CongestionWatch(
      consumer,
      () => this.acknowledged && !this.closed && !this.isPaused(consumer),
      (congested) => this.options.channel.send('consumer_congested', { consumerId: consumer.id, congested }),
    );
  }

  /** What a client could not take in a bad moment, it may take in the next: another consumer, after a pause. */
  private offerAgain(): void {
    if (this.consumer) {
      this.consumer.close();
      this.options.channel.send('consumer_closed', { consumerId: this.consumer.id });
    }
    this.consumer = null;
    this.release?.();
    this.release = null;
    this.again = setTimeout(() => void this.open(), OFFER_AGAIN.after * 2 ** (this.refusals - 1)).unref();
  }

  /** Makes mediasoup agree with the wish, which may change while mediasoup is being told. */
  private async apply(): Promise<void> {
    const { consumer } = this;

    if (!consumer || !this.acknowledged || this.applying) {
      return;
    }

    this.applying = true;

    try {
      while (!consumer.closed && this.differs(consumer)) {
        await this.takeOneStep(consumer, this.wanted);
      }
    } catch (error) {
      if (!consumer.closed) {
        this.options.logger.warn({ consumerId: consumer.id, error: String(error) }, 'consumer could not be changed');
      }
    } finally {
      this.applying = false;
      this.congestion?.look();
    }
  }

  /** What does not flow needs neither layers nor a share of the bandwidth. */
  private differs({ paused }: Consumer): boolean {
    return this.isUnwanted !== paused || (!paused && (this.layersDiffer() || this.priorityDiffers()));
  }

  /** Layers and priority before the resumption, so that it begins with what is wanted. */
  private async takeOneStep(consumer: Consumer, { preferredLayers, priority }: Forwarding): Promise<void> {
    if (this.isUnwanted) {
      await consumer.pause();
    } else if (preferredLayers && this.layersDiffer()) {
      await consumer.setPreferredLayers(preferredLayers);
      this.appliedLayers = preferredLayers;
    } else if (this.priorityDiffers()) {
      await consumer.setPriority(priority);
      this.appliedPriority = priority;
    } else {
      await consumer.resume();
    }
  }

  private layersDiffer(): boolean {
    const [wanted, applied] = [this.wanted.preferredLayers, this.appliedLayers];

    return (
      wanted !== null &&
      (wanted.spatialLayer !== applied?.spatialLayer || wanted.temporalLayer !== applied.temporalLayer)
    );
  }

  private priorityDiffers(): boolean {
    return this.wanted.priority !== this.appliedPriority;
  }

  private get isUnwanted(): boolean {
    return this.wanted.paused || this.held !== undefined;
  }

  private isPaused(consumer: Consumer): boolean {
    return consumer.producerPaused || this.isUnwanted;
  }

  private tellPaused(): void {
    this.congestion?.look();

    if (this.consumer && this.isPaused(this.consumer) !== this.toldPaused) {
      this.toldPaused = !this.toldPaused;
      this.options.channel.send(this.toldPaused ? 'consumer_paused' : 'consumer_resumed', {
        consumerId: this.consumer.id,
      });
    }
  }

  private describe(consumer: Consumer): ConsumerOnTheWire {
    return {
      id: consumer.id,
      producerId: consumer.producerId,
      participantId: this.options.participantId,
      source: this.options.source,
      kind: consumer.kind,
      type: consumer.type,
      rtpParameters: consumer.rtpParameters as ConsumerOnTheWire['rtpParameters'],
      paused: this.toldPaused,
    };
  }
}
