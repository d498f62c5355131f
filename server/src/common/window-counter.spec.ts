/** What is counted together, and what is forgotten. */
import { describe, expect, it } from '@jest/globals';
import { WindowCounter } from './window-counter.js';

describe('a window counter', () => {
  it('counts each key by itself, and anew once its window is over', () => {
    let now = 0;
    const counter = new WindowCounter(1000, () => now);

    expect([counter.count('ada'), counter.count('ada'), counter.count('bob')]).toEqual([1, 2, 1]);
    now = 999;
    expect([counter.count('ada'), counter.countOf('ada')]).toEqual([3, 3]);
    now = 1000;
    expect([counter.countOf('ada'), counter.count('ada')]).toEqual([0, 1]);
  });

  it('remembers nobody who has not come for two windows', () => {
    let now = 0;
    const counter = new WindowCounter(1000, () => now);

    for (let number = 0; number < 10_000; number += 1) {
      now += 1;
      counter.count(String(number));
    }
    expect(counter.size).toBeLessThanOrEqual(2001);
  });
});
