import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Wave } from './wave.js';

describe('a wave', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const wave = () => {
    const limits = { quiet: 15, longest: 100 };
    const coming = new Wave(limits);
    let isOver = false;
    void coming.over.then(() => (isOver = true));
    coming.grow();
    return { coming, isOverAfter: async (ms: number) => (await jest.advanceTimersByTimeAsync(ms), isOver) };
  };

  it('is over when nothing more has come for a while', async () => {
    const { coming, isOverAfter } = wave();
    expect(await isOverAfter(14)).toBe(false);
    coming.grow();
    expect(await isOverAfter(14)).toBe(false);
    expect(await isOverAfter(1)).toBe(true);
  });

  it('is over when it has lasted long enough, although more comes', async () => {
    const { coming, isOverAfter } = wave();
    for (let elapsed = 10; elapsed < 100; elapsed += 10) {
      expect(await isOverAfter(10)).toBe(false);
      coming.grow();
    }
    expect(await isOverAfter(10)).toBe(true);
    coming.grow();
    await coming.over;
  });
});
