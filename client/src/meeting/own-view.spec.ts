import { describe, expect, it } from '@jest/globals';
import { cornerPlace, ownViewNow } from './own-view';

const desktop = { width: 1248, height: 690 };
const phones = [
  { width: 374, height: 640 },
  { width: 812, height: 290 },
];

describe('the view of oneself', () => {
  it('is in the corner of a phone and in the grid of a desktop, unless it was chosen', () => {
    expect(phones.map((size) => ownViewNow('auto', size, 3))).toEqual(['corner', 'corner']);
    expect(ownViewNow('auto', desktop, 3)).toBe('grid');
    expect(ownViewNow('corner', desktop, 3)).toBe('corner');
    expect(phones.map((size) => ownViewNow('grid', size, 3))).toEqual(['grid', 'grid']);
  });

  it('is in the grid while nobody else is there, and nowhere where it is hidden', () => {
    expect(ownViewNow('corner', desktop, 0)).toBe('grid');
    expect([0, 3].map((others) => ownViewNow('hidden', desktop, others))).toEqual(['hidden', 'hidden']);
  });

  it('is on the stage and above the pager', () => {
    for (const size of [desktop, ...phones]) {
      const pager = { left: 0, top: size.height - 40, width: size.width, height: 40 };
      for (const below of [null, pager]) {
        const { left, top, width, height } = cornerPlace(size, below);
        expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
        expect(left + width).toBeLessThanOrEqual(size.width);
        expect(top + height).toBeLessThanOrEqual(below ? below.top : size.height);
      }
    }
  });
});
