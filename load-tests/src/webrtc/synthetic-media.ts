/** What bots send: recordings of a camera and of a voice, as a browser would send them. */
import { randomInt } from 'node:crypto';
import type { RtpEncodingParameters } from 'mediasoup-client/types';
import { CameraRecording, numberPayload, voiceRecording } from './recordings.js';
import { OutgoingStream, type OutgoingStreamOptions } from './rtp.js';

/** How much a bot sends. */
export interface MediaRates {
  /** Of each layer of a camera. */
  framesPerSecond: number;
  /** While somebody speaks; of silence, one packet in 400 ms goes out, as with Opus' discontinuous transmission. */
  voicePacketsPerSecond: number;
  /** How much of each layer's highest bitrate frames are filled up to, 0 to 1; above that, as nobody should send. Default 0: they are as small as they were recorded. */
  bitrateShare?: number;
}

/** Packets a second of silence (RFC 7587 section 3.1.3). */
const silencePackets = 2.5;
const silenceLevel = 127;
/** Packets that are kept to be sent again: about a second of a large picture. */
const keptVideoPackets = 256;
/** Lines of a camera that does not say how large it is. */
const usualHeight = 360;

type StreamFrame = Omit<OutgoingStreamOptions, 'began' | 'firstTimestamp' | 'clockRate' | 'layer' | 'kept'>;

/** Something that runs until it is stopped. */
export interface SyntheticSource {
  readonly streams: readonly OutgoingStream[];
  paused: boolean;
  /** The highest layer that is sent; -1: none. */
  maxSpatialLayer: number;
  /** @returns whether the stream is one of these */
  requestKeyFrame(ssrc: number): boolean;
  stop(): void;
}

/** A camera with a simulcast layer for each encoding. */
export class SyntheticCamera implements SyntheticSource {
  paused = false;
  keyFrames = 0;
  keyFrameRequests = 0;
  readonly streams: readonly OutgoingStream[];
  private readonly layers: VideoLayer[];
  private readonly timer: NodeJS.Timeout;
  private highest: number;

  /** @param height lines of the picture before it is scaled down */
  constructor(
    frame: StreamFrame,
    encodings: readonly RtpEncodingParameters[],
    { framesPerSecond, bitrateShare = 0 }: MediaRates,
    height = usualHeight,
  ) {
    const [began, firstTimestamp] = [performance.now(), randomInt(2 ** 32)];
    this.layers = encodings.map(({ scaleResolutionDownBy = 1, maxBitrate = 0 }, layer) => {
      const frameBytes = (maxBitrate * bitrateShare) / 8 / framesPerSecond;

      return new VideoLayer(
        new OutgoingStream({ ...frame, layer, kept: keptVideoPackets, clockRate: 90_000, began, firstTimestamp }),
        CameraRecording.of(height / scaleResolutionDownBy, frameBytes),
      );
    });
    this.streams = this.layers.map(({ stream }) => stream);
    this.highest = encodings.length - 1;
    this.timer = everySoOften(framesPerSecond, (now, late) => this.film(now, late));
  }

  get maxSpatialLayer(): number {
    return this.highest;
  }

  /** A layer that is sent again begins with a key frame. */
  set maxSpatialLayer(highest: number) {
    this.layers.slice(this.highest + 1, highest + 1).forEach((layer) => (layer.keyFrameWanted = true));
    this.highest = highest;
  }

  requestKeyFrame(ssrc: number): boolean {
    const layer = this.layers.find(({ stream }) => stream.ssrc === ssrc);

    if (layer) {
      layer.keyFrameWanted = true;
      this.keyFrameRequests += 1;
    }

    return layer !== undefined;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private film(now: number, late: boolean): void {
    for (const layer of this.paused ? [] : this.layers.slice(0, this.highest + 1)) {
      this.keyFrames += layer.film(now, late) ? 1 : 0;
    }
  }
}

class VideoLayer {
  keyFrameWanted = true;
  private pictureId = randomInt(0x8000);
  private lowestLayerFrames = 0;
  private next = 0;

  constructor(
    readonly stream: OutgoingStream,
    private readonly recording: CameraRecording,
  ) {}

  /** @returns whether it was a key frame */
  film(now: number, late: boolean): boolean {
    if (this.keyFrameWanted || this.next === this.recording.length) {
      this.next = 0;
      this.keyFrameWanted = false;
    }

    const { isKey, temporalLayer, payloads } = this.recording.frame(this.next);
    this.next += 1;
    this.lowestLayerFrames += temporalLayer === 0 ? 1 : 0;
    this.pictureId += 1;
    payloads.forEach((payload, index) => {
      numberPayload(payload, this.pictureId, this.lowestLayerFrames);
      this.stream.send(payload, { now, late, marker: index === payloads.length - 1 });
    });

    return isKey;
  }
}

/** A microphone before which somebody speaks, or nobody does. */
export class SyntheticMicrophone implements SyntheticSource {
  paused = false;
  maxSpatialLayer = 0;
  readonly streams: readonly OutgoingStream[];
  private readonly stream: OutgoingStream;
  private readonly timer: NodeJS.Timeout;
  private readonly voice = voiceRecording();
  private silentSince: number | null = null;
  private spoken = 0;

  /** @param loudness decibels below the loudest, asked for each packet; `null`: nobody speaks */
  constructor(
    frame: StreamFrame,
    { voicePacketsPerSecond }: MediaRates,
    private readonly loudness: () => number | null,
  ) {
    const [began, firstTimestamp] = [performance.now(), randomInt(2 ** 32)];
    this.stream = new OutgoingStream({ ...frame, clockRate: 48_000, began, firstTimestamp });
    this.streams = [this.stream];
    this.timer = everySoOften(voicePacketsPerSecond, (now, late) => this.hear(now, late));
  }

  requestKeyFrame(): boolean {
    return false;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private hear(now: number, late: boolean): void {
    const loudness = this.loudness();
    const wasSilent = this.silentSince !== null;

    if (this.paused || (loudness === null && wasSilent && now - this.silentSince! < 1000 / silencePackets)) {
      return;
    }

    const { speech, silence } = this.voice;
    const payload = loudness === null ? silence : speech[this.spoken++ % speech.length]!;
    // The first packet after a silence is marked (RFC 7587 section 4.1).
    const marker = loudness !== null && wasSilent;
    this.silentSince = loudness === null ? now : null;
    this.stream.send(payload, { now, late, marker, audioLevel: loudness ?? silenceLevel });
  }
}

/** Milliseconds of a busy process that are made up for; more would make it busier still. */
const mostMadeUp = 2000;

/**
 * Calls so many times a second. Where the process is busy, as often as it was missed, and each with the time when it should
 * have been called.
 */
function everySoOften(perSecond: number, work: (now: number, late: boolean) => void): NodeJS.Timeout {
  const interval = 1000 / perSecond;
  let next = performance.now();

  return setInterval(
    () => {
      const now = performance.now();

      for (next = Math.max(next, now - mostMadeUp); next <= now; next += interval) {
        work(next, now - next > interval);
      }
    },
    Math.max(1, Math.min(interval, 1000) / 4),
  );
}
