/** Streams of RTP packets as they leave a bot (RFC 3550). */
import { randomInt } from 'node:crypto';
import { timeOfDay, writeNtpTime } from './clock.js';
import type { SentFigures } from './rtcp.js';

const headerLength = 12;
/** Of one-byte extensions, RFC 8285. */
const oneByteExtensions = 0xbede;
const captureTimeLength = 8;

export interface OutgoingStreamOptions {
  payloadType: number;
  clockRate: number;
  /** The id under which the volume is told (RFC 6464); `null`: it is not. */
  audioLevelId?: number | null;
  /** The id under which it is told when a packet was sent (abs-capture-time); `null`: it is not. */
  captureTimeId?: number | null;
  /** The simulcast layer, for those who count what arrives of it. */
  layer?: number;
  /** Packets that are kept, to be sent again where they are lost. */
  kept?: number;
  /** Milliseconds of the common clock at which its timestamps are `firstTimestamp`: layers of one picture share them. */
  began: number;
  firstTimestamp: number;
  /** @returns the packet as it went out, if it did */
  send(header: Buffer, payload: Buffer, rollovers: number, layer: number): Buffer | null;
}

export interface OutgoingPacket {
  /** Milliseconds, to which its timestamp belongs. */
  now: number;
  marker: boolean;
  /** Decibels below the loudest, 0 to 127. */
  audioLevel?: number;
  /** It should have gone out long ago: its time is not that of being sent. */
  late?: boolean;
}

/**
 * A capture time counts quarters of nanoseconds, and no clock here is as exact as that. So the lowest bits of it tell what
 * bots want to know of a packet without decrypting it: its simulcast layer, and whether its time may be compared.
 */
export const captureTimeMarks = { layer: 0b011, late: 0b100, all: 0b111 } as const;

export class OutgoingStream {
  readonly ssrc = randomInt(1, 2 ** 32 - 1);
  private sequence = randomInt(0x8000);
  private rollovers = 0;
  private packets = 0;
  private bytes = 0;
  private readonly kept: (Buffer | null)[];

  constructor(private readonly options: OutgoingStreamOptions) {
    this.kept = Array.from({ length: options.kept ?? 0 }, () => null);
  }

  get layer(): number {
    return this.options.layer ?? 0;
  }

  send(payload: Buffer, packet: OutgoingPacket): void {
    const sent = this.options.send(this.header(packet), payload, this.rollovers, this.layer);

    if (this.kept.length > 0) {
      this.kept[this.sequence % this.kept.length] = sent;
    }

    this.packets += 1;
    this.bytes += payload.length;
    this.sequence = (this.sequence + 1) & 0xffff;
    this.rollovers += this.sequence === 0 ? 1 : 0;
  }

  /** A packet that went out lately, as it did; `null`: there is none any more. */
  keptPacket(sequence: number): Buffer | null {
    const packet = this.kept[sequence % this.kept.length];

    return packet?.readUInt16BE(2) === sequence ? packet : null;
  }

  /** `null` before anything was sent: there is nothing to report. */
  figuresAt(now: number): SentFigures | null {
    const { ssrc, packets, bytes } = this;

    return packets === 0 ? null : { ssrc, packets, bytes, timestamp: this.timestampAt(now) };
  }

  private header({ now, marker, audioLevel = 127, late = false }: OutgoingPacket): Buffer {
    const { payloadType, audioLevelId, captureTimeId } = this.options;
    const extensions = (audioLevelId ? 2 : 0) + (captureTimeId ? 1 + captureTimeLength : 0);
    const words = Math.ceil(extensions / 4);
    const header = Buffer.alloc(words > 0 ? headerLength + 4 + words * 4 : headerLength);
    header[0] = words > 0 ? 0x90 : 0x80;
    header[1] = (marker ? 0x80 : 0) | payloadType;
    header.writeUInt16BE(this.sequence, 2);
    header.writeUInt32BE(this.timestampAt(now), 4);
    header.writeUInt32BE(this.ssrc, 8);
    let offset = headerLength;

    if (words > 0) {
      header.writeUInt16BE(oneByteExtensions, offset);
      header.writeUInt16BE(words, offset + 2);
      offset += 4;
    }

    if (audioLevelId) {
      header[offset] = audioLevelId << 4;
      header[offset + 1] = audioLevel;
      offset += 2;
    }

    if (captureTimeId) {
      header[offset] = (captureTimeId << 4) | (captureTimeLength - 1);
      writeNtpTime(header, offset + 1, timeOfDay(late ? now : performance.now()));
      const lowest = offset + captureTimeLength;
      header[lowest] = (header[lowest]! & ~captureTimeMarks.all) | this.layer | (late ? captureTimeMarks.late : 0);
    }

    return header;
  }

  private timestampAt(now: number): number {
    const { began, firstTimestamp, clockRate } = this.options;

    return (firstTimestamp + Math.round(((now - began) * clockRate) / 1000)) >>> 0;
  }
}

/** Bytes of an RTP packet before its payload. */
export function rtpHeaderLength(packet: Buffer): number {
  const base = fixedLength(packet);

  return packet[0]! & 0x10 ? base + 4 + packet.readUInt16BE(base + 2) * 4 : base;
}

/** Where the value of a one-byte extension begins; -1 where there is none. Throws a RangeError where the packet ends before its header does. */
export function extensionOffset(packet: Buffer, id: number): number {
  const base = fixedLength(packet);

  if (!(packet[0]! & 0x10) || packet.readUInt16BE(base) !== oneByteExtensions) {
    return -1;
  }

  const end = base + 4 + packet.readUInt16BE(base + 2) * 4;

  for (let offset = base + 4; offset < end;) {
    const element = packet.readUInt8(offset);

    if (element === 0) {
      offset += 1;
    } else if (element >> 4 === id) {
      return offset + 1;
    } else {
      offset += 2 + (element & 0x0f);
    }
  }

  return -1;
}

function fixedLength(packet: Buffer): number {
  return headerLength + (packet[0]! & 0x0f) * 4;
}
