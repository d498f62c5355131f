import { describe, expect, it } from '@jest/globals';
import { readNtpTime, timeOfDay } from './clock.js';
import { captureTimeMarks, extensionOffset, OutgoingStream, rtpHeaderLength } from './rtp.js';

function sentBy(
  count: number,
  extensions: { audioLevelId?: number; captureTimeId?: number } = {},
): { header: Buffer; rollovers: number }[] {
  const sent: { header: Buffer; rollovers: number }[] = [];
  const stream = new OutgoingStream({
    payloadType: 96,
    clockRate: 90_000,
    layer: 2,
    ...extensions,
    began: 0,
    firstTimestamp: 2 ** 32 - 1,
    send: (header, _payload, rollovers) => {
      sent.push({ header, rollovers });

      return header;
    },
  });

  for (let index = 0; index < count; index++) {
    stream.send(Buffer.alloc(4), { now: index, marker: true, audioLevel: 30 });
  }

  return sent;
}

describe('a stream that leaves', () => {
  it('counts its packets over the end of sequence numbers and timestamps', () => {
    const sent = sentBy(0x1_0001);
    const sequences = sent.map(({ header, rollovers }) => rollovers * 0x1_0000 + header.readUInt16BE(2));
    expect(sequences.every((sequence, index) => sequence === sequences[0]! + index)).toBe(true);
    expect(sent[1]!.header.readUInt32BE(4)).toBe(89);
  });

  it('tells the volume where that was agreed', () => {
    const { header } = sentBy(1, { audioLevelId: 10 })[0]!;
    expect(rtpHeaderLength(header)).toBe(header.length);
    expect([header[16]! >> 4, header[17]]).toEqual([10, 30]);
  });

  it('tells when it was sent and its layer, beside the volume', () => {
    const before = timeOfDay();
    const { header } = sentBy(1, { audioLevelId: 10, captureTimeId: 13 })[0]!;
    const offset = extensionOffset(header, 13);
    expect(rtpHeaderLength(header)).toBe(header.length);
    expect(readNtpTime(header, offset)).toBeGreaterThan(before - 0.01);
    expect(readNtpTime(header, offset)).toBeLessThan(timeOfDay() + 0.01);
    expect(header[offset + 7]! & captureTimeMarks.all).toBe(2);
    expect(header[extensionOffset(header, 10)]).toBe(30);
    expect(extensionOffset(header, 5)).toBe(-1);
  });

  it('keeps the last packets, to be sent again', () => {
    const headers: Buffer[] = [];
    const stream = new OutgoingStream({
      payloadType: 96,
      clockRate: 90_000,
      kept: 2,
      began: 0,
      firstTimestamp: 0,
      send: (header) => {
        headers.push(header);

        return header;
      },
    });
    [0, 1, 2].forEach((now) => stream.send(Buffer.alloc(4), { now, marker: true }));
    const kept = headers.map((header) => stream.keptPacket(header.readUInt16BE(2)));
    expect(kept).toEqual([null, headers[1], headers[2]]);
  });
});
