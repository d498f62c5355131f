import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('a pace', () => {
  it('spreads what begins all at once over turns, in order, a few milliseconds in each', async () => {
    let now = 0;
    let turn = 0;
    const pace = new Pace(() => now);
    const begun: [index: number, turn: number][] = [];
    const work = async (index: number) => {
      await pace.turn();
      now += 1.5;
      begun.push([index, turn]);
    };
    const all = Array.from({ length: 8 }, (_, index) => work(index));
    expect(begun).toEqual([]);
    for (turn = 1; begun.length < 8; turn += 1) {
      await nextTurn();
    }
    await Promise.all(all);

    expect(begun.map(([index]) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const turns = [...new Set(begun.map(([, one]) => one))];
    expect(turns.map((one) => begun.filter(([, other]) => other === one).length)).toEqual([3, 3, 2]);
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
