import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nobodySeated, seat } from './seating';

const everyone = (count: number) => Array.from({ length: count }, (_, index) => String(index));

describe('seat', () => {
  it('seats people as they come, and closes the gaps of those who go', () => {
    const before = seat(nobodySeated, ['0', '1', '2'], { speakers: [], firstPage: 2 });
    expect(seat(before, ['0', '2', '3'], { speakers: [], firstPage: 2 }).order).toEqual(['0', '2', '3']);
  });

  it('lets a speaker of a later page change places with the last silent one of the first', () => {
    const before = seat(nobodySeated, everyone(6), { speakers: [], firstPage: 3 });
    expect(seat(before, everyone(6), { speakers: ['5', '0'], firstPage: 3 }).order).toEqual([
      '0',
      '1',
      '5',
      '3',
      '4',
      '2',
    ]);
  });

  it('keeps those who spoke lately, and does not move them back when they are silent', () => {
    let seating = seat(nobodySeated, everyone(6), { speakers: ['5'], firstPage: 3 });
    seating = seat(seating, everyone(6), { speakers: [], firstPage: 3 });
    expect(seating.order).toEqual(['0', '1', '5', '3', '4', '2']);
    seating = seat(seating, everyone(6), { speakers: ['4'], firstPage: 3 });
    expect(seating.order).toEqual(['0', '4', '5', '3', '1', '2']);
    seating = seat(seating, everyone(6), { speakers: ['3'], firstPage: 3 });
    seating = seat(seating, everyone(6), { speakers: ['1'], firstPage: 3 });
    expect(seating.order.slice(0, 3)).toEqual(['3', '4', '1']);
  });

  it('brings raised hands to the first page, beside who speaks, and leaves half of it to others', () => {
    const before = seat(nobodySeated, everyone(8), { speakers: [], firstPage: 4 });
    const seating = seat(before, everyone(8), { speakers: ['4'], hands: ['7', '6', '5'], firstPage: 4 });
    expect(seating.order.slice(0, 4).toSorted()).toEqual(['0', '4', '6', '7']);
    expect(seating.heard).toEqual(['4']);
    const alone = seat(before, everyone(8), { speakers: [], hands: ['7'], firstPage: 1 });
    expect(alone.order[0]).toBe('7');
  });

  it('moves nobody while another page is looked at', () => {
    const before = seat(nobodySeated, everyone(6), { speakers: [], firstPage: 3 });
    expect(seat(before, everyone(6), { speakers: ['5'], firstPage: 0 }).order).toEqual(everyone(6));
  });

  it('seats the next one for somebody who is shown elsewhere', () => {
    const before = seat(nobodySeated, everyone(6), { speakers: [], firstPage: 3 });
    const moment = { elsewhere: ['0', '5'], firstPage: 3 };
    expect(seat(before, everyone(6), { ...moment, speakers: ['5', '3'] }).order).toEqual(everyone(6));
    expect(seat(before, everyone(6), { ...moment, speakers: ['4'] }).order).toEqual(['0', '1', '2', '4', '3', '5']);
  });

  const anyMoment = fc.record({
    people: fc.uniqueArray(fc.nat(30).map(String)),
    speakers: fc.uniqueArray(fc.nat(30).map(String), { maxLength: 6 }),
    firstPage: fc.integer({ min: 1, max: 12 }),
  });

  it('seats everybody once, speakers on the first page as far as they fit, and is at rest when nothing changes', () => {
    fc.assert(
      fc.property(fc.array(anyMoment, { maxLength: 12 }), (moments) => {
        let seating = nobodySeated;
        for (const { people, speakers, firstPage } of moments) {
          seating = seat(seating, people, { speakers, firstPage });
          expect([...seating.order].sort()).toEqual([...people].sort());
          const first = seating.order.slice(0, firstPage);
          const isLeftOut = speakers.some((id) => people.includes(id) && !first.includes(id));
          if (isLeftOut) expect(first.every((id) => speakers.includes(id))).toBe(true);
          expect(seat(seating, people, { speakers, firstPage })).toBe(seating);
        }
      }),
    );
  });

  it('moves no more than two people for each new speaker', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(29).map(String), { maxLength: 20 }), (conversation) => {
        let seating = seat(nobodySeated, everyone(30), { speakers: [], firstPage: 8 });
        for (const speaker of conversation) {
          const next = seat(seating, everyone(30), { speakers: [speaker], firstPage: 8 });
          const moved = next.order.filter((id, index) => id !== seating.order[index]);
          expect([0, 2]).toContain(moved.length);
          seating = next;
        }
      }),
    );
  });
});
