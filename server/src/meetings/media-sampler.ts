/** Looks at what the workers count of each participant's media: one after the other, at a pace that costs next to nothing. */
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Consumer, ConsumerStat, Producer, WebRtcTransport } from 'mediasoup/types';
import { within } from '../common/within.js';
import type { MediaWorker } from '../media/media-worker.js';
import type { Meeting } from './meeting.js';
import { Meetings } from './meetings.js';
import type { Participant } from './participant.js';
import { noFigures, StreamDeltas, type StreamFigures } from './stream-deltas.js';

/** Milliseconds from one look at a participant to the next, unless there are too many for that. */
const INTERVAL = 5000;
/**
 * Most questions to the workers in a second. One costs some 80 µs of processor, the worker's part included, so that all of them
 * stay below 1 % of a core however many participants there are; a round through all of them then takes longer.
 */
const QUESTIONS_PER_SECOND = 100;
/** Milliseconds. A worker that hangs never answers. */
const PATIENCE = 1000;

/** Bit/s, retransmissions included, without what ICE, DTLS and RTCP take. */
export interface MediaBitrates {
  incoming: number;
  outgoing: number;
}

/** What has happened on the media of one participant since the look before. */
export interface MediaSample {
  worker: MediaWorker;
  /** Everything on both transports, also what is not media. */
  bytesReceived: number;
  bytesSent: number;
  /** What was sent only to find out how much the participant can receive. */
  probationBytesSent: number;
  /** What participants send to the server, and what the server sends to them. */
  incoming: Record<'audio' | 'video', StreamFigures>;
  outgoing: Record<'audio' | 'video', StreamFigures>;
  /** Bit/s: what the participant can receive, as it is estimated now; `null` where they are sent no video. */
  availableOutgoingBitrate: number | null;
}

/**
 * Counters in the samples are complete but for what a stream or transport did between the last look at it and its end.
 * Whoever shares its figures does not need to ask the workers again.
 */
@Injectable()
export class MediaSampler
  extends EventEmitter<{ sampled: [MediaSample] }>
  implements OnModuleInit, BeforeApplicationShutdown
{
  private readonly bitrates = new WeakMap<Participant, MediaBitrates>();
  private readonly streams = new StreamDeltas();
  private readonly transportBytes = new WeakMap<WebRtcTransport, TransportBytes>();
  /** Paused, and looked at since. */
  private readonly resting = new WeakSet<Consumer>();
  private readonly underWay = new WeakSet<Participant>();
  private readonly stopping = new AbortController();

  constructor(private readonly meetings: Meetings) {
    super();
  }

  onModuleInit(): void {
    void this.goRound();
  }

  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** What arrives from and leaves for all in a meeting, as it was seen last. */
  bitratesOf({ participants }: Meeting): MediaBitrates {
    const sum = { incoming: 0, outgoing: 0 };

    for (const participant of participants.values()) {
      const { incoming, outgoing } = this.bitrates.get(participant) ?? { incoming: 0, outgoing: 0 };
      sum.incoming += incoming;
      sum.outgoing += outgoing;
    }

    return sum;
  }

  private async goRound(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const participants = [...this.meetings.current].flatMap((meeting) => [...meeting.participants.values()]);

      for (const participant of participants) {
        const questions = this.lookAt(participant);
        await this.pause(Math.max(INTERVAL / participants.length, (questions / QUESTIONS_PER_SECOND) * 1000));
      }

      if (participants.length === 0) {
        await this.pause(INTERVAL);
      }
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { ref: false, signal: this.stopping.signal }).catch(() => undefined);
  }

  /** Does not wait for the answers: a worker that hangs must not hold up the look at the others. @returns how many questions it asked */
  private lookAt(participant: Participant): number {
    const { media } = participant;

    if (media.closed || this.underWay.has(participant) || this.stopping.signal.aborted) {
      return 0;
    }

    const producers = [...media.producers.values()].filter(({ closed }) => !closed);
    const consumers = media.allConsumers.filter((consumer) => this.isOfInterest(consumer));
    this.underWay.add(participant);
    const answered = this.ask(participant, producers, consumers)
      // The participant has gone, or has other transports.
      .catch(() => undefined)
      .finally(() => this.underWay.delete(participant));
    within(PATIENCE, answered).catch(() => this.bitrates.delete(participant));

    return 2 + producers.length + consumers.length;
  }

  /** Counters of what is paused stand still. */
  private isOfInterest(consumer: Consumer): boolean {
    if (!consumer.paused && !consumer.producerPaused) {
      this.resting.delete(consumer);

      return true;
    }

    const isKnown = this.resting.has(consumer);
    this.resting.add(consumer);

    return !isKnown;
  }

  private async ask(participant: Participant, producers: Producer[], consumers: Consumer[]): Promise<void> {
    const { placed, sendTransport, recvTransport } = participant.media;
    // All in one tick, so that the worker and this process wake up once.
    const [[sending], [receiving], produced, consumed] = await Promise.all([
      sendTransport.getStats(),
      recvTransport.getStats(),
      Promise.all(producers.map((producer) => statsOf(producer))),
      Promise.all(consumers.map((consumer) => statsOf(consumer))),
    ]);

    if (!sending || !receiving) {
      return;
    }

    this.bitrates.set(participant, {
      incoming: sending.rtpRecvBitrate + sending.rtxRecvBitrate,
      outgoing: receiving.rtpSendBitrate + receiving.rtxSendBitrate,
    });

    const sample: MediaSample = {
      worker: placed.worker,
      ...this.newBytes([
        [sendTransport, sending],
        [recvTransport, receiving],
      ]),
      incoming: { audio: noFigures(), video: noFigures() },
      outgoing: { audio: noFigures(), video: noFigures() },
      availableOutgoingBitrate: consumers.some(({ kind, paused }) => kind === 'video' && !paused)
        ? (receiving.availableOutgoingBitrate ?? null)
        : null,
    };
    producers.forEach((producer, index) =>
      this.streams.add(producer, produced[index] ?? [], sample.incoming[producer.kind]),
    );
    consumers.forEach((consumer, index) =>
      // With its own stream comes that of the producer, which is counted where it arrives.
      this.streams.add(
        consumer,
        (consumed[index] ?? []).filter(({ type }) => type === 'outbound-rtp') as ConsumerStat[],
        sample.outgoing[consumer.kind],
      ),
    );
    this.emit('sampled', sample);
  }

  private newBytes(looks: [WebRtcTransport, TransportBytes][]): TransportBytes {
    const sum = { bytesReceived: 0, bytesSent: 0, probationBytesSent: 0 };

    for (const [transport, { bytesReceived, bytesSent, probationBytesSent }] of looks) {
      const before = this.transportBytes.get(transport);
      sum.bytesReceived += bytesReceived - (before?.bytesReceived ?? 0);
      sum.bytesSent += bytesSent - (before?.bytesSent ?? 0);
      sum.probationBytesSent += probationBytesSent - (before?.probationBytesSent ?? 0);
      this.transportBytes.set(transport, { bytesReceived, bytesSent, probationBytesSent });
    }

    return sum;
  }
}

type TransportBytes = Pick<MediaSample, 'bytesReceived' | 'bytesSent' | 'probationBytesSent'>;

/** One that closes meanwhile has nothing to say; the others have. */
async function statsOf<Stats>(stream: { getStats(): Promise<Stats[]> }): Promise<Stats[]> {
  try {
    return await stream.getStats();
  } catch {
    return [];
  }
}
