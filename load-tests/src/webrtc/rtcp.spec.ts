import { describe, expect, it } from '@jest/globals';
import { feedbackIn, nack, pictureLoss, receiverReports, senderReport } from './rtcp.js';

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

describe('feedback', () => {
  const report = senderReport({ ssrc: 5, timestamp: 0, packets: 0, bytes: 0 }, 0);

  it('asks for key frames in two ways', () => {
    const pictureLoss = Buffer.from('81ce0002000000010000000a', 'hex');
    const fullIntra = Buffer.from('84ce000400000001000000000000000b01000000', 'hex');
    expect([...feedbackIn(Buffer.concat([report, pictureLoss, fullIntra]))].slice(1)).toEqual([
      { what: 'key frame wanted', ssrc: 10 },
      { what: 'key frame wanted', ssrc: 11 },
    ]);
  });

  it('asks for lost packets, seventeen in one item', () => {
    const sequences = [65_535, 0, 15, 16, 40];
    const request = nack(1, 7, sequences);
    expect(request).toHaveLength(12 + 3 * 4);
    expect([...feedbackIn(request)]).toEqual([{ what: 'packets wanted', ssrc: 7, sequences }]);
  });

  it('asks for a key frame', () => {
    expect([...feedbackIn(pictureLoss(1, 7))]).toEqual([{ what: 'key frame wanted', ssrc: 7 }]);
  });

  it('tells when reports were made, and what became of what was sent', () => {
    const stream = {
      ssrc: 3,
      fractionLost: 64,
      lost: 1,
      highestSequence: 9,
      lastSenderReport: 5,
      sinceSenderReport: 1000,
    };
    const [received] = [...receiverReports(9, [stream])];
    expect([...feedbackIn(Buffer.concat([report, received!]))]).toEqual([
      { what: 'sender report', ssrc: 5, compact: report.readUInt32BE(10) },
      { what: 'reception', ssrc: 3, fractionLost: 0.25, lastSenderReport: 5, sinceSenderReport: 65_536 },
    ]);
  });

  it('that ends too early is passed over', () => {
    expect([...feedbackIn(Buffer.from('81ce000200000001', 'hex'))]).toEqual([]);
    expect([...feedbackIn(Buffer.from('81', 'hex'))]).toEqual([]);
  });
});
