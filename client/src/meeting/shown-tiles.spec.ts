import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shownTiles } from './shown-tiles';

const people = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index) }));
const ids = ({ shown }: { shown: readonly { id: string }[] }) => shown.map(({ id }) => id);

describe('shownTiles', () => {
  it('shows everyone while there is room', () => {
    expect(shownTiles(people(4), [], 4)).toEqual({ shown: people(4), hidden: 0 });
  });

  it('leaves a place for the count of the others', () => {
    expect(shownTiles(people(6), [], 4)).toEqual({ shown: people(3), hidden: 3 });
  });

  it('gives a speaker the last place of somebody silent, in the old order', () => {
    expect(ids(shownTiles(people(6), ['5', '2'], 4))).toEqual(['0', '2', '5']);
  });

  it('never shows more than fit, and never hides a speaker while somebody silent is shown', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(60)), (count, capacity, speaking) => {
        const everyone = people(count);
        const speakers = [...new Set(speaking)].map(String);
        const { shown, hidden } = shownTiles(everyone, speakers, capacity);
        expect(shown.length).toBeLessThanOrEqual(capacity);
        expect(shown.length + hidden).toBe(count);
        const isSpeaker = ({ id }: { id: string }) => speakers.includes(id);
        const hidesSpeaker = everyone.some((person) => isSpeaker(person) && !shown.includes(person));
        if (hidesSpeaker) expect(shown.every(isSpeaker)).toBe(true);
      }),
    );
  });
});
