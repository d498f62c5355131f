/** What bots send: packets that mediasoup takes for VP8 and Opus, without a picture or a sound in them. */
import { randomInt } from 'node:crypto';
import type { RtpEncodingParameters } from 'mediasoup-client/types';
import { OutgoingStream, type OutgoingStreamOptions } from './rtp.js';

/** How much a bot sends. */
export interface MediaRates {
  /** Of each layer of a camera. */
  framesPerSecond: number;
  /** While somebody speaks; of silence, one packet in 400 ms goes out, as with Opus' discontinuous transmission. */
  voicePacketsPerSecond: number;
}

/** Packets a second of silence (RFC 7587 section 3.1.3). */
const silencePackets = 2.5;
const silenceLevel = 127;
/** Bytes. A frame of the lowest layer is one packet, of each layer above one more. */
const videoPayload = 600;
const voicePayload = 60;
/** Frames from one key frame to the next when nobody asks; libwebrtc's own default is longer. */
const keyFrameEvery = 3000;

/** Temporal layers of frames in turn, as L1T3 has them. */
const temporalPattern = [0, 2, 1, 2];

type StreamFrame = Omit<OutgoingStreamOptions, 'began' | 'firstTimestamp' | 'clockRate'>;

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

  constructor(
    private readonly frame: StreamFrame,
    encodings: readonly RtpEncodingParameters[],
    { framesPerSecond }: MediaRates,
  ) {
    const [began, firstTimestamp] = [performance.now(), randomInt(2 ** 32)];
    this.layers = encodings.map(
      (_, index) =>
        new VideoLayer(new OutgoingStream({ ...frame, clockRate: 90_000, began, firstTimestamp }), index + 1),
    );
    this.streams = this.layers.map(({ stream }) => stream);
    this.highest = encodings.length - 1;
    this.timer = everySoOften(framesPerSecond, (now) => this.film(now));
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

  private film(now: number): void {
    for (const layer of this.paused ? [] : this.layers.slice(0, this.highest + 1)) {
      this.keyFrames += layer.film(now) ? 1 : 0;
    }
  }
}

class VideoLayer {
  keyFrameWanted = true;
  private pictureId = randomInt(0x8000);
  private baseFrames = 0;
  private filmed = 0;

  constructor(
    readonly stream: OutgoingStream,
    private readonly packets: number,
  ) {}

  /** @returns whether it was a key frame */
  film(now: number): boolean {
    const isKey = this.keyFrameWanted || this.filmed >= keyFrameEvery;

    if (isKey) {
      this.filmed = 0;
      this.keyFrameWanted = false;
    }

    const temporalLayer = temporalPattern[this.filmed % temporalPattern.length]!;
    this.filmed += 1;
    this.baseFrames = (this.baseFrames + (temporalLayer === 0 ? 1 : 0)) & 0xff;
    this.pictureId = (this.pictureId + 1) & 0x7fff;

    for (let index = 0; index < this.packets; index++) {
      const payload = this.payload(isKey, temporalLayer, index === 0);
      this.stream.send(payload, { now, marker: index === this.packets - 1 });
    }

    return isKey;
  }

  /** RFC 7741: a descriptor with a picture id of 15 bits, TL0PICIDX and TID, then, in a first packet, the frame's header. */
  private payload(isKey: boolean, temporalLayer: number, isFirst: boolean): Buffer {
    const payload = Buffer.alloc(videoPayload);
    payload[0] = 0x80 | (isFirst ? 0x10 : 0);
    payload[1] = 0xe0;
    payload.writeUInt16BE(0x8000 | this.pictureId, 2);
    payload[4] = this.baseFrames;
    // Of no frame but those of the lowest layer do others need anything, so one may begin at any.
    payload[5] = (temporalLayer << 6) | (temporalLayer > 0 ? 0x20 : 0);

    if (isFirst) {
      // The lowest bit is that of frames that are not key frames; then follow the start code and the size.
      payload.set([isKey ? 0x10 : 0x11, 0, 0, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xb4, 0x00], 6);
    }

    return payload;
  }
}

/** A microphone before which somebody speaks, or nobody does. */
export class SyntheticMicrophone implements SyntheticSource {
  paused = false;
  maxSpatialLayer = 0;
  readonly streams: readonly OutgoingStream[];
  private readonly stream: OutgoingStream;
  private readonly timer: NodeJS.Timeout;
  private silentSince: number | null = null;

  /** @param loudness decibels below the loudest, asked for each packet; `null`: nobody speaks */
  constructor(
    frame: StreamFrame,
    { voicePacketsPerSecond }: MediaRates,
    private readonly loudness: () => number | null,
  ) {
    const [began, firstTimestamp] = [performance.now(), randomInt(2 ** 32)];
    this.stream = new OutgoingStream({ ...frame, clockRate: 48_000, began, firstTimestamp });
    this.streams = [this.stream];
    this.timer = everySoOften(voicePacketsPerSecond, (now) => this.hear(now));
  }

  requestKeyFrame(): boolean {
    return false;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private hear(now: number): void {
    const loudness = this.loudness();
    const silent = loudness === null;

    if (this.paused || (silent && this.silentSince !== null && now - this.silentSince < 1000 / silencePackets)) {
      return;
    }

    this.silentSince = silent ? now : null;
    // The table of contents of Opus: one frame of 20 ms, in stereo (RFC 6716 section 3.1).
    const payload = Buffer.alloc(silent ? 3 : voicePayload, 0xfc);
    this.stream.send(payload, { now, marker: false, audioLevel: loudness ?? silenceLevel });
  }
}

/** Milliseconds of a busy process that are made up for; more would make it busier still. */
const mostMadeUp = 2000;

/** Calls so many times a second, late where the process is busy, and then as often as it was missed. */
function everySoOften(perSecond: number, work: (now: number) => void): NodeJS.Timeout {
  const interval = 1000 / perSecond;
  let next = performance.now();

  return setInterval(
    () => {
      const now = performance.now();

      for (next = Math.max(next, now - mostMadeUp); next <= now; next += interval) {
        work(next);
      }
    },
    Math.max(1, Math.min(interval, 1000) / 4),
  );
}
