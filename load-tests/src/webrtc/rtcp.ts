/** RTCP as bots need it: reports in both directions, and requests for key frames (RFC 3550, RFC 4585, RFC 5104). */

const types = { senderReport: 200, receiverReport: 201, payloadFeedback: 206 } as const;
const formats = { pictureLoss: 1, fullIntraRequest: 4 } as const;
/** Blocks in one report; their number has five bits. */
const mostBlocks = 31;
const blockLength = 24;
/** Seconds from 1900, where NTP's time begins, to 1970. */
const ntpEpoch = 2_208_988_800;

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
}

/** @param now milliseconds since 1970, which `timestamp` belongs to */
export function senderReport({ ssrc, timestamp, packets, bytes }: SentFigures, now: number): Buffer {
  const report = packet(types.senderReport, 0, 28);
  report.writeUInt32BE(ssrc, 4);
  report.writeUInt32BE(Math.floor(now / 1000) + ntpEpoch, 8);
  report.writeUInt32BE(Math.floor(((now % 1000) / 1000) * 2 ** 32), 12);
  report.writeUInt32BE(timestamp, 16);
  report.writeUInt32BE(packets >>> 0, 20);
  report.writeUInt32BE(bytes >>> 0, 24);

  return report;
}

/** As many reports as it takes to tell of all streams. Jitter and round-trip times are left out. */
export function* receiverReports(reporter: number, streams: readonly ReceivedFigures[]): Generator<Buffer> {
  for (let from = 0; from < streams.length; from += mostBlocks) {
    const blocks = streams.slice(from, from + mostBlocks);
    const report = packet(types.receiverReport, blocks.length, 8 + blocks.length * blockLength);
    report.writeUInt32BE(reporter, 4);
    blocks.forEach(({ ssrc, fractionLost, lost, highestSequence }, index) => {
      const offset = 8 + index * blockLength;
      report.writeUInt32BE(ssrc, offset);
      report.writeUInt32BE(((fractionLost << 24) | (Math.max(0, lost) & 0xff_ffff)) >>> 0, offset + 4);
      report.writeUInt32BE(highestSequence >>> 0, offset + 8);
    });
    yield report;
  }
}

/** The streams of which a key frame is asked for in a compound packet. */
export function* keyFrameRequests(compound: Buffer): Generator<number> {
  for (let offset = 0; offset + 12 <= compound.length;) {
    const length = (compound.readUInt16BE(offset + 2) + 1) * 4;
    const format = compound[offset]! & 0x1f;

    if (compound[offset + 1] === types.payloadFeedback) {
      if (format === formats.pictureLoss) {
        yield compound.readUInt32BE(offset + 8);
      } else if (format === formats.fullIntraRequest && offset + 16 <= compound.length) {
        yield compound.readUInt32BE(offset + 12);
      }
    }

    offset += length;
  }
}

function packet(type: number, count: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = 0x80 | count;
  bytes[1] = type;
  bytes.writeUInt16BE(length / 4 - 1, 2);

  return bytes;
}
