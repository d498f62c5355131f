/** Waiting for what a server or a bot is about to do. */
import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again. Rejects after so many milliseconds, with what was waited for. */
export async function until(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  { milliseconds = 60_000, every = 50 } = {},
): Promise<void> {
  const deadline = performance.now() + milliseconds;

  while (!(await isTrue())) {
    if (performance.now() > deadline) {
      throw new Error(`waited ${milliseconds / 1000} s in vain: ${what}`);
    }

    await delay(every);
  }
}

/** Works on all items, on no more than so many at one time, each begun in order. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
