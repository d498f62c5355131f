/** What arrives at one transport of a bot: counted by its headers, of which SRTP leaves enough in clear, and decrypted now and then. */
import type { MediaKind, RtpParameters } from 'mediasoup-client/types';
import { captureTimeExtension, type BotMedia, type IncomingMedia } from './bot-media.js';
import { readNtpTime, timeOfDay } from './webrtc/clock.js';
import { IncomingStream } from './webrtc/incoming-stream.js';
import type { MediaConnection } from './webrtc/media-connection.js';
import { beginsKeyFrame } from './webrtc/recordings.js';
import { nack, pictureLoss, receiverReports } from './webrtc/rtcp.js';
import { captureTimeMarks, extensionOffset, rtpHeaderLength } from './webrtc/rtp.js';

/** Of so many packets one is decrypted, the first among them. */
const decryptEvery = 200;
/** Milliseconds between two looks at packets that do not come. */
const repairInterval = 30;

interface Incoming {
  stream: IncomingStream;
  kind: MediaKind;
  trackId: string;
  captureTimeId: number | null;
  hasKeyFrame: boolean;
  begins: () => void;
}

export class BotReceiver {
  /** By SSRC, and the SSRC by local id. */
  private readonly incoming = new Map<number, Incoming>();
  private readonly ssrcs = new Map<string, number>();
  private repairing: NodeJS.Timeout | null = null;

  /** @param reporterSsrc under which it reports */
  constructor(
    private readonly connection: MediaConnection,
    private readonly media: BotMedia,
    private readonly reporterSsrc: number,
  ) {}

  get arrived(): [ssrc: number, IncomingMedia][] {
    return [...this.incoming].map(
      ([
        ssrc,
        {
          kind,
          trackId,
          hasKeyFrame,
          stream: { packets, expected, lost, recovered },
        },
      ]) => [ssrc, { kind, trackId, hasKeyFrame, packets, expected, lost, recovered }],
    );
  }

  /** @param begins called with its first packet */
  expect(localId: string, trackId: string, kind: MediaKind, parameters: RtpParameters, begins: () => void): void {
    const ssrc = parameters.encodings?.[0]?.ssrc;

    if (ssrc === undefined) {
      return;
    }

    this.incoming.set(ssrc, {
      stream: new IncomingStream(ssrc, parameters.codecs[0]?.clockRate),
      kind,
      trackId,
      captureTimeId: parameters.headerExtensions?.find(({ uri }) => uri === captureTimeExtension)?.id ?? null,
      hasKeyFrame: false,
      begins,
    });
    this.ssrcs.set(localId, ssrc);
  }

  forget(localId: string): void {
    const ssrc = this.ssrcs.get(localId);
    this.ssrcs.delete(localId);

    if (ssrc !== undefined) {
      this.end(ssrc);
    }
  }

  close(): void {
    clearTimeout(this.repairing ?? undefined);
    this.repairing = null;
    [...this.incoming.keys()].forEach((ssrc) => this.end(ssrc));
  }

  receive(packet: Buffer): void {
    const incoming = this.incoming.get(packet.readUInt32BE(8));
    const now = performance.now();
    const sequence = incoming?.stream.count(packet, now);

    if (!incoming || sequence === null || sequence === undefined) {
      return;
    }

    const { received } = this.media.figures;
    const isVideo = incoming.kind === 'video';
    received.packets += 1;
    received.video += isVideo ? 1 : 0;
    this.media.noteFirst('packet');

    if (incoming.stream.packets === 1) {
      incoming.begins();
    }

    const layer = this.readMarks(packet, incoming, now);

    if (isVideo) {
      received.videoBytes[layer]! += packet.length;
    } else {
      received.audioBytes += packet.length;
    }

    if ((isVideo && !incoming.hasKeyFrame) || incoming.stream.packets % decryptEvery === 1) {
      this.lookInto(packet, incoming, sequence);
    }

    if (isVideo && incoming.stream.hasMissing) {
      this.repair();
    }
  }

  /** Asks the senders of all video that arrives. */
  askForKeyFrames(): void {
    for (const { kind, stream } of this.incoming.values()) {
      if (kind === 'video') {
        this.connection.sendRtcp(pictureLoss(this.reporterSsrc, stream.ssrc));
      }
    }
  }

  /** @param compact the middle bits of the time in a sender's report */
  noteSenderReport(ssrc: number, compact: number): void {
    this.incoming.get(ssrc)?.stream.noteSenderReport(compact);
  }

  /** What it tells the sender of what arrives. */
  reports(): Iterable<Buffer> {
    const streams = [...this.incoming.values()];
    streams.forEach(({ kind, stream }) => {
      if (stream.packets > 1) {
        this.media.options.meter?.jitter(kind, stream.jitterMilliseconds);
      }
    });

    return receiverReports(
      this.reporterSsrc,
      streams.flatMap(({ stream }) => stream.report() ?? []),
    );
  }

  /** @returns the simulcast layer, which is the lowest where that is not told */
  private readMarks(packet: Buffer, { kind, captureTimeId, stream }: Incoming, now: number): number {
    const offset = captureTimeId === null ? -1 : extensionOffset(packet, captureTimeId);

    if (offset < 0) {
      return 0;
    }

    const marks = packet.readUInt8(offset + 7) & captureTimeMarks.all;

    // What was sent again says when it was sent first.
    if (!(marks & captureTimeMarks.late) && !stream.hasMissing) {
      this.media.options.meter?.latency(kind, timeOfDay(now) - readNtpTime(packet, offset));
    }

    return Math.min(marks & captureTimeMarks.layer, this.media.figures.received.videoBytes.length - 1);
  }

  private lookInto(packet: Buffer, incoming: Incoming, sequence: number): void {
    const { figures } = this.media;

    try {
      const payload = this.connection.decrypt(packet, rtpHeaderLength(packet), sequence >>> 16);
      figures.decrypted += 1;

      if (incoming.kind === 'video' && !incoming.hasKeyFrame && beginsKeyFrame(payload)) {
        incoming.hasKeyFrame = true;
        this.media.noteFirst('keyFrame');
      }
    } catch {
      figures.undecipherable += 1;
    }
  }

  /** Asks for what is missing, until it is there or is not worth it any more. */
  private repair(): void {
    if (this.repairing) {
      return;
    }

    const now = performance.now();
    let isMissing = false;

    for (const { kind, stream } of this.incoming.values()) {
      const wanted = kind === 'video' ? stream.wanted(now) : [];

      if (wanted.length > 0) {
        this.media.figures.packetsWanted += wanted.length;
        this.connection.sendRtcp(nack(this.reporterSsrc, stream.ssrc, wanted));
      }

      isMissing ||= kind === 'video' && stream.hasMissing;
    }

    if (isMissing) {
      this.repairing = setTimeout(() => {
        this.repairing = null;
        this.repair();
      }, repairInterval);
    }
  }

  private end(ssrc: number): void {
    const incoming = this.incoming.get(ssrc);
    this.incoming.delete(ssrc);

    if (incoming) {
      this.media.noteEnd(incoming.stream);
    }
  }
}
