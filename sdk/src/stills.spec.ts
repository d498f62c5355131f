import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Stills } from './stills.js';

describe('stills', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('are over each in their own time', () => {
    const over: string[][] = [];
    const stills = new Stills(5000, (consumerIds) => over.push([...consumerIds]));
    stills.keep(['first', 'second']);
    jest.advanceTimersByTime(3000);
    stills.keep(['third']);
    stills.keep([]);
    jest.advanceTimersByTime(2000);
    expect(over).toEqual([['first', 'second']]);
    jest.advanceTimersByTime(3000);
    expect(over).toEqual([['first', 'second'], ['third']]);
  });

  it('are never over once they are closed', () => {
    const over = jest.fn();
    const stills = new Stills(5000, over);
    stills.keep(['first']);
    stills.close();
    jest.advanceTimersByTime(10_000);
    expect(over).not.toHaveBeenCalled();
  });
});
