/** How the counters of the connections become a report. */
import { describe, expect, it } from '@jest/globals';
import { qualityReportSchema } from '@minimeet/protocol';
import * as fc from 'fast-check';
import { qualityBetween, snapshotOf, type QualitySnapshot } from './quality.js';

function reportOf(...entries: object[]): RTCStatsReport {
  return new Map(entries.map((entry, index) => [String(index), entry])) as unknown as RTCStatsReport;
}

function look(at: number, streams: Record<string, [received: number, lost: number]>, bytes = 0): QualitySnapshot {
  const counters = Object.entries(streams).map(
    ([id, [packetsReceived, packetsLost]]) =>
      [id, { packetsReceived, packetsLost, freezes: 0, freezeSeconds: 0 }] as const,
  );

  return { at, streams: new Map(counters), bytesSent: bytes, bytesReceived: bytes * 2, roundTripTime: 40 };
}

const packets = (before: QualitySnapshot | null, now: QualitySnapshot) => {
  const { packetsReceived, packetsLost } = qualityBetween(before, now, 0)!;

  return [packetsReceived, packetsLost];
};

describe('a look at the counters', () => {
  const recv = reportOf(
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' },
    {
      id: 'P1',
      type: 'candidate-pair',
      bytesReceived: 1,
      currentRoundTripTime: 9,
      nominated: true,
      state: 'succeeded',
    },
    { id: 'P2', type: 'candidate-pair', bytesReceived: 5000, currentRoundTripTime: 0.03 },
    { id: 'A', type: 'inbound-rtp', mid: '0', packetsReceived: 50, packetsLost: 2 },
    { id: 'V', type: 'inbound-rtp', mid: '1', packetsReceived: 70, freezeCount: 2, totalFreezesDuration: 0.5 },
    { id: 'X', type: 'inbound-rtp', mid: 'probator', packetsReceived: 900, packetsLost: 400 },
  );
  const send = reportOf({
    id: 'P',
    type: 'candidate-pair',
    bytesSent: 7000,
    currentRoundTripTime: 0.05,
    nominated: true,
    state: 'succeeded',
  });

  it('takes the pair that is used, each stream, and not the probator', () => {
    expect(snapshotOf({ send, recv }, 5)).toEqual({
      at: 5,
      streams: new Map([
        ['A', { packetsReceived: 50, packetsLost: 2, freezes: 0, freezeSeconds: 0 }],
        ['V', { packetsReceived: 70, packetsLost: 0, freezes: 2, freezeSeconds: 0.5 }],
      ]),
      bytesSent: 7000,
      bytesReceived: 5000,
      roundTripTime: 40,
    });
  });

  it('has no round trip before one was measured', () => {
    expect(snapshotOf({ send: null, recv: reportOf() }, 5)).toMatchObject({ roundTripTime: null, bytesSent: 0 });
  });
});

describe('the difference of two looks', () => {
  it('is what happened in between, in bit/s and milliseconds', () => {
    expect(qualityBetween(look(1000, { a: [10, 1] }, 100), look(3000, { a: [110, 3] }, 1100), 0)).toEqual({
      seconds: 2,
      roundTripTime: 40,
      packetsReceived: 100,
      packetsLost: 2,
      sendBitrate: 4000,
      recvBitrate: 8000,
      freezes: 0,
      freezeSeconds: 0,
    });
  });

  it('counts from joining the first time', () => {
    expect(qualityBetween(null, look(5000, { a: [10, 1] }, 500), 1000)).toMatchObject({
      seconds: 4,
      packetsReceived: 10,
      packetsLost: 1,
      sendBitrate: 1000,
    });
  });

  it('takes in streams that come and go', () => {
    expect(packets(look(0, { a: [10, 0], b: [99, 9] }), look(1000, { a: [20, 0], c: [5, 1] }))).toEqual([15, 1]);
  });

  it('takes a counter that went back for a new one', () => {
    expect(packets(look(0, { a: [1000, 50] }), look(1000, { a: [30, 2] }))).toEqual([30, 2]);
    expect(qualityBetween(look(0, {}, 5000), look(1000, {}, 100), 0)).toMatchObject({ sendBitrate: 800 });
  });

  it('loses less than nothing when late packets come, and says nothing', () => {
    expect(packets(look(0, { a: [10, 5] }), look(1000, { a: [20, 3] }))).toEqual([10, 0]);
  });

  it('is nothing when no time has passed', () => {
    expect(qualityBetween(look(5, {}), look(5, {}), 0)).toBeNull();
  });

  it('is always something that the server takes', () => {
    const count = fc.double({ min: 0, max: 1e15, noNaN: true });
    const snapshot = fc.record({
      at: fc.double({ min: 0, max: 1e12, noNaN: true }),
      streams: fc
        .array(
          fc.tuple(
            fc.constantFrom('a', 'b', 'c'),
            fc.record({ packetsReceived: count, packetsLost: count, freezes: count, freezeSeconds: count }),
          ),
        )
        .map((entries) => new Map(entries)),
      bytesSent: count,
      bytesReceived: count,
      roundTripTime: fc.option(count),
    });

    fc.assert(
      fc.property(snapshot, snapshot, (before, now) => {
        const report = qualityBetween(before, now, 0);

        expect(report === null || qualityReportSchema.safeParse(report).success).toBe(true);
      }),
    );
  });
});
