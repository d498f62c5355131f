/** Spreads work that is asked for all at once over turns of the event loop, so that nobody else waits for all of it. */

/** Milliseconds of work in one turn. */
const SLICE_MS = 4;
/** Milliseconds after which nobody waits any longer: where everything is late, what was begun is to end before more begins. */
const PATIENCE_MS = 30;

interface Waiting {
  since: number;
  goOn: () => void;
}

export class Pace {
  private readonly waiting: Waiting[] = [];
  /** Until when there is time in this turn of the event loop; `null` before anything was asked for in it. */
  private end: number | null = null;
  private isServing = false;

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Resolves in this turn of the event loop, where it has time for what is done then, or in one of the next, in the order of the calls. */
  turn(): Promise<void> {
    return new Promise((goOn) => {
      this.waiting.push({ since: this.now(), goOn });
      void this.serve();
    });
  }

  /** Ends within this turn of the event loop. */
  private async serve(): Promise<void> {
    if (this.isServing || this.waiting.length === 0) {
      return;
    }

    this.isServing = true;
    const end = this.end ?? this.beginTurn();

    for (let now = this.now(); this.waiting[0] && (now < end || this.waiting[0].since < now - PATIENCE_MS);) {
      this.waiting.shift()!.goOn();
      // Until whoever waited has done what can be done at once.
      await Promise.resolve();
      now = this.now();
    }

    this.isServing = false;
  }

  private beginTurn(): number {
    setImmediate(() => {
      this.end = null;
      void this.serve();
    });

    return (this.end = this.now() + SLICE_MS);
  }
}

/** There is one event loop, and so there is one pace. */
export const pace = new Pace();
