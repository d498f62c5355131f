import { describe, expect, it } from '@jest/globals';
import { place } from './placement.js';

const worker = (name: string, load: number, routers = 0) => ({ name, load, routers });

/** Draws these numbers, one after the other, again and again. */
const drawing = (...numbers: number[]) => {
  let drawn = 0;

  return () => numbers[drawn++ % numbers.length] as number;
};

describe('placement', () => {
  it('takes the less loaded of two', () => {
    const workers = [worker('busy', 0.8), worker('idle', 0.1)];

    for (const first of [0, 0.4, 0.6, 0.99]) {
      expect(place(workers, drawing(first, 0))?.name).toBe('idle');
    }
  });

  it('takes the one with fewer routers where the loads hardly differ', () => {
    expect(place([worker('many', 0.11, 5), worker('few', 0.12, 1)])?.name).toBe('few');
  });

  it('never takes the most loaded of three or more', () => {
    const workers = [worker('a', 0.9), worker('b', 0.5), worker('c', 0.2), worker('d', 0.7)];
    const taken = new Set(Array.from({ length: 500 }, () => place(workers)?.name));

    expect(taken).toEqual(new Set(['b', 'c', 'd']));
  });

  it('leaves none out of many equal ones', () => {
    const workers = Array.from({ length: 5 }, (_, index) => worker(String(index), 0));

    expect(new Set(Array.from({ length: 500 }, () => place(workers)?.name)).size).toBe(5);
  });

  it('takes the only one, and none of none', () => {
    expect(place([worker('only', 1)])?.name).toBe('only');
    expect(place([])).toBeUndefined();
  });
});
