import { describe, expect, it } from '@jest/globals';
import { backoff, delay, unlessAborted } from './waiting.js';

const limits = { first: 500, longest: 5000 };

describe('waiting', () => {
  it('gets longer with each attempt, up to a limit, and differs between clients', () => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const full = Math.min(500 * 2 ** attempt, 5000);
      const waited = backoff(attempt, limits);
      expect(waited).toBeGreaterThan(full / 2);
      expect(waited).toBeLessThanOrEqual(full);
    }
    expect(backoff(2, { first: 100, longest: 5000, growth: 1.5 })).toBeLessThanOrEqual(225);
    expect(new Set(Array.from({ length: 20 }, () => backoff(3, limits))).size).toBeGreaterThan(1);
  });

  it('ends with the reason of the signal when that comes first, and with the outcome otherwise', async () => {
    const stay = new AbortController();
    const never = new Promise<never>(() => {});
    await expect(unlessAborted(stay.signal, Promise.resolve('result'))).resolves.toBe('result');
    await expect(unlessAborted(stay.signal, Promise.reject(new Error('failure')))).rejects.toThrow('failure');

    const waiting = [unlessAborted(stay.signal, never), delay(60_000, stay.signal)];
    stay.abort(new Error('left'));
    for (const each of waiting) await expect(each).rejects.toThrow('left');
    await expect(unlessAborted(stay.signal, Promise.resolve('late'))).rejects.toThrow('left');
    await expect(delay(0, stay.signal)).rejects.toThrow('left');
  });
});
