import { describe, expect, it } from '@jest/globals';
import { fileWarnings, generatorWarnings, refusalWarnings } from './limits.js';
import type { Moment } from './report.js';
import { usageIn } from './server-figures.js';

const metrics = `# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total 12.5
process_resident_memory_bytes 200000000
nodejs_eventloop_lag_p99_seconds 0.011
minimeet_worker_cpu_seconds_total{worker="0"} 40
minimeet_worker_cpu_seconds_total{worker="1"} 2.5
minimeet_worker_memory_bytes{worker="0"} 50000000
`;

describe('the metrics of a server', () => {
  it('tell how busy it is', () => {
    expect(usageIn(metrics, 7)).toEqual({
      at: 7,
      nodeCpuSeconds: 12.5,
      nodeBytes: 2e8,
      loopDelayP99: 1,
      workers: [
        { id: '{worker="0"}', cpuSeconds: 40, bytes: 5e7 },
        { id: '{worker="1"}', cpuSeconds: 2.5, bytes: 0 },
      ],
    });
  });

  it('of something else are refused', () => {
    expect(() => usageIn('<!doctype html>')).toThrow(/not the metrics of a MiniMeet server/);
  });
});

describe('warnings', () => {
  const moment = (generatorCpu: number, generatorLoopDelayP99: number) =>
    ({ generatorCpu, generatorLoopDelayP99 }) as Moment;

  it('tell when bots were the limit, and not when they were that for a moment', () => {
    const calm = Array.from({ length: 9 }, () => moment(0.3, 2));
    expect(generatorWarnings([...calm, moment(1, 200)])).toEqual([]);
    const [busy, late] = generatorWarnings(Array.from({ length: 4 }, () => moment(0.97, 90)));
    expect(busy).toMatch(/more than 85 % of a core 100 % of the time/);
    expect(late).toMatch(/event loops was held up for more than 50 ms/);
  });

  it('tell when bots were the limit for some seconds in a long test, as when they joined', () => {
    const calm = Array.from({ length: 100 }, () => moment(0.3, 2));
    const joining = Array.from({ length: 5 }, () => moment(0.96, 2));
    expect(generatorWarnings([...joining.slice(1), ...calm])).toEqual([]);
    expect(generatorWarnings([...joining, ...calm])[0]).toMatch(/more than 85 % of a core 5 % of the time/);
  });

  it('tell when files run short', () => {
    expect(fileWarnings(100, false, 1024)).toEqual([]);
    expect(fileWarnings(300, false, 1024)[0]).toMatch(/ulimit -n/);
    expect(fileWarnings(100, true, 1024)).toHaveLength(1);
    expect(fileWarnings(100_000, true, null)).toEqual([]);
  });

  it('tell which limits refuse', () => {
    expect(refusalWarnings({ room_full: 3 })).toEqual([]);
    for (const reason of ['rate_limited', 'too_many_connections', 'server_full']) {
      expect(refusalWarnings({ [reason]: 3 })[0]).toMatch(/RATE_LIMIT_LOGINS/);
    }
  });
});
