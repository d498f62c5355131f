/** Streams of RTP packets, as they leave a bot and as they arrive (RFC 3550). */
import { randomInt } from 'node:crypto';
import type { ReceivedFigures, SentFigures } from './rtcp.js';

const headerLength = 12;
/** Of one-byte extensions, RFC 8285. */
const oneByteExtensions = 0xbede;
/** Sequence numbers that come later than this many others are a new beginning. */
const halfRange = 0x8000;

export interface OutgoingStreamOptions {
  payloadType: number;
  clockRate: number;
  /** The id under which the volume is told (RFC 6464); `null`: it is not. */
  audioLevelId?: number | null;
  /** Milliseconds of the common clock at which its timestamps are `firstTimestamp`: layers of one picture share them. */
  began: number;
  firstTimestamp: number;
  send(header: Buffer, payload: Buffer, rollovers: number): void;
}

export class OutgoingStream {
  readonly ssrc = randomInt(1, 2 ** 32 - 1);
  private sequence = randomInt(halfRange);
  private rollovers = 0;
  private packets = 0;
  private bytes = 0;

  constructor(private readonly options: OutgoingStreamOptions) {}

  /** @param audioLevel decibels below the loudest, 0 to 127 */
  send(
    payload: Buffer,
    { now, marker, audioLevel = 127 }: { now: number; marker: boolean; audioLevel?: number },
  ): void {
    const { payloadType, audioLevelId, send } = this.options;
    const header = Buffer.alloc(audioLevelId ? headerLength + 8 : headerLength);
    header[0] = audioLevelId ? 0x90 : 0x80;
    header[1] = (marker ? 0x80 : 0) | payloadType;
    header.writeUInt16BE(this.sequence, 2);
    header.writeUInt32BE(this.timestampAt(now), 4);
    header.writeUInt32BE(this.ssrc, 8);

    if (audioLevelId) {
      header.writeUInt16BE(oneByteExtensions, 12);
      header.writeUInt16BE(1, 14);
      header[16] = audioLevelId << 4;
      header[17] = audioLevel;
    }

    send(header, payload, this.rollovers);
    this.packets += 1;
    this.bytes += payload.length;
    this.sequence = (this.sequence + 1) & 0xffff;
    this.rollovers += this.sequence === 0 ? 1 : 0;
  }

  /** `null` before anything was sent: there is nothing to report. */
  figuresAt(now: number): SentFigures | null {
    const { ssrc, packets, bytes } = this;

    return packets === 0 ? null : { ssrc, packets, bytes, timestamp: this.timestampAt(now) };
  }

  private timestampAt(now: number): number {
    const { began, firstTimestamp, clockRate } = this.options;

    return (firstTimestamp + Math.round(((now - began) * clockRate) / 1000)) >>> 0;
  }
}

export class IncomingStream {
  packets = 0;
  private first = -1;
  private highest = -1;
  private reported = { expected: 0, packets: 0 };

  constructor(readonly ssrc: number) {}

  /** How often its sequence numbers began anew. */
  get rollovers(): number {
    return this.highest >>> 16;
  }

  get lost(): number {
    return Math.max(0, this.expected - this.packets);
  }

  count(packet: Buffer): void {
    const sequence = packet.readUInt16BE(2);
    this.packets += 1;

    if (this.highest < 0) {
      this.first = this.highest = sequence;
      return;
    }

    const ahead = (sequence - this.highest) & 0xffff;
    this.highest += ahead < halfRange ? ahead : 0;
  }

  /** What a receiver's report says of it; what was lost counts from the report before. `null`: nothing arrived yet. */
  report(): ReceivedFigures | null {
    if (this.highest < 0) {
      return null;
    }

    const { ssrc, lost, expected, packets } = this;
    const expectedSince = expected - this.reported.expected;
    const lostSince = expectedSince - (packets - this.reported.packets);
    this.reported = { expected, packets };

    return {
      ssrc,
      lost,
      highestSequence: this.highest,
      fractionLost: lostSince > 0 ? Math.min(255, Math.floor((lostSince * 256) / expectedSince)) : 0,
    };
  }

  private get expected(): number {
    return this.highest < 0 ? 0 : this.highest - this.first + 1;
  }
}

/** Bytes of an RTP packet before its payload. */
export function rtpHeaderLength(packet: Buffer): number {
  const sources = packet[0]! & 0x0f;
  const base = headerLength + sources * 4;

  return packet[0]! & 0x10 ? base + 4 + packet.readUInt16BE(base + 2) * 4 : base;
}
