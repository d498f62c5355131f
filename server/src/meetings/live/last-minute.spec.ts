import { describe, expect, it } from '@jest/globals';
import { LastMinute } from './last-minute.js';

describe('the last minute', () => {
  it('is the sum of what was added in it, and nothing older', () => {
    let now = 0;
    const joins = new LastMinute(() => now);
    expect(joins.sum).toBe(0);

    for (now = 0; now <= 90_000; now += 1000) {
      joins.add(1);
    }

    now = 90_000;
    expect(joins.sum).toBeGreaterThanOrEqual(55);
    expect(joins.sum).toBeLessThanOrEqual(60);
    now = 200_000;
    expect(joins.sum).toBe(0);
  });

  it('keeps a bounded number of slots, however much is added', () => {
    let now = 0;
    const packets = new LastMinute(() => (now += 1));
    for (let index = 0; index < 10_000; index++) packets.add(2);

    expect(packets.sum).toBe(20_000);
  });
});
