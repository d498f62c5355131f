import { describe, expect, it } from '@jest/globals';
import { compactNtpTime } from './clock.js';
import { IncomingStream, roundTrip } from './incoming-stream.js';

function packet(sequence: number, timestamp = 0): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt16BE(sequence, 2);
  bytes.writeUInt32BE(timestamp, 4);

  return bytes;
}

describe('a stream that arrives', () => {
  it('knows what is missing, also over the end of sequence numbers, and tells it once', () => {
    const stream = new IncomingStream(1);
    const extended = [65_534, 65_535, 1, 0, 4].map((sequence) => stream.count(packet(sequence)));

    expect(extended).toEqual([65_534, 65_535, 0x1_0001, 0x1_0000, 0x1_0004]);
    expect(stream).toMatchObject({ packets: 5, lost: 2, recovered: 1, rollovers: 1 });
    expect(stream.report()).toMatchObject({ lost: 2, highestSequence: 0x1_0004, fractionLost: 73 });
    expect(stream.report()).toMatchObject({ lost: 2, fractionLost: 0 });
  });

  it('counts a packet once, however often it comes', () => {
    const stream = new IncomingStream(1);
    expect([1, 3, 3, 2, 2].map((sequence) => stream.count(packet(sequence)))).toEqual([1, 3, null, 2, null]);
    expect(stream).toMatchObject({ packets: 3, lost: 0 });
  });

  it('asks for what is missing when it was not merely overtaken, again after a while, and not for ever', () => {
    const stream = new IncomingStream(1);
    stream.count(packet(65_535), 0);
    stream.count(packet(2), 0);
    expect(stream.wanted(0)).toEqual([]);
    expect(stream.wanted(10)).toEqual([0, 1]);
    expect(stream.wanted(20)).toEqual([]);
    stream.count(packet(1), 20);
    expect(stream.wanted(100)).toEqual([0]);

    for (let now = 200; now < 3000; now += 100) {
      stream.wanted(now);
    }

    expect(stream.hasMissing).toBe(false);
  });

  it('measures how unevenly packets come', () => {
    const [even, uneven] = [new IncomingStream(1, 1000), new IncomingStream(2, 1000)];

    for (let index = 0; index < 200; index++) {
      even.count(packet(index, index * 20), index * 20 + 5);
      uneven.count(packet(index, index * 20), index * 20 + (index % 2) * 10);
    }

    expect(even.jitterMilliseconds).toBe(0);
    expect(uneven.jitterMilliseconds).toBeCloseTo(10, 1);
  });
});

describe('a round trip', () => {
  it('is what a report leaves of the time since the one before', () => {
    const [sent, now] = [1_700_000_000_000, 1_700_000_000_150];
    expect(roundTrip(compactNtpTime(sent), Math.round(0.1 * 65_536), now)).toBeCloseTo(50, 0);
    expect(roundTrip(0, 0, now)).toBeNull();
  });
});
