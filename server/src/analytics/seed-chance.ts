/** Chance that is the same each time, and how what is made up is distributed. */

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

  /** An index, each as often as its weight says. */
  weighted(weights: readonly number[]): number {
    let left = this.number() * weights.reduce((sum, weight) => sum + weight, 0);
    const index = weights.findIndex((weight) => (left -= weight) < 0);

    return Math.max(0, index);
  }

  /** Of the normal distribution around 0 with deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.number())) * Math.cos(2 * Math.PI * this.number());
  }

  /** Looks like any random UUID (RFC 9562, version 4). */
  uuid(): string {
    const hex = Array.from({ length: 4 }, () =>
      this.integer(2 ** 32)
        .toString(16)
        .padStart(8, '0'),
    ).join('');
    const variant = '89ab'[this.integer(4)];

    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  letters(count: number): string {
    return Array.from({ length: count }, () => String.fromCharCode(97 + this.integer(26))).join('');
  }
}

/** People in a meeting: five on average, mostly fewer, at times sixty. */
export function sizeOf(random: Random): number {
  return Math.min(60, 2 + Math.floor(-3.5 * Math.log(1 - random.number())));
}

/** The most that a good, a fair and a poor connection are made up with. */
export const QUALITY_SHARES = [
  { roundTripTime: 60, lossRatio: 0.008, frozen: 0.008 },
  { roundTripTime: 220, lossRatio: 0.04, frozen: 0.03 },
  { roundTripTime: 500, lossRatio: 0.15, frozen: 0.15 },
] as const;
