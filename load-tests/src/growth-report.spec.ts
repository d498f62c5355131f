import { describe, expect, it } from '@jest/globals';
import { growthTable, sizesThatGrow } from './growth-report.js';
import type { GrowthFigures, GrowthReport } from './growth.js';

const figures = (participants: number, packets: number): GrowthFigures => ({
  participants,
  packets,
  speakers: 1,
  videoPackets: packets / 2,
  bytes: packets * 500,
  workerCpu: 0.5,
  lost: 0,
  undecipherable: 0,
});

const report = (...plan: GrowthFigures[]): GrowthReport => ({
  options: {
    sizes: plan.map(({ participants }) => participants),
    tiles: 9,
    rates: { framesPerSecond: 5, voicePacketsPerSecond: 10 },
    speakerOf: 3,
    seconds: 10,
    workers: 1,
  },
  plan,
  everything: plan.map(({ participants }) => figures(participants, participants * 10)),
});

describe('a report of growth', () => {
  it('names the large meetings whose participants are sent more, or less, than in the first of them', () => {
    expect(sizesThatGrow(report(figures(4, 30), figures(16, 100), figures(32, 109), figures(64, 92)))).toEqual([]);
    expect(sizesThatGrow(report(figures(16, 100), figures(32, 111), figures(64, 89)))).toEqual([32, 64]);
    expect(sizesThatGrow(report(figures(4, 30), figures(8, 60)))).toEqual([]);
  });

  it('puts both ways of forwarding side by side', () => {
    const lines = growthTable(report(figures(8, 70), figures(16, 100), figures(32, 101))).split('\n');
    expect(lines.slice(-3)).toEqual([
      '| 8 | 70.0 | 35.0 |  | 280 | 50 % | 80.0 |  | 50 % |',
      '| 16 | 100.0 | 50.0 | 100 % | 400 | 50 % | 160.0 | 100 % | 50 % |',
      '| 32 | 101.0 | 50.5 | 101 % | 404 | 50 % | 320.0 | 200 % | 50 % |',
    ]);
  });
});
