/** Who sends too much, as looks at what came tell it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IncomingBudget, TOLERANCE } from './incoming-budget.js';

const LIMIT = 3_000_000;
const tolerated = LIMIT * TOLERANCE.factor + TOLERANCE.bitrate;

/** What comes between two looks: bit/s, for so many seconds. */
type Stretch = [bitrate: number, seconds: number];

/** After how many stretches it is too much; `null`: never. */
function overspentAfter(stretches: readonly Stretch[], limit = LIMIT): number | null {
  let at = 1_000_000;
  const budget = new IncomingBudget(limit, at);
  const index = stretches.findIndex(([bitrate, seconds]) => {
    at += seconds * 1000;

    return budget.isOverspentBy((bitrate / 8) * seconds, at);
  });

  return index === -1 ? null : index + 1;
}

const looks = (count: number, bitrate: number, seconds = 5): Stretch[] =>
  Array.from({ length: count }, () => [bitrate, seconds]);

describe('the budget of what somebody sends', () => {
  it('is never overspent by who stays within what is tolerated, however far looks are apart', () => {
    const stretch = fc.tuple(fc.integer({ min: 0, max: tolerated }), fc.integer({ min: 0, max: 300 }));
    fc.assert(fc.property(fc.array(stretch, { maxLength: 200 }), (stretches) => overspentAfter(stretches) === null));
  });

  it('bears a burst: a screen that begins, or what a network held back, among what is sent as told', () => {
    const steady = looks(20, LIMIT);
    expect(
      overspentAfter([...steady, ...looks(2, 4 * LIMIT), ...steady, ...looks(1, 6 * LIMIT), ...steady]),
    ).toBeNull();
  });

  it('bears sound and feedback beside pictures where the limit is the least that can be set', () => {
    expect(overspentAfter(looks(1000, 400_000), 50_000)).toBeNull();
  });

  it('is overspent by who goes on sending clearly more, after as much as one may be over', () => {
    expect(overspentAfter(looks(100, tolerated * 1.5))).toBe(7);
    expect(overspentAfter(looks(100, tolerated * 2))).toBe(4);
    expect(overspentAfter(looks(100, 100_000_000))).toBe(1);
  });

  it('is overspent by who pauses in between, and by who is looked at seldom', () => {
    const onAndOff = Array.from({ length: 100 }, (_, look): Stretch => [look % 2 === 0 ? 4 * tolerated : 0, 5]);
    expect(overspentAfter(onAndOff)).toBe(3);
    expect(overspentAfter(looks(2, tolerated * 1.5, 75))).toBe(1);
  });

  it('is not made larger by a clock that stands still, nor by looks that are told late', () => {
    const budget = new IncomingBudget(LIMIT, 5000);
    expect(budget.isOverspentBy((tolerated / 8) * TOLERANCE.seconds, 5000)).toBe(false);
    expect(budget.isOverspentBy(1, 4000)).toBe(true);
    expect(budget.isOverspentBy(tolerated / 8, 6000)).toBe(true);
    expect(budget.excessAt(6000 + TOLERANCE.seconds * 1000)).toBeLessThan(10);
  });
});
