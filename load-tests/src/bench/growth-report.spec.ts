import { describe, expect, it } from '@jest/globals';
import { growthFaults, growthReport, sizesThatGrow } from './growth-report.js';
import type { GrowthFigures, GrowthReport } from './growth-figures.js';

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
    apart: 1000,
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
    const text = growthReport(report(figures(8, 70), figures(16, 100), figures(32, 101)));
    const rows = text.split('\n').filter((line) => /^\| +\d/.test(line));
    expect(
      rows.map((row) =>
        row
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, -1),
      ),
    ).toEqual([
      ['8', '70.0', '35.0', '', '280', '50 %', '80.0', '', '50 %'],
      ['16', '100.0', '50.0', '100 %', '400', '50 %', '160.0', '100 %', '50 %'],
      ['32', '101.0', '50.5', '101 %', '404', '50 %', '320.0', '200 %', '50 %'],
    ]);
    expect(text).toContain('line [70, 100, 101]\n  line [80, 160, 320]');
    expect(text).not.toContain('more than this machine carries');
  });

  it('names the sizes at which everything was too much, and those that could not be measured at all', () => {
    const measured = report(figures(8, 70), figures(16, 100));
    measured.everything.pop();
    expect(growthReport(measured)).toContain('more than this machine carries at 16.');
    expect(growthFaults(measured)).toEqual([]);
    expect(growthFaults({ ...measured, options: { ...measured.options, sizes: [8, 16, 32] } })).toEqual([
      '32 participants could not be measured',
    ]);
  });
});
