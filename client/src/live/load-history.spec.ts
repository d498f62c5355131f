import { describe, expect, it } from '@jest/globals';
import type { Live } from '@minimeet/protocol';
import { type LoadHistory, keptHistory, withLoads, workerKey } from './load-history';

const serversWith = (cpus: Record<number, number>, id = 'a'): Pick<Live, 'servers'> => ({
  servers: [
    {
      id,
      name: id,
      url: null,
      startedAt: '2026-03-02T10:00:00.000Z',
      workers: Object.entries(cpus).map(([pid, cpu]) => ({ pid: Number(pid), cpu, memoryBytes: 0, routers: 0 })),
    },
  ],
});
const empty: LoadHistory = new Map();

describe('withLoads', () => {
  it('adds each worker’s figure to its own', () => {
    const first = withLoads(empty, serversWith({ 1: 0.1, 2: 0.2 }), 1000);
    const second = withLoads(first, serversWith({ 1: 0.3, 2: 0.4 }), 3000);
    expect(second.get(workerKey('a', 1))).toEqual([
      { at: 1000, cpu: 0.1 },
      { at: 3000, cpu: 0.3 },
    ]);
    expect(first.get(workerKey('a', 1))).toHaveLength(1);
  });

  it('forgets workers that are gone and figures that are old', () => {
    const first = withLoads(empty, serversWith({ 1: 0.1, 2: 0.2 }), 0);
    const later = withLoads(first, serversWith({ 1: 0.3 }), keptHistory + 1);
    expect([...later]).toEqual([[workerKey('a', 1), [{ at: keptHistory + 1, cpu: 0.3 }]]]);
  });

  it('tells workers of two servers apart that have one process id', () => {
    const servers = [...serversWith({ 7: 0.1 }, 'a').servers, ...serversWith({ 7: 0.9 }, 'b').servers];
    const history = withLoads(empty, { servers }, 1);
    expect(history.get(workerKey('b', 7))).toEqual([{ at: 1, cpu: 0.9 }]);
  });

  it('starts over where the clock was put back', () => {
    const first = withLoads(empty, serversWith({ 1: 0.1 }), 9000);
    expect(withLoads(first, serversWith({ 1: 0.2 }), 5000).get(workerKey('a', 1))).toHaveLength(1);
  });
});
