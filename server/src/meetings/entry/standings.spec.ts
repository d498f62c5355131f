import { describe, expect, it } from '@jest/globals';
import { Standings } from './standings.js';

const ada = 'ada';
const visitor = (at: number) => ({ standing: 'visitor', at }) as const;
const member = (at: number) => ({ standing: 'member', at }) as const;

describe('the standing of a user', () => {
  it('is what was known where nothing has changed', () => {
    const standings = new Standings();

    expect([standings.newest(ada, member(1)), standings.newest(ada, visitor(1))]).toEqual(['member', 'visitor']);
  });

  it('is what it was changed to since it was asked for', () => {
    const standings = new Standings();
    standings.change(ada, member(5));

    expect(standings.newest(ada, visitor(4))).toBe('member');
    expect(standings.newest('bob', visitor(4))).toBe('visitor');
  });

  it('is what the database said after a change, should another one have been missed', () => {
    const standings = new Standings();
    standings.change(ada, member(5));

    expect(standings.newest(ada, visitor(6))).toBe('visitor');
  });

  it('is that of all members once these were asked for again', () => {
    const standings = new Standings();
    standings.change(ada, member(5));
    standings.replace(new Set(['bob']), 6);

    expect([standings.newest(ada, member(4)), standings.newest('bob', visitor(4))]).toEqual(['visitor', 'member']);
    expect(standings.newest(ada, member(7))).toBe('member');
  });

  it('is what was told while all members were asked for', () => {
    const standings = new Standings();
    standings.change(ada, visitor(7));
    standings.replace(new Set([ada]), 6);

    expect(standings.newest(ada, member(5))).toBe('visitor');
  });
});
