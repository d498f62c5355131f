import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ActiveSpeakers } from './active-speakers.js';

function listening() {
  const speakers = new ActiveSpeakers();
  const told: string[][] = [];
  speakers.on('changed', (participantIds) => told.push(participantIds));

  return { told, hear: (...names: string[]) => speakers.hear(names), close: () => speakers.close() };
}

describe('the active speakers', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are told when somebody begins, and when they have been silent for a while', () => {
    const { told, hear } = listening();
    hear('Ada');
    jest.advanceTimersByTime(500);
    hear('Ada');
    jest.advanceTimersByTime(800);
    expect(told).toEqual([['Ada']]);
    jest.advanceTimersByTime(200);
    expect(told).toEqual([['Ada'], []]);
  });

  it('have the loudest first, and do not flicker when two speak equally loud', () => {
    const { told, hear } = listening();

    for (let round = 0; round < 12; round += 1) {
      hear(...(round % 2 ? ['Ada', 'Bob'] : ['Bob', 'Ada']));
      jest.advanceTimersByTime(250);
    }

    expect(told[0]).toEqual(['Bob', 'Ada']);
    expect(told.length).toBeLessThanOrEqual(3);
    hear('Ada', 'Bob');
    jest.advanceTimersByTime(1000);
    hear('Ada', 'Bob');
    expect(told.at(-1)?.[0]).toBe('Ada');
  });

  it('leave no timer when nobody listens any more', () => {
    const { hear, close } = listening();
    hear('Ada');
    close();
    expect(jest.getTimerCount()).toBe(0);
  });
});
