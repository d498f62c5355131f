/** Lets steps about the same thing happen one after the other. */

export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Runs `step` once all earlier ones with this key are over, whatever became of them; the outcome is its own. */
  take<Outcome>(key: string, step: () => Promise<Outcome>): Promise<Outcome> {
    const outcome = (this.last.get(key) ?? Promise.resolve()).then(step);
    const over = outcome.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(key, over);
    void over.then(() => {
      if (this.last.get(key) === over) {
        this.last.delete(key);
      }
    });

    return outcome;
  }
}
