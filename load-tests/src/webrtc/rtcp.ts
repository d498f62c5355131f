/** RTCP as bots need it: reports in both directions, requests for key frames and for lost packets (RFC 3550, RFC 4585, RFC 5104). */
import { writeNtpTime } from './clock.js';

const types = { senderReport: 200, receiverReport: 201, transportFeedback: 205, payloadFeedback: 206 } as const;
const formats = { genericNack: 1, pictureLoss: 1, fullIntraRequest: 4 } as const;
/** Blocks in one report; their number has five bits. */
const mostBlocks = 31;
const blockLength = 24;
const senderInfoLength = 20;

export interface SentFigures {
  ssrc: number;
  /** The media clock now. */
  timestamp: number;
  packets: number;
  bytes: number;
}

export interface ReceivedFigures {
  ssrc: number;
  /** Of what was sent since the report before, 0 to 255. */
  fractionLost: number;
  lost: number;
  /** With the rollovers above its 16 bits. */
  highestSequence: number;
  /** Units of the media clock. */
  jitter?: number;
  /** The middle bits of the time in the sender's last report; 0: there was none. */
  lastSenderReport?: number;
  /** Milliseconds since that came. */
  sinceSenderReport?: number;
}

/** Something that the other side says of one stream. */
export type Feedback =
  | { what: 'key frame wanted'; ssrc: number }
  | { what: 'packets wanted'; ssrc: number; sequences: number[] }
  /** `compact`: the middle bits of its time. */
  | { what: 'sender report'; ssrc: number; compact: number }
  /** `lastSenderReport` and the time since then, both in units of 1/65536 s. */
  | { what: 'reception'; ssrc: number; fractionLost: number; lastSenderReport: number; sinceSenderReport: number };

/** @param now milliseconds since 1970, which `timestamp` belongs to */
export function senderReport({ ssrc, timestamp, packets, bytes }: SentFigures, now: number): Buffer {
  const report = packet(types.senderReport, 0, 28);
  report.writeUInt32BE(ssrc, 4);
  writeNtpTime(report, 8, now);
  report.writeUInt32BE(timestamp, 16);
  report.writeUInt32BE(packets >>> 0, 20);
  report.writeUInt32BE(bytes >>> 0, 24);

  return report;
}

/** As many reports as it takes to tell of all streams. */
export function* receiverReports(reporter: number, streams: readonly ReceivedFigures[]): Generator<Buffer> {
  for (let from = 0; from < streams.length; from += mostBlocks) {
    const blocks = streams.slice(from, from + mostBlocks);
    const report = packet(types.receiverReport, blocks.length, 8 + blocks.length * blockLength);
    report.writeUInt32BE(reporter, 4);
    blocks.forEach((stream, index) => writeBlock(report, 8 + index * blockLength, stream));
    yield report;
  }
}

/** Asks for packets of a stream by their sequence numbers, which have to be in order (RFC 4585 section 6.2.1). */
export function nack(reporter: number, ssrc: number, sequences: readonly number[]): Buffer {
  const items: { first: number; following: number }[] = [];

  for (const sequence of sequences) {
    const last = items.at(-1);
    const ahead = last ? (sequence - last.first) & 0xffff : Infinity;

    if (last && ahead >= 1 && ahead <= 16) {
      last.following |= 1 << (ahead - 1);
    } else {
      items.push({ first: sequence, following: 0 });
    }
  }

  const request = packet(types.transportFeedback, formats.genericNack, 12 + items.length * 4);
  request.writeUInt32BE(reporter, 4);
  request.writeUInt32BE(ssrc, 8);
  items.forEach(({ first, following }, index) => {
    request.writeUInt16BE(first, 12 + index * 4);
    request.writeUInt16BE(following, 14 + index * 4);
  });

  return request;
}

/** Asks for a key frame of a stream (RFC 4585 section 6.3.1). */
export function pictureLoss(reporter: number, ssrc: number): Buffer {
  const request = packet(types.payloadFeedback, formats.pictureLoss, 12);
  request.writeUInt32BE(reporter, 4);
  request.writeUInt32BE(ssrc, 8);

  return request;
}

/** All that a compound packet says of streams. */
export function* feedbackIn(compound: Buffer): Generator<Feedback> {
  for (let offset = 0; offset + 8 <= compound.length;) {
    const length = (compound.readUInt16BE(offset + 2) + 1) * 4;
    yield* feedbackInOne(compound.subarray(offset, offset + length));
    offset += length;
  }
}

function* feedbackInOne(part: Buffer): Generator<Feedback> {
  const count = part[0]! & 0x1f;

  switch (part[1]) {
    case types.senderReport:
      if (part.length >= 8 + senderInfoLength) {
        yield { what: 'sender report', ssrc: part.readUInt32BE(4), compact: part.readUInt32BE(10) };
        yield* receptionsIn(part, 8 + senderInfoLength, count);
      }
      break;
    case types.receiverReport:
      yield* receptionsIn(part, 8, count);
      break;
    case types.transportFeedback:
      if (count === formats.genericNack && part.length >= 16) {
        yield { what: 'packets wanted', ssrc: part.readUInt32BE(8), sequences: [...wantedIn(part)] };
      }
      break;
    case types.payloadFeedback:
      if (count === formats.pictureLoss && part.length >= 12) {
        yield { what: 'key frame wanted', ssrc: part.readUInt32BE(8) };
      } else if (count === formats.fullIntraRequest && part.length >= 16) {
        yield { what: 'key frame wanted', ssrc: part.readUInt32BE(12) };
      }
  }
}

function* receptionsIn(part: Buffer, from: number, count: number): Generator<Feedback> {
  for (let offset = from; offset < from + count * blockLength && offset + blockLength <= part.length;) {
    yield {
      what: 'reception',
      ssrc: part.readUInt32BE(offset),
      fractionLost: part[offset + 4]! / 256,
      lastSenderReport: part.readUInt32BE(offset + 16),
      sinceSenderReport: part.readUInt32BE(offset + 20),
    };
    offset += blockLength;
  }
}

function* wantedIn(part: Buffer): Generator<number> {
  for (let offset = 12; offset + 4 <= part.length; offset += 4) {
    const [first, following] = [part.readUInt16BE(offset), part.readUInt16BE(offset + 2)];
    yield first;

    for (let bit = 0; bit < 16; bit++) {
      if (following & (1 << bit)) {
        yield (first + bit + 1) & 0xffff;
      }
    }
  }
}

function writeBlock(report: Buffer, offset: number, stream: ReceivedFigures): void {
  const { ssrc, fractionLost, lost, highestSequence, jitter = 0, lastSenderReport = 0, sinceSenderReport = 0 } = stream;
  report.writeUInt32BE(ssrc, offset);
  report.writeUInt32BE(((fractionLost << 24) | (Math.max(0, lost) & 0xff_ffff)) >>> 0, offset + 4);
  report.writeUInt32BE(highestSequence >>> 0, offset + 8);
  report.writeUInt32BE(jitter >>> 0, offset + 12);
  report.writeUInt32BE(lastSenderReport, offset + 16);
  report.writeUInt32BE(Math.round(sinceSenderReport * 65.536) >>> 0, offset + 20);
}

function packet(type: number, count: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = 0x80 | count;
  bytes[1] = type;
  bytes.writeUInt16BE(length / 4 - 1, 2);

  return bytes;
}
