/** Nothing is left of participants, however they went. `npm run load:soak` does the same with many more. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { soak } from '../src/soak.js';
import { memoryGrowth } from '../src/memory-trend.js';
import { compileLoadTests } from './compile.js';

const joins = 60;

describe('after many have joined, left and broken off', () => {
  beforeAll(compileLoadTests);

  it('nothing of them is left on two workers, nor in the memory of the server', async () => {
    const { samples, endings } = await soak({
      joins,
      seed: 2,
      atOnce: 6,
      workers: 2,
      looks: 4,
      killWorkers: true,
      say: (line) => process.stderr.write(`${line}\n`),
    });

    // soak() rejects where something is left.
    expect(samples.map((sample) => sample.joins)).toEqual([15, 30, 45, 60]);
    expect(Object.keys(endings)).toHaveLength(4);
    expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(joins);
    expect(memoryGrowth(samples, 'heapBytes')).toBeLessThan(5e6);
    expect(memoryGrowth(samples, 'residentBytes')).toBeLessThan(40e6);
    expect(memoryGrowth(samples, 'workerBytes')).toBeLessThan(20e6);
  });
});
