import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AskingRate } from './key-frame-requests.js';

/** Looks every 700 ms at somebody who asks so many times a second; the count stands still while the video is held back. */
function lookAt(aSecond: number, seconds: number) {
  const rate = new AskingRate(0);
  const holds: number[] = [];
  let count = 0;
  let heldUntil = 0;

  for (let now = 700; now < seconds * 1000; now += 700) {
    count += now < heldUntil ? 0 : aSecond * 0.7;
    const hold = rate.look(Math.floor(count), now);

    if (hold > 0) {
      holds.push(hold);
      heldUntil = now + hold;
    }
  }

  return { holds, count };
}

describe('a receiver that asks for key frames', () => {
  it('as receivers do that lose packets is not held', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1.4, noNaN: true }), (aSecond) => lookAt(aSecond, 300).holds.length === 0),
    );
  });

  it('three times at once, as it begins, is not held', () => {
    expect(new AskingRate(0).look(3, 100)).toBe(0);
  });

  it('was sent the video for long is measured by what it asks now', () => {
    const rate = new AskingRate(0);
    expect(rate.look(5, 600_000)).toBe(0);
    expect(rate.look(12, 600_700)).toBe(5000);
  });

  it('without end is held longer each time, and for a minute at most', () => {
    const { holds, count } = lookAt(10, 600);
    expect(holds.slice(0, 5)).toEqual([5000, 10_000, 20_000, 40_000, 60_000]);
    expect(Math.max(...holds)).toBe(60_000);
    // Of six thousand.
    expect(count).toBeLessThan(150);
  });

  it('too often again after a good while begins anew', () => {
    const rate = new AskingRate(0);
    expect(rate.look(10, 700)).toBe(5000);
    expect(rate.look(10, 70_000)).toBe(0);
    expect(rate.look(20, 70_700)).toBe(5000);
  });
});
