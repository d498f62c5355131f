/** A sum over the last minute, to within five seconds: it is kept in slots of that length. */

const MINUTE = 60_000;
const SLOT = 5000;

export class LastMinute {
  private slots: { at: number; sum: number }[] = [];

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  add(value: number): void {
    const at = this.now();
    const newest = this.slots.at(-1);

    if (newest && at - newest.at < SLOT) {
      newest.sum += value;
    } else {
      this.forgetOld(at);
      this.slots.push({ at, sum: value });
    }
  }

  get sum(): number {
    this.forgetOld(this.now());

    return this.slots.reduce((total, { sum }) => total + sum, 0);
  }

  private forgetOld(now: number): void {
    this.slots = this.slots.filter(({ at }) => now - at < MINUTE);
  }
}
