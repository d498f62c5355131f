/** Spreads work that is asked for all at once over turns of the event loop, so that nobody else waits for all of it. */

/** Milliseconds of work in one turn. */
const SLICE_MS = 4;

export class Pace {
  private readonly waiting: (() => void)[] = [];
  private isScheduled = false;

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Resolves in the next turn of the event loop that has time for what is done then, in the order of the calls. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.schedule();
    });
  }

  private schedule(): void {
    if (!this.isScheduled) {
      this.isScheduled = true;
      setImmediate(() => void this.takeSlice());
    }
  }

  private async takeSlice(): Promise<void> {
    const end = this.now() + SLICE_MS;

    while (this.waiting.length > 0 && this.now() < end) {
      this.waiting.shift()?.();
      // Until whoever waited has done what can be done at once.
      await Promise.resolve();
    }

    this.isScheduled = false;

    if (this.waiting.length > 0) {
      this.schedule();
    }
  }
}

/** There is one event loop, and so there is one pace. */
export const pace = new Pace();
