import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { FaultScope } from './fault-scope.js';

describe('a scope of faults', () => {
  const recording = () => {
    const faults: unknown[] = [];

    return { faults, scope: new FaultScope((fault) => faults.push(fault)) };
  };

  it('takes what a step throws, and what its promise rejects with', async () => {
    for (const step of [
      () => {
        throw new Error('at once');
      },
      async () => {
        await delay(1);
        throw new Error('later');
      },
    ]) {
      const { faults, scope } = recording();
      scope.run(step);
      await delay(10);
      expect(faults).toHaveLength(1);
    }
  });

  it('ends once, however much fails', () => {
    const { faults, scope } = recording();
    scope.fail(new Error('one'));
    scope.fail(new Error('two'));
    expect(faults).toMatchObject([{ message: 'one' }]);
  });

  it('is known to whatever a step leaves behind, until its connection is gone', async () => {
    const { scope } = recording();
    const known: (FaultScope | null)[] = [];
    scope.run(() => {
      setTimeout(() => known.push(FaultScope.current));
      setImmediate(() => known.push(FaultScope.current));
      process.nextTick(() => known.push(FaultScope.current));
    });
    expect(FaultScope.current).toBeNull();
    await delay(10);
    expect(known).toEqual([scope, scope, scope]);

    scope.close();
    scope.run(() => known.push(FaultScope.current));
    expect(known.at(-1)).toBeNull();
  });
});
