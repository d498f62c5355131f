import { describe, expect, it } from '@jest/globals';
import { IncomingStream, OutgoingStream, rtpHeaderLength } from './rtp.js';

function sentBy(count: number, audioLevelId: number | null = null): { header: Buffer; rollovers: number }[] {
  const sent: { header: Buffer; rollovers: number }[] = [];
  const stream = new OutgoingStream({
    payloadType: 96,
    clockRate: 90_000,
    audioLevelId,
    began: 0,
    firstTimestamp: 2 ** 32 - 1,
    send: (header, _payload, rollovers) => sent.push({ header, rollovers }),
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
    const { header } = sentBy(1, 10)[0]!;
    expect(rtpHeaderLength(header)).toBe(header.length);
    expect([header[16]! >> 4, header[17]]).toEqual([10, 30]);
  });
});

describe('a stream that arrives', () => {
  it('knows what is missing, also over the end of sequence numbers, and tells it once', () => {
    const stream = new IncomingStream(1);

    for (const sequence of [65_534, 65_535, 1, 0, 4]) {
      const packet = Buffer.alloc(12);
      packet.writeUInt16BE(sequence, 2);
      stream.count(packet);
    }

    expect(stream).toMatchObject({ packets: 5, lost: 2, rollovers: 1 });
    expect(stream.report()).toMatchObject({ lost: 2, highestSequence: 0x1_0004, fractionLost: 73 });
    expect(stream.report()).toMatchObject({ lost: 2, fractionLost: 0 });
  });
});
