/** What one bot sends and receives, and how much of it. */
import type { MediaKind, RtpCapabilities } from 'mediasoup-client/types';
import { Network } from './webrtc/network-conditions.js';
import type { MediaRates } from './webrtc/synthetic-media.js';

/** Identifies the volume of a packet of sound (RFC 6464). */
export const audioLevelExtension = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';
/** Identifies when a packet was made; mediasoup forwards it unchanged. Only who sends it in all packets may negotiate it. */
export const captureTimeExtension = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time';

/**
 * Lost packets of video are asked for and sent again as they were (RFC 4585). Bandwidth is not estimated: all bots share a
 * machine, and an estimate would be one of that. So the plan alone decides how much is sent.
 */
const capabilities: RtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 111,
      clockRate: 48_000,
      channels: 2,
      parameters: { minptime: 10, useinbandfec: 1 },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 96,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }],
    },
  ],
  headerExtensions: [
    { kind: 'audio', uri: audioLevelExtension, preferredId: 10, preferredEncrypt: false, direction: 'sendrecv' },
    { kind: 'audio', uri: captureTimeExtension, preferredId: 13, preferredEncrypt: false, direction: 'sendrecv' },
    { kind: 'video', uri: captureTimeExtension, preferredId: 13, preferredEncrypt: false, direction: 'sendrecv' },
  ],
};

/** The simulcast layers that a camera may have. */
export const mostLayers = 3;

export interface BotMediaOptions extends MediaRates {
  /** Decibels below the loudest, asked for each packet; `null`: nobody speaks. */
  loudness(): number | null;
  network?: Network;
  meter?: MediaMeter;
}

/** Who wants to know of each measurement, all in milliseconds. */
export interface MediaMeter {
  /** From a packet's leaving the bot that sends it to its arrival at this one. */
  latency(kind: MediaKind, milliseconds: number): void;
  roundTrip(milliseconds: number): void;
  /** Of one stream, once a second. */
  jitter(kind: MediaKind, milliseconds: number): void;
}

/** Counters from the first packet on, over all connections that the bot has had. */
export interface BotMediaFigures {
  received: { packets: number; video: number; audioBytes: number; videoBytes: number[] };
  sent: { packets: number; audioBytes: number; videoBytes: number[] };
  /** Requests for key frames that came, and frames that answered one or began a stream. */
  keyFrameRequests: number;
  /** Packets that this bot asked for, was asked for, and sent again. */
  packetsWanted: number;
  packetsWantedOfUs: number;
  packetsSentAgain: number;
  /** Packets of which it was tried whether their keys are right, and of which they were not. */
  decrypted: number;
  undecipherable: number;
}

/** How much should have arrived of streams, did not, and did after all. */
export interface Losses {
  expected: number;
  lost: number;
  recovered: number;
}

/** Something that can arrive, muted or not. */
export interface IncomingMedia extends Losses {
  kind: MediaKind;
  /** Of the track that the sdk shows. */
  trackId: string;
  packets: number;
  hasKeyFrame: boolean;
}

/** One of the bot's ways to the server. */
export interface MediaWay {
  readonly arrived: readonly [ssrc: number, IncomingMedia][];
  rest(resting: boolean): void;
  askForKeyFrames(): void;
}

export class BotMedia {
  private readonly ways = new Set<MediaWay>();
  private readonly waiting: { what: keyof BotMedia['firsts']; call: () => void }[] = [];
  private readonly ended: Losses = { expected: 0, lost: 0, recovered: 0 };
  readonly network: Network;
  readonly figures: BotMediaFigures = {
    received: { packets: 0, video: 0, audioBytes: 0, videoBytes: Array(mostLayers).fill(0) },
    sent: { packets: 0, audioBytes: 0, videoBytes: Array(mostLayers).fill(0) },
    keyFrameRequests: 0,
    packetsWanted: 0,
    packetsWantedOfUs: 0,
    packetsSentAgain: 0,
    decrypted: 0,
    undecipherable: 0,
  };
  /** When it came to that for the first time, as performance.now() tells; `null`: it did not yet. */
  readonly firsts: Record<'connected' | 'packet' | 'keyFrame', number | null> = {
    connected: null,
    packet: null,
    keyFrame: null,
  };

  /** Why the last connection that did not come about did not; `null`: each did. */
  failure: string | null = null;

  constructor(readonly options: BotMediaOptions) {
    this.network = options.network ?? new Network();
  }

  /** What can arrive now, by SSRC. */
  get incoming(): ReadonlyMap<number, IncomingMedia> {
    return new Map([...this.ways].flatMap(({ arrived }) => arrived));
  }

  /** Of all that arrives and has arrived. */
  get losses(): Losses {
    const all = { ...this.ended };
    this.incoming.forEach((stream) => addLosses(all, stream));

    return all;
  }

  /** For handlers. */
  begin(way: MediaWay): void {
    this.ways.add(way);
  }

  /** For handlers. */
  end(way: MediaWay): void {
    this.ways.delete(way);
  }

  /** For handlers: a stream ends, and what was lost of it stays. */
  noteEnd(losses: Losses): void {
    addLosses(this.ended, losses);
  }

  /** For handlers. */
  noteFirst(what: keyof BotMedia['firsts']): void {
    if (this.firsts[what] !== null) {
      return;
    }

    this.firsts[what] = performance.now();
    this.waiting.filter((waiting) => waiting.what === what).forEach(({ call }) => call());
  }

  /** Calls back once it has come to that, now where it has already. */
  onFirst(what: keyof BotMedia['firsts'], call: () => void): void {
    if (this.firsts[what] === null) {
      this.waiting.push({ what, call });
    } else {
      call();
    }
  }

  /** Resolves once a connection stands. Rejects after so many milliseconds. */
  connected(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(this.failure ?? `no media connection stood after ${milliseconds / 1000} s`)),
        milliseconds,
      );
      this.onFirst('connected', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Of all video that arrives, as a browser does that cannot decode. */
  askForKeyFrames(): void {
    this.ways.forEach((way) => way.askForKeyFrames());
  }

  /** Sends nothing at all for a while, or again; of what was left out, nothing counts as lost. */
  rest(resting: boolean): void {
    this.ways.forEach((way) => way.rest(resting));
  }

  /** A new copy each time: mediasoup-client writes into what it gets. */
  get nativeCapabilities(): RtpCapabilities {
    return structuredClone(capabilities);
  }
}

function addLosses(sum: Losses, { expected, lost, recovered }: Losses): void {
  sum.expected += expected;
  sum.lost += lost;
  sum.recovered += recovered;
}
