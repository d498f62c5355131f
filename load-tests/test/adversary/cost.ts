/** What a call costs the server: processor time of its process, told apart from what the machine does beside. */
import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../../src/bench/statistics.js';
import type { ExaminedServer } from '../../src/examined-server.js';
import { slownessOf } from './slowness.js';

/** Milliseconds of processor time for one call. */
export interface Cost {
  /** Of the thread that everybody waits for. */
  loop: number;
  /** Of the process: threads that hash, compress and collect garbage are in it. */
  process: number;
  /** The longest that others waited for the loop at one time, of all calls of a batch. */
  longest: number;
}

/** What is done before a call is not measured; it makes the call. */
export type Arrange = () => Promise<() => Promise<unknown>>;

/** Milliseconds in which what a call leaves for later is done: telling others, writing. */
const AFTERWARDS_MS = 30;
export class CostMeter {
  private constructor(
    private readonly server: ExaminedServer,
    /** Of what nobody asks for, in one millisecond. */
    private readonly idle: Omit<Cost, 'longest'>,
    /** How much slower than the machine for which bounds were chosen; never less than 1. */
    readonly slowness: number,
  ) {}

  static async start(server: ExaminedServer): Promise<CostMeter> {
    const nothing = { loop: 0, process: 0 };
    const meter = new CostMeter(server, nothing, await slownessOf(server));
    const [cost, elapsed] = await meter.spentIn(() => delay(1000));

    return new CostMeter(server, { loop: cost.loop / elapsed, process: cost.process / elapsed }, meter.slowness);
  }

  /** For one call, the median of so many batches of so many. */
  async measure(arrange: Arrange, batches: number, calls: number): Promise<Cost> {
    const costs: Cost[] = [];
    for (let batch = 0; batch < batches; batch += 1) {
      const arranged: (() => Promise<unknown>)[] = [];
      for (let time = 0; time < calls; time += 1) {
        arranged.push(await arrange());
      }
      const [spent, elapsed] = await this.spentIn(async () => {
        for (const call of arranged) {
          await call();
        }
        await delay(AFTERWARDS_MS);
      });
      const perCall = (what: 'loop' | 'process') => Math.max(0, spent[what] - this.idle[what] * elapsed) / calls;
      costs.push({ loop: perCall('loop'), process: perCall('process'), longest: spent.longest });
    }

    const typical = (what: keyof Cost) => median(costs.map((cost) => cost[what]));

    return { loop: typical('loop'), process: typical('process'), longest: typical('longest') };
  }

  private async spentIn(work: () => Promise<unknown>): Promise<[Cost, elapsed: number]> {
    const began = performance.now();
    await this.server.ask('loopWork');
    const before = await this.server.ask('spent');
    await work();
    const after = await this.server.ask('spent');

    const { longest } = await this.server.ask('loopWork');
    const spent = { loop: after.thread - before.thread, process: after.process - before.process, longest };

    return [spent, performance.now() - began];
  }
}
