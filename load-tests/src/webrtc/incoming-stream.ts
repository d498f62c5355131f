/** A stream of RTP packets as it arrives: what is missing of it, how evenly it comes, what its receiver reports (RFC 3550). */
import { compactNtpTime, timeOfDay } from './clock.js';
import type { ReceivedFigures } from './rtcp.js';

/** Sequence numbers that come later than this many others are from before. */
const halfRange = 0x8000;
/** A gap that is larger is not one of packets that were lost one by one: nobody asks for them. */
const largestGap = 500;
/** Times that a packet is asked for, and milliseconds between two. Browsers ask ten times. */
const mostRequests = 10;
const requestInterval = 60;
/** Milliseconds in which a packet may be overtaken by others: only then is it asked for. */
const patience = 10;
const mostMissing = 1000;

interface MissingPacket {
  requests: number;
  requestedAt: number;
}

export class IncomingStream {
  packets = 0;
  /** Of those, packets that came after others that were sent later: sent again, or overtaken. */
  recovered = 0;
  /** Units of the media clock, as section 6.4.1 smooths it. */
  private jitter = 0;
  private transit: number | null = null;
  private first = -1;
  private highest = -1;
  private reported = { expected: 0, packets: 0 };
  private senderReport: { compact: number; at: number } | null = null;
  private readonly missing = new Map<number, MissingPacket>();

  /** @param clockRate of the media clock, in Hz */
  constructor(
    readonly ssrc: number,
    private readonly clockRate = 90_000,
  ) {}

  /** How often its sequence numbers began anew. */
  get rollovers(): number {
    return this.highest >>> 16;
  }

  get lost(): number {
    return Math.max(0, this.expected - this.packets);
  }

  get expected(): number {
    return this.highest < 0 ? 0 : this.highest - this.first + 1;
  }

  get jitterMilliseconds(): number {
    return (this.jitter / this.clockRate) * 1000;
  }

  get hasMissing(): boolean {
    return this.missing.size > 0;
  }

  /**
   * @returns its sequence number with the rollovers above its 16 bits, or `null` where it came before
   */
  count(packet: Buffer, now = performance.now()): number | null {
    const sequence = packet.readUInt16BE(2);

    if (this.highest < 0) {
      this.first = this.highest = sequence;
      this.packets += 1;
      this.measureJitter(packet, now);

      return sequence;
    }

    const ahead = (sequence - this.highest) & 0xffff;
    const extended = ahead < halfRange ? this.highest + ahead : this.highest - (0x1_0000 - ahead);

    if (ahead === 0 || (ahead >= halfRange && !this.missing.delete(extended))) {
      return null;
    }

    this.packets += 1;

    if (ahead < halfRange) {
      this.noteGap(ahead, now);
      this.highest = extended;
      this.measureJitter(packet, now);
    } else {
      this.recovered += 1;
    }

    return extended;
  }

  /** The sequence numbers of packets to ask for now, again where they were asked for in vain. */
  wanted(now = performance.now()): number[] {
    const wanted: number[] = [];

    for (const [extended, request] of this.missing) {
      if (request.requests >= mostRequests) {
        this.missing.delete(extended);
      } else if (now - request.requestedAt >= requestInterval) {
        request.requests += 1;
        request.requestedAt = now;
        wanted.push(extended & 0xffff);
      }
    }

    return wanted;
  }

  /** @param compact the middle bits of the time that a sender's report tells */
  noteSenderReport(compact: number, now = performance.now()): void {
    this.senderReport = { compact, at: now };
  }

  /** What a receiver's report says of it; what was lost counts from the report before. `null`: nothing arrived yet. */
  report(now = performance.now()): ReceivedFigures | null {
    if (this.highest < 0) {
      return null;
    }

    const { ssrc, lost, expected, packets, senderReport } = this;
    const expectedSince = expected - this.reported.expected;
    const lostSince = expectedSince - (packets - this.reported.packets);
    this.reported = { expected, packets };

    return {
      ssrc,
      lost,
      highestSequence: this.highest,
      fractionLost: lostSince > 0 ? Math.min(255, Math.floor((lostSince * 256) / expectedSince)) : 0,
      jitter: Math.round(this.jitter),
      lastSenderReport: senderReport?.compact ?? 0,
      sinceSenderReport: senderReport ? now - senderReport.at : 0,
    };
  }

  private noteGap(ahead: number, now: number): void {
    if (ahead > largestGap) {
      return;
    }

    for (let extended = this.highest + 1; extended < this.highest + ahead; extended++) {
      this.missing.set(extended, { requests: 0, requestedAt: now - requestInterval + patience });
    }

    for (const extended of this.missing.keys()) {
      if (this.missing.size <= mostMissing) {
        break;
      }

      this.missing.delete(extended);
    }
  }

  private measureJitter(packet: Buffer, now: number): void {
    const transit = ((now * this.clockRate) / 1000 - packet.readUInt32BE(4)) % 2 ** 32;

    if (this.transit !== null) {
      const difference = Math.abs(transit - this.transit);
      // Where the timestamps began anew, or another stream goes on in this one, nothing is learned.
      this.jitter += difference > this.clockRate * 10 ? 0 : (difference - this.jitter) / 16;
    }

    this.transit = transit;
  }
}

/** Milliseconds of a round trip that a report of what we sent tells; `null` where it does not (section 6.4.1). */
export function roundTrip(lastSenderReport: number, sinceSenderReport: number, now = timeOfDay()): number | null {
  if (lastSenderReport === 0) {
    return null;
  }

  const units = (compactNtpTime(now) - lastSenderReport - sinceSenderReport) | 0;

  return units < 0 ? null : (units / 65_536) * 1000;
}
