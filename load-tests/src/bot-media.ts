/** mediasoup-client's way to the bots' own WebRTC: what one bot sends and receives, and how much of it. */
import type { HandlerFactory, MediaKind, RtpCapabilities } from 'mediasoup-client/types';
import { BotHandler } from './bot-handler.js';
import type { MediaRates } from './webrtc/synthetic-media.js';

const feedback = [
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
];

/** Identifies the volume of a packet of sound (RFC 6464). */
export const audioLevelExtension = 'urn:ietf:params:rtp-hdrext:ssrc-audio-level';

/**
 * Packets that are lost are not asked for again, so that each that arrives was sent once; nor is bandwidth estimated, so that
 * the plan alone decides how much is sent.
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
      rtcpFeedback: feedback,
    },
  ],
  headerExtensions: [
    { kind: 'audio', uri: audioLevelExtension, preferredId: 10, preferredEncrypt: false, direction: 'sendrecv' },
  ],
};

export interface BotMediaOptions extends MediaRates {
  /** Decibels below the loudest, asked for each packet; `null`: nobody speaks. */
  loudness(): number | null;
}

/** Counters from the first packet on, over all connections that the bot has had. */
export interface BotMediaFigures {
  received: { packets: number; video: number };
  keyFrameRequests: number;
  /** Packets of which it was tried whether their keys are right, and of which they were not. */
  decrypted: number;
  undecipherable: number;
}

export class BotMedia {
  private readonly handlers = new Set<BotHandler>();
  readonly figures: BotMediaFigures = {
    received: { packets: 0, video: 0 },
    keyFrameRequests: 0,
    decrypted: 0,
    undecipherable: 0,
  };
  readonly handlerFactory: HandlerFactory;

  constructor(readonly options: BotMediaOptions) {
    this.handlerFactory = {
      name: 'Bot',
      factory: (handlerOptions) => this.add(new BotHandler(handlerOptions, this)),
      getNativeRtpCapabilities: async () => this.nativeCapabilities,
    };
  }

  /** What can arrive now, muted or not: by SSRC, how much has. */
  get incoming(): ReadonlyMap<number, { kind: MediaKind; packets: number; lost: number }> {
    return new Map([...this.handlers].flatMap((handler) => handler.arrived));
  }

  private add(handler: BotHandler): BotHandler {
    this.handlers.add(handler);
    handler.on('@close', () => this.handlers.delete(handler));

    return handler;
  }

  /** A new copy each time: mediasoup-client writes into what it gets. */
  get nativeCapabilities(): RtpCapabilities {
    return structuredClone(capabilities);
  }
}
