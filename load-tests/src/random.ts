/** Chance that is the same each time for the same seed. */

export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** At least 0, less than 1: mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
  number(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);

    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** At least 0, less than `below`. */
  integer(below: number): number {
    return Math.floor(this.number() * below);
  }

  oneOf<Value>(values: readonly Value[]): Value {
    return values[this.integer(values.length)]!;
  }
}
