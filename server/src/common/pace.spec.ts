import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('a pace', () => {
  /** What takes so many milliseconds each, and begins all at once: how much of it was done in each turn, and in which order. */
  async function turnsOf(count: number, milliseconds: number, betweenTurns = 0) {
    let now = 0;
    let turn = 0;
    const pace = new Pace(() => now);
    const done: [index: number, turn: number][] = [];
    const work = async (index: number) => {
      await pace.turn();
      now += milliseconds;
      done.push([index, turn]);
    };
    // Before that of the pace, in each turn.
    let next = nextTurn();
    const all = Array.from({ length: count }, (_, index) => work(index));
    while (done.length < count) {
      await next;
      next = nextTurn();
      turn += 1;
      now += betweenTurns;
    }
    await Promise.all(all);
    const turns = [...new Set(done.map(([, one]) => one))];

    return {
      order: done.map(([index]) => index),
      perTurn: turns.map((one) => done.filter(([, other]) => other === one).length),
    };
  }

  it('lets what fits into a turn go on at once, and spreads the rest over the next ones, in order', async () => {
    const { order, perTurn } = await turnsOf(10, 1.5);

    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(perTurn[0]).toBe(3);
    expect(Math.max(...perTurn)).toBe(3);
    expect(await turnsOf(2, 1.5)).toEqual({ order: [0, 1], perTurn: [2] });
  });

  it('lets nobody wait for long where turns are late', async () => {
    const { perTurn } = await turnsOf(12, 1.5, 100);

    expect(perTurn).toEqual([3, 9]);
  });

  it('goes on after what takes longer than a turn, or fails', async () => {
    let now = 0;
    const pace = new Pace(() => now);
    const failing = (async () => {
      await pace.turn();
      now += 100;
      throw new Error('no');
    })();
    const next = pace.turn();

    await expect(failing).rejects.toThrow('no');
    await next;
    await pace.turn();
  });
});
