import { describe, expect, it } from '@jest/globals';
import { memoryGrowth } from './memory-trend.js';

const grown = (...heap: number[]) =>
  memoryGrowth(
    heap.map((heapBytes, index) => ({ joins: index, heapBytes, residentBytes: 0, workerBytes: 0 })),
    'heapBytes',
  );

describe('the growth of memory', () => {
  it('is what all later samples have more than the earlier ones', () => {
    expect(grown(0, 0, 10, 20, 30, 40, 50, 60)).toBe(30);
  });

  it('is nothing where it only goes up and down, or a process gets warm', () => {
    expect(grown(0, 50, 100, 101, 99, 180, 99, 100, 101, 100)).toBeLessThan(2);
  });

  it('is not told from a single sample', () => {
    expect(grown(100)).toBe(0);
    expect(grown(100, 200)).toBe(0);
  });
});
