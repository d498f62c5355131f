import { describe, expect, it } from '@jest/globals';
import { crossing, median, middleHalf, percentile, slope } from './statistics.js';

describe('statistics', () => {
  it('take the value below which a share of all lies', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([1, 50, 95, 100]);
    expect(percentile([7], 0.95)).toBe(7);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('take the middle, or half way between the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 7])).toBe(6);
  });

  it('leave out the quarters that stray', () => {
    expect(middleHalf([100, 1, 2, 3, -50, 3, 2, 1])).toEqual({ from: 1, to: 3, mean: 2 });
    expect(middleHalf([7])).toEqual({ from: 7, to: 7, mean: 7 });
  });

  it('lay a line through points', () => {
    expect(slope([0, 1, 2].map((x) => ({ x, y: 10 - 3 * x })))).toBeCloseTo(-3);
    expect(
      slope([
        { x: 0, y: 0 },
        { x: 1, y: 2 },
        { x: 2, y: 1 },
      ]),
    ).toBeCloseTo(0.5);
  });

  it('find where measured points cross a value, if they do', () => {
    const points = [
      { x: 10, y: 0.4 },
      { x: 20, y: 0.6 },
      { x: 30, y: 0.8 },
    ];
    expect(crossing(points, 0.7)).toBeCloseTo(25);
    expect(crossing(points, 0.9)).toBeNull();
    expect(crossing(points, 0.3)).toBeNull();
  });
});
