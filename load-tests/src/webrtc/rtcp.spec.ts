import { describe, expect, it } from '@jest/globals';
import { keyFrameRequests, receiverReports, senderReport } from './rtcp.js';

describe('reports', () => {
  it('of a sender tell its clock beside the time of day', () => {
    const report = senderReport({ ssrc: 5, timestamp: 90_000, packets: 3, bytes: 1000 }, 1500);
    expect(report.readUInt16BE(2)).toBe(report.length / 4 - 1);
    expect(report.readUInt32BE(8)).toBe(2_208_988_801);
    expect(report.readUInt32BE(12)).toBe(2 ** 31);
    expect([report.readUInt32BE(16), report.readUInt32BE(20), report.readUInt32BE(24)]).toEqual([90_000, 3, 1000]);
  });

  it('of a receiver have no more than 31 blocks each', () => {
    const stream = { ssrc: 1, fractionLost: 128, lost: 2, highestSequence: 70_000 };
    const reports = [
      ...receiverReports(
        9,
        Array.from({ length: 40 }, (_, ssrc) => ({ ...stream, ssrc })),
      ),
    ];
    expect(reports.map((report) => report[0]! & 0x1f)).toEqual([31, 9]);
    expect(reports[1]!.readUInt32BE(8)).toBe(31);
    expect(reports[1]!.readUInt32BE(12)).toBe(0x8000_0002);
    expect(reports[1]!.readUInt32BE(16)).toBe(70_000);
  });
});

describe('requests for key frames', () => {
  it('are found among other packets, of both kinds', () => {
    const report = senderReport({ ssrc: 5, timestamp: 0, packets: 0, bytes: 0 }, 0);
    const pictureLoss = Buffer.from('81ce0002000000010000000a', 'hex');
    const fullIntra = Buffer.from('84ce000400000001000000000000000b01000000', 'hex');
    expect([...keyFrameRequests(Buffer.concat([report, pictureLoss, fullIntra]))]).toEqual([10, 11]);
    expect([...keyFrameRequests(report)]).toEqual([]);
  });
});
