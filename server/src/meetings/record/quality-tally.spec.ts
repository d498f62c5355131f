/** How reports of a connection are summed up and rated. */
import { describe, expect, it } from '@jest/globals';
import type { QualityReport } from '@minimeet/protocol';
import { rateQuality } from './quality-rating.js';
import { QualityTally } from './quality-tally.js';

const report: QualityReport = {
  seconds: 10,
  roundTripTime: 20,
  packetsReceived: 990,
  packetsLost: 10,
  sendBitrate: 1000,
  recvBitrate: 2000,
  freezes: 1,
  freezeSeconds: 0.05,
};

function summaryOf(...reports: QualityReport[]) {
  const tally = new QualityTally();
  reports.forEach((each) => tally.add(each));

  return tally.summary;
}

describe('the sum of reports', () => {
  it('is nothing before the first', () => {
    expect(summaryOf()).toBeNull();
  });

  it('weighs each by the time that it is about', () => {
    expect(
      summaryOf(report, { ...report, seconds: 30, roundTripTime: 60, sendBitrate: 5000, packetsLost: 10 }),
    ).toEqual({
      rating: 'good',
      roundTripTime: 50,
      lossRatio: 0.01,
      sendBitrate: 4000,
      recvBitrate: 2000,
      freezes: 2,
      freezeSeconds: 0.1,
      measuredSeconds: 40,
    });
  });

  it('leaves out round trips that were not measured', () => {
    expect(summaryOf(report, { ...report, roundTripTime: null })?.roundTripTime).toBe(20);
    expect(summaryOf({ ...report, roundTripTime: null })?.roundTripTime).toBeNull();
  });

  it('has no loss where there were no packets, and no more standing still than time', () => {
    const alone = { ...report, packetsReceived: 0, packetsLost: 0, freezeSeconds: 1000 };

    expect(summaryOf(alone)).toMatchObject({ lossRatio: 0, freezeSeconds: 10, rating: 'poor' });
  });
});

describe('the rating', () => {
  const measured = { roundTripTime: 20, lossRatio: 0, freezeSeconds: 0, measuredSeconds: 100 };

  it.each([
    ['good', {}],
    ['good', { roundTripTime: null }],
    ['good', { roundTripTime: 150, lossRatio: 0.01, freezeSeconds: 1 }],
    ['fair', { roundTripTime: 151 }],
    ['fair', { lossRatio: 0.05 }],
    ['fair', { freezeSeconds: 5 }],
    ['poor', { roundTripTime: 401 }],
    ['poor', { lossRatio: 0.051 }],
    ['poor', { freezeSeconds: 5.1 }],
  ])('is %s with %o', (rating, difference) => {
    expect(rateQuality({ ...measured, ...difference })).toBe(rating);
  });
});
