import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Attention, describeHappenings, type Happening } from './attention';

describe('what calls for attention', () => {
  const told: Happening[][] = [];
  let attention: Attention;

  beforeEach(() => {
    jest.useFakeTimers();
    told.length = 0;
    attention = new Attention((happenings) => told.push([...happenings]));
  });

  afterEach(() => {
    attention.close();
    jest.useRealTimers();
  });

  it('is told once for a hundred at once, and what follows after a while', () => {
    for (let count = 0; count < 100; count++) attention.add({ kind: 'knock', name: `Guest ${count}` });
    jest.advanceTimersByTime(1000);
    expect(told.map(({ length }) => length)).toEqual([100]);
    attention.add({ kind: 'hand', name: 'Ada' });
    jest.advanceTimersByTime(1000);
    expect(told).toHaveLength(1);
    jest.advanceTimersByTime(5000);
    expect(told[1]).toEqual([{ kind: 'hand', name: 'Ada' }]);
  });

  it('is told no more once it is closed', () => {
    attention.add({ kind: 'hand', name: 'Ada' });
    attention.close();
    jest.advanceTimersByTime(10_000);
    expect(told).toEqual([]);
  });

  it('is described by name where it is one, by number where it is many', () => {
    expect(describeHappenings([{ kind: 'knock', name: 'Eve' }])).toBe('Eve wants to join.');
    expect(
      describeHappenings([
        { kind: 'message', name: 'Ada', text: 'Hello' },
        { kind: 'knock', name: 'Eve' },
        { kind: 'knock', name: 'Mia' },
        { kind: 'hand', name: 'Bob' },
      ]),
    ).toBe('2 people want to join. Bob raised a hand. Ada: Hello');
    const message = { kind: 'message', name: 'Ada', text: 'Hello' } as const;
    expect(describeHappenings([message, message])).toBe('2 new messages.');
  });
});
