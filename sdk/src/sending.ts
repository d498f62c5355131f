/** The sending transport of one stay in a meeting. */
import {
  kindOfSource,
  type RequestInput,
  type Source,
  type TransportOptions,
  type VideoSize,
} from '@minimeet/protocol';
import type { Producer, RtpEncodingParameters, RtpParameters } from 'mediasoup-client/types';
import { encodingOf } from './encodings.js';
import { MeetingError } from './meeting-error.js';
import { randomId } from './random-id.js';
import { openTransport, type TransportContext } from './transport.js';
import { videoSizeOf } from './video-size.js';

/** Milliseconds between two looks at the size of what is sent: no event tells of a turned phone or a resized window. */
const sizeInterval = 1000;

/** For mediasoup-client: below the lowest layer, so none is sent. */
const noLayer = -1;

export interface Outgoing {
  source: Source;
  track: MediaStreamTrack;
  paused: boolean;
  encodings?: RtpEncodingParameters[];
}

export class Sending {
  private readonly transport;
  /** By producer id. */
  private readonly sent = new Map<string, SentMedia>();
  /** Answers to `produce` that are on their way, and what the server said meanwhile of producers that are not known here yet. */
  private awaited = 0;
  private readonly early = new Map<string, number | null>();

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
    const timer = setInterval(() => this.sent.forEach((media) => media.tellSize()), sizeInterval);
    this.transport.observer.on('close', () => clearInterval(timer));
  }

  /** Stops the layers of a producer above this one, which nobody wants; `null`: nobody wants any. */
  setLayersWanted(producerId: string, spatialLayer: number | null): void {
    const media = this.sent.get(producerId);
    if (media) media.setLayersWanted(spatialLayer);
    else if (this.awaited > 0) this.early.set(producerId, spatialLayer);
  }

  /** Sends a track to the server. Rejects with the server's error, or `not_supported` when the track cannot be encoded. */
  async send({ source, track, paused, encodings }: Outgoing): Promise<SentMedia> {
    const { device, signaling } = this.context;
    const encoding = encodingOf(source, track.getSettings(), device.sendRtpCapabilities);
    const videoSize = videoSizeOf(track);
    let registration: Promise<{ producerId: string }> | undefined;
    const register = (rtpParameters: RtpParameters) => {
      registration = signaling.request('produce', {
        transportId: this.transport.id,
        kind: kindOfSource[source],
        source,
        // mediasoup-client types codec parameters as unknown; they are read from SDP, and so numbers and strings.
        rtpParameters: rtpParameters as RequestInput<'produce'>['rtpParameters'],
        paused,
        ...(videoSize && { videoSize }),
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
    this.awaited++;
    try {
      const { producerId } = await registration!;
      const media = new SentMedia(producerId, producer, paused, videoSize, this.context);
      this.keep(media);
      return media;
    } catch (error) {
      producer.close();
      throw error;
    } finally {
      if (--this.awaited === 0) this.early.clear();
    }
  }

  private keep(media: SentMedia): void {
    const { producerId } = media;
    if (media.closed) return;
    this.sent.set(producerId, media);
    media.onClose(() => this.sent.delete(producerId));
    const early = this.early.get(producerId);
    if (early !== undefined) media.setLayersWanted(early);
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
  /** The highest layer that somebody wants, as the server said last; `undefined` until it says something: all. */
  private layersWanted: number | null | undefined;
  private settingLayers = false;

  constructor(
    readonly producerId: string,
    private readonly producer: Producer,
    /** What the server believes. */
    private pausedThere: boolean,
    private sizeThere: VideoSize | undefined,
    private readonly context: TransportContext,
  ) {}

  get track(): MediaStreamTrack | null {
    return this.producer.track;
  }

  get closed(): boolean {
    return this.producer.closed;
  }

  onClose(listener: () => void): void {
    this.producer.observer.once('close', listener);
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

  async replaceTrack(track: MediaStreamTrack): Promise<void> {
    await this.producer.replaceTrack({ track });
    this.tellSize();
  }

  /** Tells the server how large the picture is, if it knows another size. Nobody waits for it: the next look tries again. */
  tellSize(): void {
    const videoSize = videoSizeOf(this.track);
    const before = this.sizeThere;
    if (!videoSize || (before?.width === videoSize.width && before.height === videoSize.height)) return;
    this.sizeThere = videoSize;
    this.context.signaling.request('set_video_size', { producerId: this.producerId, videoSize }).catch(() => {
      if (this.sizeThere === videoSize) this.sizeThere = before;
    });
  }

  /** What the browser does not stop is sent for nothing, and does no other harm. */
  setLayersWanted(spatialLayer: number | null): void {
    const layers = this.producer.rtpParameters.encodings?.length ?? 1;
    // All of them are sent, and telling the browser so would be a negotiation.
    if (this.layersWanted === undefined && spatialLayer !== null && spatialLayer >= layers - 1) return;
    this.layersWanted = spatialLayer;
    void this.applyLayers().catch(() => undefined);
  }

  /** One step after the other: mediasoup-client compares each with the last one that it finished. */
  private async applyLayers(): Promise<void> {
    if (this.settingLayers) return;
    this.settingLayers = true;
    try {
      let applied: number | null | undefined;
      while (this.layersWanted !== undefined && applied !== this.layersWanted && !this.producer.closed) {
        applied = this.layersWanted;
        await this.producer.setMaxSpatialLayer(applied ?? noLayer);
      }
    } finally {
      this.settingLayers = false;
    }
  }

  /** Stops the flow here, then at the server; an answer that does not come is not waited for longer than any other. */
  async close(): Promise<void> {
    this.producer.close();
    await this.context.signaling.request('close_producer', { producerId: this.producerId });
  }
}
