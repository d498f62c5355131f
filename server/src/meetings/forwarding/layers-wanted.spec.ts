import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Forwarding } from './forwarding-plan.js';
import { LayersWanted, layersWantedBy, type WantedLayer } from './layers-wanted.js';
import { sentVideo } from './sent-video.js';

const forwarding: Forwarding = { paused: false, preferredLayers: null, priority: 1, fit: null, unseenSince: null };
const upTo = (spatialLayer: number) => ({ ...forwarding, preferredLayers: { spatialLayer, temporalLayer: 0 } });

describe('the layers that anybody wants', () => {
  it('are the highest that flow, none where nothing flows, and those of the microphone nobody’s business', () => {
    const video = sentVideo([{}, {}, {}]);
    const producers = ['seen', 'hidden', 'unknown'].map((producerId) => ({
      producerId,
      participantId: 'ada',
      source: 'camera' as const,
      video,
    }));
    const microphone = { producerId: 'heard', participantId: 'ada', source: 'microphone' as const, video: null };
    const plan = new Map([
      [
        'bob',
        new Map([
          ['seen', upTo(0)],
          ['hidden', { ...upTo(2), paused: true }],
          ['heard', forwarding],
        ]),
      ],
      ['eve', new Map([['seen', upTo(1)]])],
      // Who has just come and does not say yet how large the picture is.
      ['new', new Map([['seen', { ...upTo(2), provisional: true }]])],
    ]);

    expect([...layersWantedBy(plan, [...producers, microphone])]).toEqual([
      ['seen', { wanted: 1, highest: 2 }],
      ['hidden', { wanted: null, highest: 2 }],
      ['unknown', { wanted: null, highest: 2 }],
    ]);
  });
});

describe('a sender', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function sender() {
    const told: WantedLayer[] = [];
    const layersWanted = new LayersWanted((_, layer) => told.push(layer));

    return {
      told,
      wants: (wanted: WantedLayer) => layersWanted.update(new Map([['camera', { wanted, highest: 2 }]])),
      stops: () => layersWanted.update(new Map()),
      close: () => layersWanted.close(),
    };
  }

  it('is told nothing while all its layers are wanted', () => {
    const { told, wants } = sender();
    wants(2);
    jest.advanceTimersByTime(10_000);
    expect(told).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is told that less is wanted after a while, and that more is wanted at once', () => {
    const { told, wants } = sender();
    wants(null);
    jest.advanceTimersByTime(1999);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual([null]);
    wants(0);
    expect(told).toEqual([null, 0]);
    wants(2);
    expect(told).toEqual([null, 0, 2]);
  });

  it('is not told of what is wanted again in time', () => {
    const { told, wants } = sender();
    wants(0);
    jest.advanceTimersByTime(1500);
    wants(2);
    jest.advanceTimersByTime(1500);
    wants(0);
    jest.advanceTimersByTime(1500);
    expect(told).toEqual([]);
  });

  it('is told what is wanted in the end, where that changes meanwhile', () => {
    const { told, wants } = sender();
    wants(null);
    jest.advanceTimersByTime(1500);
    wants(1);
    jest.advanceTimersByTime(500);
    expect(told).toEqual([1]);
  });

  it('leaves no timer when it stops, or the meeting ends', () => {
    const { told, wants, stops, close } = sender();
    wants(0);
    stops();
    expect(jest.getTimerCount()).toBe(0);
    wants(0);
    close();
    expect(jest.getTimerCount()).toBe(0);
    expect(told).toEqual([]);
  });
});
