/** Counts in this process's memory, for what is asked too often to ask a database each time. */

interface Window {
  count: number;
  endsAt: number;
}

/** A window begins with the first call of a key, and another one with the first after it. A count costs a look into a map. */
export class WindowCounter {
  private readonly windows = new Map<string, Window>();
  private sweepAt = 0;

  /** @param now milliseconds of any clock that does not go back */
  constructor(
    private readonly milliseconds: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Keys that are remembered: those of the last two windows. */
  get size(): number {
    return this.windows.size;
  }

  /** Counts a call, or as many as it is worth, and says how many there are in the key's window with it. */
  count(key: string, points = 1): number {
    const now = this.now();
    this.sweep(now);
    const window = this.windows.get(key);

    if (window && window.endsAt > now) {
      return (window.count += points);
    }

    this.windows.set(key, { count: points, endsAt: now + this.milliseconds });

    return points;
  }

  /** How many there are in the key's window now. */
  countOf(key: string): number {
    const window = this.windows.get(key);

    return window && window.endsAt > this.now() ? window.count : 0;
  }

  private sweep(now: number): void {
    if (now < this.sweepAt) {
      return;
    }

    this.sweepAt = now + this.milliseconds;

    for (const [key, { endsAt }] of this.windows) {
      if (endsAt <= now) {
        this.windows.delete(key);
      }
    }
  }
}
