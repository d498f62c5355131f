/** One look at what the workers count of a participant's media, and what is new since the look before. */
import type { Consumer, ConsumerStat, Producer, WebRtcTransport, WebRtcTransportStat } from 'mediasoup/types';
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
  /** Of what was received, what had the right keys and was of something that the participant sends. */
  mediaBytesReceived: number;
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

type TransportBytes = Pick<MediaSample, 'bytesReceived' | 'bytesSent' | 'mediaBytesReceived' | 'probationBytesSent'>;

const noBytes: TransportBytes = { bytesReceived: 0, bytesSent: 0, mediaBytesReceived: 0, probationBytesSent: 0 };

export interface MediaLook {
  /** How many the worker is asked. */
  questions: number;
  /** Rejects where the transports are closed; never settles while the worker hangs. */
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

  /** Of the transports alone: what came and went over them since the look before. */
  lookAtTransports({ media }: Participant): Promise<MediaSample> {
    return this.ask(media, [], []);
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
        [sendTransport, countedOf(sending)],
        [recvTransport, countedOf(receiving)],
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
    const sum = { ...noBytes };

    for (const [transport, counted] of looks) {
      const before = this.transportBytes.get(transport) ?? noBytes;

      const newest = { ...before };

      for (const name of Object.keys(noBytes) as (keyof TransportBytes)[]) {
        // Of two looks whose answers come at once, the later one may be read first.
        newest[name] = Math.max(before[name], counted[name]);
        sum[name] += newest[name] - before[name];
      }

      this.transportBytes.set(transport, newest);
    }

    return sum;
  }
}

function countedOf({
  bytesReceived,
  bytesSent,
  probationBytesSent,
  rtpBytesReceived,
  rtxBytesReceived,
}: WebRtcTransportStat): TransportBytes {
  return { bytesReceived, bytesSent, probationBytesSent, mediaBytesReceived: rtpBytesReceived + rtxBytesReceived };
}

/** One that closes meanwhile has nothing to say; the others have. */
async function statsOf<Stats>(stream: { getStats(): Promise<Stats[]> }): Promise<Stats[]> {
  try {
    return await stream.getStats();
  } catch {
    return [];
  }
}
