/** Waiting that can be called off, and how long to wait between attempts. */

/** The promise's outcome, or the signal's reason as an error if it aborts first. */
export function unlessAborted<Value>(signal: AbortSignal, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Resolves after `milliseconds`; rejects with the signal's reason if it aborts before. */
export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return unlessAborted(signal, elapsed).finally(() => clearTimeout(timer));
}

/**
 * Milliseconds to wait before attempt 0, 1, 2, …: growing (doubling, unless told otherwise) up to `longest`, less a random
 * part of up to one half, so that clients who lost the same server do not all return in the same moment.
 */
export function backoff(
  attempt: number,
  { first, longest, growth = 2 }: { first: number; longest: number; growth?: number },
): number {
  return Math.min(first * growth ** attempt, longest) * (1 - Math.random() / 2);
}
