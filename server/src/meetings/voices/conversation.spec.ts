import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Producer, Router } from 'mediasoup/types';
import { Conversation } from './conversation.js';

/** A router whose observers hear what the test says, in place of sound and time. */
function ears() {
  const observer = () =>
    Object.assign(new EventEmitter(), { observer: new EventEmitter(), addProducer: () => Promise.resolve() });
  const [levels, longLevels, dominance] = [observer(), observer(), observer()];
  const router = {
    createAudioLevelObserver: ({ interval }: { interval: number }) =>
      Promise.resolve(interval <= 250 ? levels : longLevels),
    createActiveSpeakerObserver: () => Promise.resolve(dominance),
  } as unknown as Router;

  return { router, levels, longLevels, dominance };
}

/** A conversation on a router whose observers hear what the test says, in place of sound and time. */
async function listening(voices = 2) {
  const conversation = new Conversation(voices);
  const { router, levels, longLevels, dominance } = ears();
  await conversation.addRouter(router);
  const producers = new Map<string, Producer>();
  const told: [event: string, told: unknown][] = [];
  conversation.on('active_speakers', (participantIds) => told.push(['active', participantIds]));
  conversation.on('dominant_speaker', (participantId) => told.push(['dominant', participantId]));

  for (const name of ['Ada', 'Bob', 'Eve', 'Kim']) {
    const producer = { id: `${name}’s microphone`, paused: false, observer: new EventEmitter() } as unknown as Producer;
    producers.set(name, producer);
    await conversation.add(producer, name, router);
  }

  const volumes = (...names: string[]) =>
    names.map((name, index) => ({ producer: producers.get(name), volume: -30 - index }));

  return {
    conversation,
    told,
    producers,
    hear: (...names: string[]) => levels.emit('volumes', volumes(...names)),
    hearAtLength: (...names: string[]) => longLevels.emit('volumes', volumes(...names)),
    choose: (name: string) => dominance.emit('dominantspeaker', { producer: producers.get(name) }),
  };
}

describe('a conversation', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('says who is audible who sends too little for a short look', async () => {
    const { told, hear, hearAtLength } = await listening();
    hearAtLength('Bob');
    hear('Ada');
    hearAtLength('Ada', 'Bob');

    expect(told).toEqual([
      ['active', ['Bob']],
      ['active', ['Ada', 'Bob']],
    ]);
  });

  it('says who is audible, not of a microphone whose producer closed', async () => {
    const { told, hear, producers, conversation } = await listening();
    hear('Ada');
    producers.get('Bob')?.observer.emit('close');
    hear('Bob', 'Ada');

    expect(told).toEqual([['active', ['Ada']]]);
    expect(conversation.activeSpeakerIds).toEqual(['Ada']);
  });

  it('is led by whom the router chooses, once they are heard: it chooses among the silent too', async () => {
    const { told, hear, choose, conversation } = await listening();
    choose('Ada');
    expect(told).toEqual([]);
    hear('Bob', 'Ada');
    expect(conversation.dominantSpeakerId).toBe('Ada');
    choose('Bob');
    jest.advanceTimersByTime(5000);

    expect(conversation.dominantSpeakerId).toBe('Bob');
    expect(told.filter(([event]) => event === 'dominant')).toEqual([
      ['dominant', 'Ada'],
      ['dominant', 'Bob'],
    ]);
  });

  it('is led by nobody when the leader has left, however the router goes on', async () => {
    const { told, hear, choose, conversation } = await listening();
    hear('Ada');
    choose('Ada');
    conversation.leave('Bob');
    conversation.leave('Ada');
    choose('Kim');

    expect(told.at(-1)).toEqual(['dominant', null]);
    expect(conversation.dominantSpeakerId).toBeNull();
  });

  it('lets those through who speak, and tells each change of that', async () => {
    const { hear, conversation, producers } = await listening();
    const changes: string[][] = [];
    conversation.on('voices_changed', () => changes.push(conversation.voices));
    hear('Kim');
    expect(conversation.voices.slice(0, 2)).toContain('Kim');
    hear('Kim');
    expect(changes).toHaveLength(1);
    producers.get('Kim')?.observer.emit('pause');
    expect(conversation.voices.at(-1)).toBe('Kim');
    producers.get('Kim')?.observer.emit('resume');
    expect(conversation.voices.slice(0, 2)).toContain('Kim');
    producers.get('Kim')?.observer.emit('close');
    expect(conversation.voices).not.toContain('Kim');
    expect(changes).toHaveLength(4);
  });

  it('leaves no timer when it is over', async () => {
    const { conversation, hear } = await listening();
    hear('Ada');
    conversation.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets lead whom no router chose once they were heard again and again, and whoever led is silent', async () => {
    const { conversation, hear, choose } = await listening();
    choose('Ada');
    hear('Ada');
    hear('Bob', 'Ada');
    hear('Bob', 'Ada');
    hear('Bob', 'Ada');
    expect(conversation.dominantSpeakerId).toBe('Ada');

    jest.advanceTimersByTime(2000);
    hear('Bob');
    hear('Bob');
    expect(conversation.dominantSpeakerId).toBe('Ada');
    hear('Bob');
    expect(conversation.dominantSpeakerId).toBe('Bob');
  });

  it('takes together what several routers hear, and lets lead whoever is loudest of those they chose', async () => {
    const { conversation, told, hear, choose } = await listening();
    const beside = ears();
    await conversation.addRouter(beside.router);
    const producer = { id: 'Zoe', paused: false, observer: new EventEmitter() } as unknown as Producer;
    await conversation.add(producer, 'Zoe', beside.router);

    choose('Ada');
    beside.dominance.emit('dominantspeaker', { producer });
    beside.levels.emit('volumes', [{ producer, volume: -20 }]);
    hear('Ada', 'Bob');

    expect(conversation.activeSpeakerIds).toEqual(['Zoe', 'Ada', 'Bob']);
    expect(conversation.dominantSpeakerId).toBe('Zoe');
    expect(told.filter(([event]) => event === 'dominant')).toEqual([['dominant', 'Zoe']]);

    // The other router has fallen silent, and says nothing of it.
    jest.advanceTimersByTime(2000);
    hear('Ada');
    expect(conversation.activeSpeakerIds).toEqual(['Ada']);
    expect(conversation.dominantSpeakerId).toBe('Ada');
  });
});
