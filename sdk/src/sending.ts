/** The sending transport of one stay in a meeting. */
import { kindOfSource, type RequestInput, type Source, type TransportOptions } from '@minimeet/protocol';
import type { Producer, RtpEncodingParameters, RtpParameters } from 'mediasoup-client/types';
import { encodingOf } from './encodings.js';
import { MeetingError } from './meeting-error.js';
import { randomId } from './random-id.js';
import { openTransport, type TransportContext } from './transport.js';

export interface Outgoing {
  source: Source;
  track: MediaStreamTrack;
  paused: boolean;
  encodings?: RtpEncodingParameters[];
}

export class Sending {
  private readonly transport;

  constructor(
    options: TransportOptions,
    private readonly context: TransportContext,
  ) {
    this.transport = openTransport('send', options, context);
    // mediasoup-client makes one producer after the other, each until it has an id. The server's id would cost each of
    // them a round trip, so it gets one of ours, and the server's is awaited outside of its queue.
    this.transport.on('produce', ({ appData, rtpParameters }, callback) => {
      (appData.register as (rtpParameters: RtpParameters) => void)(rtpParameters);
      callback({ id: randomId() });
    });
  }

  /** Sends a track to the server. Rejects with the server's error, or `not_supported` when the track cannot be encoded. */
  async send({ source, track, paused, encodings }: Outgoing): Promise<SentMedia> {
    const { device, signaling } = this.context;
    const encoding = encodingOf(source, track.getSettings(), device.sendRtpCapabilities);
    let registration: Promise<{ producerId: string }> | undefined;
    const register = (rtpParameters: RtpParameters) => {
      registration = signaling.request('produce', {
        transportId: this.transport.id,
        kind: kindOfSource[source],
        source,
        // mediasoup-client types codec parameters as unknown; they are read from SDP, and so numbers and strings.
        rtpParameters: rtpParameters as RequestInput<'produce'>['rtpParameters'],
        paused,
      });
      // It is awaited below, where a connection that is lost already would have rejected it unheard.
      registration.catch(() => undefined);
    };
    let producer: Producer;
    try {
      producer = await this.transport.produce({
        ...encoding,
        track,
        ...(encodings && { encodings: encodings.map((layer) => ({ ...layer })) }),
        stopTracks: false,
        zeroRtpOnPause: true,
        appData: { register },
      });
    } catch (error) {
      throw MeetingError.from(error, 'not_supported');
    }
    if (paused) producer.pause();
    try {
      const { producerId } = await registration!;
      return new SentMedia(producerId, producer, paused, this.context);
    } catch (error) {
      producer.close();
      throw error;
    }
  }

  /** Ends a producer that only the server knows of, as its answer was lost. */
  async closeStray(producerId: string): Promise<void> {
    await this.context.signaling.request('close_producer', { producerId });
  }

  getStats(): Promise<RTCStatsReport> {
    return this.transport.getStats();
  }

  close(): void {
    this.transport.close();
  }
}

/** A track that the server has a producer for. A paused one sends nothing at all, and its track is disabled. */
export class SentMedia {
  constructor(
    readonly producerId: string,
    private readonly producer: Producer,
    /** What the server believes. */
    private pausedThere: boolean,
    private readonly context: TransportContext,
  ) {}

  get track(): MediaStreamTrack | null {
    return this.producer.track;
  }

  get paused(): boolean {
    return this.pausedThere;
  }

  /** What the server says after a time in which answers were lost; here, the flow is as it is `wanted`. */
  learnPaused(pausedThere: boolean, wanted: boolean): void {
    this.pausedThere = pausedThere;
    if (pausedThere || wanted) this.pauseHere();
    else if (!this.producer.closed) this.producer.resume();
  }

  /** The server does not have it any more. */
  closeHere(): void {
    this.producer.close();
  }

  /** Stops the flow here at once; the server and so the others learn of it by setPaused(). */
  pauseHere(): void {
    if (!this.producer.closed) this.producer.pause();
  }

  async setPaused(paused: boolean): Promise<void> {
    const { producerId } = this;
    if (paused) this.pauseHere();
    else if (!this.producer.closed) this.producer.resume();
    try {
      await this.context.signaling.request(paused ? 'pause_producer' : 'resume_producer', { producerId });
    } catch (error) {
      this.pauseHere();
      throw error;
    }
    this.pausedThere = paused;
  }

  replaceTrack(track: MediaStreamTrack): Promise<void> {
    return this.producer.replaceTrack({ track });
  }

  /** Stops the flow here, then at the server; an answer that does not come is not waited for longer than any other. */
  async close(): Promise<void> {
    this.producer.close();
    await this.context.signaling.request('close_producer', { producerId: this.producerId });
  }
}
