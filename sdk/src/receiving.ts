/** The receiving transport of one stay in a meeting, and the consumers on it. */
import type { Consumer as ConsumerOffer, ConsumerState, TransportOptions } from '@minimeet/protocol';
import type { Consumer, RtpParameters } from 'mediasoup-client/types';
import { MeetingError } from './meeting-error.js';
import { openTransport, type TransportContext } from './transport.js';
import { Wave } from './wave.js';

/**
 * On joining, many consumers are offered in one moment, and the browser negotiates about all of them in the time that it takes
 * for one. So the first waits until no other has come for so many milliseconds, but for no longer than the second.
 */
const firstWave = { quiet: 15, longest: 100 };

/** A consumer that the server offered. Until mediasoup-client has made its own, only what was said about it is known. */
interface Incoming {
  offer: ConsumerOffer;
  /** Settles as receive() does. */
  track: Promise<MediaStreamTrack | null>;
  consumer: Consumer | null;
  /** The server sends nothing for now. */
  held: boolean;
}

/** What arrived for an offer. */
export interface Arrival {
  track: MediaStreamTrack;
  held: boolean;
}

export class Receiving {
  private readonly transport;
  private readonly incoming = new Map<string, Incoming>();
  private readonly closed: Promise<never>;
  private wave: Wave | null = null;
  private forsaken = false;

  constructor(options: TransportOptions, context: TransportContext) {
    this.transport = openTransport('recv', options, context);
    this.closed = new Promise((_resolve, reject) => {
      this.transport.observer.on('close', () => reject(new MeetingError('aborted', 'The meeting was left')));
    });
    this.closed.catch(() => undefined);
  }

  /**
   * What was offered, or `null` if its consumer was closed meanwhile; the same when it is offered again, as its answer was
   * lost. Rejects with `unsupported_media` if this device cannot play it.
   */
  async receive(offer: ConsumerOffer): Promise<Arrival | null> {
    const entry = this.incoming.get(offer.id) ?? this.begin(offer);
    const track = await entry.track;
    return track && { track, held: entry.held };
  }

  private begin(offer: ConsumerOffer): Incoming {
    const entry: Incoming = { offer, track: Promise.resolve(null), consumer: null, held: offer.paused };
    this.incoming.set(offer.id, entry);
    entry.track = this.consume(entry);
    return entry;
  }

  private async consume(entry: Incoming): Promise<MediaStreamTrack | null> {
    const { id, producerId, kind, participantId, source } = entry.offer;
    const rtpParameters = entry.offer.rtpParameters as RtpParameters;
    // Lips and voice are synchronised, and a screen with its sound; libwebrtc pairs one audio with one video of a stream.
    const streamId = `${participantId}-${source.startsWith('screen') ? 'screen' : 'person'}`;
    this.wave ??= new Wave(firstWave);
    this.wave.grow();
    let consumer: Consumer;
    try {
      // mediasoup-client leaves consume() unanswered when its transport is closed.
      consumer = await Promise.race([
        this.wave.over.then(() => this.transport.consume({ id, producerId, kind, rtpParameters, streamId })),
        this.closed,
      ]);
    } catch (error) {
      this.incoming.delete(id);
      throw MeetingError.from(error, 'unsupported_media');
    }
    if (this.incoming.get(id) !== entry) {
      consumer.close();
      return null;
    }
    entry.consumer = consumer;
    return consumer.track;
  }

  /** After a time in which nothing was heard: keeps what the server still has, as it has it, and closes the rest. */
  keep(consumers: readonly ConsumerState[]): void {
    const kept = new Map(consumers.map(({ id, paused }) => [id, paused]));
    for (const consumerId of [...this.incoming.keys()]) {
      const held = kept.get(consumerId);
      if (held === undefined) this.closeConsumer(consumerId);
      else this.setHeld(consumerId, held);
    }
  }

  /**
   * Remembers whether the server sends it now. Nothing is done about it here: pausing would negotiate with the browser, once
   * for each change of what is seen and heard, and resuming would lose what arrives before that has ended.
   */
  setHeld(consumerId: string, held: boolean): void {
    const entry = this.incoming.get(consumerId);
    if (entry) entry.held = held;
  }

  isLayered(consumerId: string): boolean {
    const type = this.incoming.get(consumerId)?.offer.type;
    return type === 'simulcast' || type === 'svc';
  }

  closeConsumer(consumerId: string): void {
    // Each would negotiate with the browser, which has better things to do.
    if (!this.forsaken) this.incoming.get(consumerId)?.consumer?.close();
    this.incoming.delete(consumerId);
  }

  /** Nothing comes over this transport any more, and another one is on its way: what ends until close() is only forgotten. */
  forsake(): void {
    this.forsaken = true;
  }

  get consumerIds(): string[] {
    return [...this.incoming.keys()];
  }

  /** Closes what comes from one producer, or from one participant. */
  closeFrom(origin: { producerId: string } | { participantId: string }): void {
    for (const { offer } of this.incoming.values()) {
      const from =
        'producerId' in origin ? offer.producerId === origin.producerId : offer.participantId === origin.participantId;
      if (from) this.closeConsumer(offer.id);
    }
  }

  getStats(): Promise<RTCStatsReport> {
    return this.transport.getStats();
  }

  close(): void {
    this.transport.close();
  }
}
