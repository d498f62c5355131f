import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Place, stageLayout } from './stage-layout';

const desktop = { width: 1248, height: 690 };
const phone = { width: 374, height: 640 };
const isApart = (one: Place, other: Place) =>
  one.left + one.width <= other.left ||
  other.left + other.width <= one.left ||
  one.top + one.height <= other.top ||
  other.top + other.height <= one.top;

describe('stageLayout', () => {
  it('shows two dozen people and oneself on one page of a desktop', () => {
    const { pages, people, pager } = stageLayout(desktop, { featured: 0, others: 24, page: 0 });
    expect({ pages, pager, tiles: people.length }).toEqual({ pages: 1, pager: null, tiles: 25 });
  });

  it('begins another page for one more, with oneself on both', () => {
    const [first, last] = [0, 1].map((page) => stageLayout(desktop, { featured: 0, others: 25, page }));
    expect(first?.pages).toBe(2);
    expect(first!.people.length + last!.people.length).toBe(27);
    expect(last!.people[0]).toMatchObject({ width: first!.people[0]!.width, height: first!.people[0]!.height });
  });

  it('keeps faces recognisable on a phone', () => {
    const { perPage, people } = stageLayout(phone, { featured: 0, others: 40, page: 0 });
    expect(perPage).toBeLessThanOrEqual(8);
    expect(perPage).toBeGreaterThanOrEqual(5);
    expect(people[0]!.width * people[0]!.height).toBeGreaterThanOrEqual(26_000);
  });

  it('shows eight on a phone that is held sideways, so that thirty people are on a few pages', () => {
    const { perPage, pages, people } = stageLayout({ width: 812, height: 290 }, { featured: 0, others: 30, page: 0 });
    expect({ perPage, pages, tiles: people.length }).toEqual({ perPage: 7, pages: 5, tiles: 8 });
  });

  it('puts the small tiles beside a large one on a desktop, and below it on a phone', () => {
    const beside = stageLayout(desktop, { featured: 1, others: 5, page: 0 });
    expect(beside.featured[0]!.width).toBeGreaterThan(900);
    for (const { left } of beside.people) expect(left).toBeGreaterThan(900);
    const below = stageLayout(phone, { featured: 1, others: 5, page: 0 });
    expect(below.featured[0]!.width).toBeGreaterThan(350);
    for (const { top } of below.people) expect(top).toBeGreaterThanOrEqual(below.featured[0]!.height);
  });

  it('gives a person on a phone the room that small tiles leave, and a screen no more than its shape needs', () => {
    const person = stageLayout(phone, { featured: 1, others: 0, page: 0, tallestAspect: 3 / 4 });
    expect(person.featured[0]!.height).toBeGreaterThan(450);
    expect(person.people[0]!.height).toBeLessThan(150);
    const screen = stageLayout(phone, { featured: 1, others: 0, page: 0 });
    expect(screen.featured[0]!.height).toBeLessThanOrEqual(phone.width / (16 / 9));
  });

  const anyStage = fc.record({
    width: fc.integer({ min: 240, max: 4000 }),
    height: fc.integer({ min: 240, max: 3000 }),
  });
  const anyContent = fc.record({
    featured: fc.nat(4),
    others: fc.nat(120),
    own: fc.boolean(),
    page: fc.nat(80),
    tallestAspect: fc.constantFrom(16 / 9, 3 / 4),
  });

  it('keeps everything on the stage, and nothing over anything else', () => {
    fc.assert(
      fc.property(anyStage, anyContent, (size, content) => {
        const { featured, people, pager } = stageLayout(size, content);
        const places = [...featured, ...people, ...(pager ? [pager] : [])];
        for (const { left, top, width, height } of places) {
          expect(left).toBeGreaterThanOrEqual(0);
          expect(top).toBeGreaterThanOrEqual(0);
          expect(left + width).toBeLessThanOrEqual(size.width);
          expect(top + height).toBeLessThanOrEqual(size.height);
        }
        places.forEach((one, index) =>
          places.slice(index + 1).forEach((other) => expect(isApart(one, other)).toBe(true)),
        );
      }),
    );
  });

  it('has a place for everyone on exactly one page, with at most 25 tiles, and for oneself on each where that is among them', () => {
    fc.assert(
      fc.property(anyStage, anyContent, (size, content) => {
        const { pages, perPage, page } = stageLayout(size, content);
        const counts = Array.from({ length: pages }, (_, each) => stageLayout(size, { ...content, page: each })).map(
          ({ people }) => people.length,
        );
        const own = content.own ? 1 : 0;
        expect(page).toBeLessThan(pages);
        expect(Math.max(...counts)).toBeLessThanOrEqual(25);
        expect(counts.reduce((sum, count) => sum + count - own, 0)).toBe(content.others);
        expect(counts.slice(0, -1).every((count) => count === perPage + own)).toBe(true);
      }),
    );
  });
});
