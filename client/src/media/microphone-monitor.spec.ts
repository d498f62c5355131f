import { describe, expect, it } from '@jest/globals';
import { isStill, spokenMs } from './microphone-monitor';

const sampleRate = 48_000;
const samples = (valueAt: (index: number) => number) =>
  Float32Array.from({ length: sampleRate / 2 }, (_, index) => valueAt(index));
const tone = (loudness: number) => (index: number) => loudness * Math.sin((2 * Math.PI * 220 * index) / sampleRate);

describe('what a microphone gives', () => {
  it('is still when it is zeros, or the same value all the time', () => {
    expect(isStill(samples(() => 0))).toBe(true);
    expect(isStill(samples(() => 0.01))).toBe(true);
  });

  it('is not still in a quiet room', () => {
    expect(isStill(samples(tone(0.0005)))).toBe(false);
    expect(isStill(samples((index) => (index === 20_000 ? 0.01 : 0)))).toBe(false);
  });

  it('is speech for as long as it is loud', () => {
    expect(spokenMs(samples(tone(0.2)), sampleRate)).toBe(500);
    expect(
      spokenMs(
        samples((index) => (index < sampleRate / 5 ? tone(0.2)(index) : 0)),
        sampleRate,
      ),
    ).toBe(200);
    expect(spokenMs(samples(tone(0.005)), sampleRate)).toBe(0);
  });
});
