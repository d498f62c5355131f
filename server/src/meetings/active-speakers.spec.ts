import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Producer, Router } from 'mediasoup/types';
import { ActiveSpeakers } from './active-speakers.js';

/** The router's level observer, with levels of the test's choosing in place of sound and time. */
async function listening() {
  const observer = Object.assign(new EventEmitter(), {
    observer: new EventEmitter(),
    addProducer: () => Promise.resolve(),
  });
  const router = { createAudioLevelObserver: () => Promise.resolve(observer) };
  const speakers = await ActiveSpeakers.create(router as unknown as Router);
  const producers = new Map<string, Producer>();

  for (const name of ['Ada', 'Bob']) {
    const producer = { id: `${name}’s microphone`, observer: new EventEmitter() } as unknown as Producer;
    producers.set(name, producer);
    await speakers.add(producer, name);
  }

  const told: string[][] = [];
  speakers.on('changed', (participantIds) => told.push(participantIds));

  return {
    told,
    producers,
    hear: (...names: string[]) =>
      observer.emit(
        'volumes',
        names.map((name) => ({ producer: producers.get(name) })),
      ),
    end: () => observer.observer.emit('close'),
  };
}

describe('the active speakers', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('are told when somebody begins, and when they have been silent for a while', async () => {
    const { told, hear } = await listening();
    hear('Ada');
    jest.advanceTimersByTime(500);
    hear('Ada');
    jest.advanceTimersByTime(800);
    expect(told).toEqual([['Ada']]);
    jest.advanceTimersByTime(200);
    expect(told).toEqual([['Ada'], []]);
  });

  it('have the loudest first, and do not flicker when two speak equally loud', async () => {
    const { told, hear } = await listening();

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

  it('no longer have a microphone whose producer closed', async () => {
    const { told, hear, producers } = await listening();
    producers.get('Ada')?.observer.emit('close');
    hear('Ada');
    expect(told).toEqual([]);
  });

  it('leave no timer when the router closes', async () => {
    const { hear, end } = await listening();
    hear('Ada');
    end();
    expect(jest.getTimerCount()).toBe(0);
  });
});
