import { describe, expect, it } from '@jest/globals';
import { Durations, Figures } from './figures.js';

describe('durations', () => {
  it('are exact to one per cent, from microseconds to a minute', () => {
    const durations = new Durations();
    [0.003, 0.5, 12, 61_000].forEach((milliseconds) => durations.add(milliseconds));
    expect(durations.percentile(25)).toBeCloseTo(0.003, 4);
    expect(durations.percentile(75)! / 12).toBeCloseTo(1, 1);
    expect(durations.percentile(100)! / 61_000).toBeCloseTo(1, 1);
    expect(new Durations().percentile(50)).toBeNull();
  });

  it('that are less than nothing or endless are kept within bounds', () => {
    const durations = new Durations();
    [-5, 1e9].forEach((milliseconds) => durations.add(milliseconds));
    expect(durations.percentile(50)).toBe(0.001);
    expect(durations.percentile(100)! / 120_000).toBeCloseTo(1, 1);
  });
});

describe('figures', () => {
  it('of two processes add up to those of one', () => {
    const [all, one, other] = [new Figures(), new Figures(), new Figures()];

    for (let value = 1; value <= 1000; value++) {
      const part = value % 2 === 0 ? one : other;
      [all, part].forEach((figures) => {
        figures.of('join').add(value);
        figures.counts.joined += 1;
      });
    }

    const sum = Figures.decode(one.encode()).add(Figures.decode(other.encode()));
    expect(sum.counts).toEqual(all.counts);
    expect([50, 95, 99].map((percent) => sum.of('join').percentile(percent))).toEqual(
      [50, 95, 99].map((percent) => all.of('join').percentile(percent)),
    );
    expect(sum.of('chat').count).toBe(0);
  });
});
