import { describe, expect, it } from '@jest/globals';
import { WorkerLoadMeter } from './worker-load.js';

const usage = (pid: number, cpuSeconds: number) => ({ pid, cpuSeconds, memoryBytes: 1000, routers: 2 });

describe('the load of a media worker', () => {
  it('is the share of a core since the look before, and nothing at the first one', () => {
    let now = 0;
    const meter = new WorkerLoadMeter(() => now);

    expect(meter.measure([usage(1, 10)])).toEqual([{ pid: 1, cpu: 0, memoryBytes: 1000, routers: 2 }]);
    now = 4000;
    expect(meter.measure([usage(1, 11), usage(2, 50)])).toMatchObject([
      { pid: 1, cpu: 0.25 },
      { pid: 2, cpu: 0 },
    ]);
    now = 5000;
    expect(meter.measure([usage(1, 11), usage(2, 50.5)])).toMatchObject([{ cpu: 0 }, { cpu: 0.5 }]);
  });

  it('stays between 0 and 1, also when two looks fall together or a process number comes again', () => {
    let now = 0;
    const meter = new WorkerLoadMeter(() => now);
    meter.measure([usage(1, 10)]);

    expect(meter.measure([usage(1, 12)])).toMatchObject([{ cpu: 0 }]);
    now = 1000;
    expect(meter.measure([usage(1, 14)])).toMatchObject([{ cpu: 1 }]);
    now = 2000;
    expect(meter.measure([usage(1, 0.5)])).toMatchObject([{ cpu: 0 }]);
  });
});
