/** One look at what the workers count of a participant's media, and what is new since the look before. */
import type { Consumer, ConsumerStat, Producer, WebRtcTransport } from 'mediasoup/types';
import type { MediaWorker } from '../../media/media-worker.js';
import type { Participant } from '../participant.js';
import { noFigures, StreamDeltas, type StreamFigures } from './stream-deltas.js';

/** What has happened on the media of one participant since the look before. */
export interface MediaSample {
  worker: MediaWorker;
  /** When it was counted: milliseconds on the machine's clock that never goes back, which all its workers read. */
  at: number;
  /** Everything on both transports, also what is not media. */
  bytesReceived: number;
  bytesSent: number;
  /** What was sent only to find out how much the participant can receive. */
  probationBytesSent: number;
  /** What participants send to the server, and what the server sends to them. */
  incoming: Record<'audio' | 'video', StreamFigures>;
  outgoing: Record<'audio' | 'video', StreamFigures>;
  /** Bit/s now, as the worker measures it: media and retransmissions, without what ICE, DTLS and RTCP take. */
  incomingBitrate: number;
  outgoingBitrate: number;
  /** Bit/s: what the participant can receive, as it is estimated now; `null` where they are sent no video. */
  availableOutgoingBitrate: number | null;
}

type TransportBytes = Pick<MediaSample, 'bytesReceived' | 'bytesSent' | 'probationBytesSent'>;

export interface MediaLook {
  /** How many the worker is asked. */
  questions: number;
  /** Rejects where the transports close meanwhile; never settles while the worker hangs. */
  sample: Promise<MediaSample>;
}

/** Remembers what was seen, for as long as there is what it was seen of. */
export class MediaLooks {
  private readonly streams = new StreamDeltas();
  private readonly transportBytes = new WeakMap<WebRtcTransport, TransportBytes>();
  /** Paused, and looked at since. */
  private readonly resting = new WeakSet<Consumer>();

  lookAt({ media }: Participant): MediaLook {
    const producers = [...media.producers.values()].filter(({ closed }) => !closed);
    const consumers = media.allConsumers.filter((consumer) => this.isOfInterest(consumer));

    return {
      questions: 2 + producers.length + consumers.length,
      sample: this.ask(media, producers, consumers),
    };
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

  private async ask(
    { placed, sendTransport, recvTransport }: Participant['media'],
    producers: Producer[],
    consumers: Consumer[],
  ): Promise<MediaSample> {
    // All in one tick, so that the worker and this process wake up once.
    const [[sending], [receiving], produced, consumed] = await Promise.all([
      sendTransport.getStats(),
      recvTransport.getStats(),
      Promise.all(producers.map((producer) => statsOf(producer))),
      Promise.all(consumers.map((consumer) => statsOf(consumer))),
    ]);

    if (!sending || !receiving) {
      throw new Error('a worker told nothing of a transport');
    }

    const sample: MediaSample = {
      worker: placed.worker,
      at: sending.timestamp,
      ...this.newBytes([
        [sendTransport, sending],
        [recvTransport, receiving],
      ]),
      incoming: { audio: noFigures(), video: noFigures() },
      outgoing: { audio: noFigures(), video: noFigures() },
      incomingBitrate: sending.rtpRecvBitrate + sending.rtxRecvBitrate,
      outgoingBitrate: receiving.rtpSendBitrate + receiving.rtxSendBitrate,
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

    return sample;
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

/** One that closes meanwhile has nothing to say; the others have. */
async function statsOf<Stats>(stream: { getStats(): Promise<Stats[]> }): Promise<Stats[]> {
  try {
    return await stream.getStats();
  } catch {
    return [];
  }
}
