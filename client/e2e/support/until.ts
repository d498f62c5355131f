/** Waiting for what a page or server will show. */
import { setTimeout as delay } from 'node:timers/promises';

/** Waits until something is true; rejects after a generous time that no test measures. */
export async function until(isTrue: () => Promise<boolean> | boolean, milliseconds = 90_000): Promise<void> {
  const deadline = Date.now() + milliseconds;

  while (!(await isTrue())) {
    if (Date.now() > deadline) {
      throw new Error(`still not true after ${milliseconds} ms: ${isTrue.toString()}`);
    }

    await delay(200);
  }
}
