/** Waits at the start for a database that may come up later than the server. */
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from './reason-of.js';

export interface Awaited<Result> {
  /** What is waited for, as operators know it: `MySQL at database:3306`. Never with a password. */
  name: string;
  timeoutSeconds: number;
  /**
   * Reaches for it once. `signal` is aborted when the time is up.
   *
   * @throws where it is not there
   */
  attempt(signal: AbortSignal): Promise<Result>;
  /** The whole sentence for the operator, where waiting cannot help: a wrong password, say. */
  hopeless?(error: unknown): string | undefined;
  /** Takes a line when the waiting begins and one when it has ended well. */
  log(line: string): void;
  /** Milliseconds between the first two attempts. They double up to five seconds. */
  firstDelay?: number;
}

const LONGEST_DELAY = 5000;

/**
 * What `attempt` answers, as soon as it succeeds.
 *
 * @throws Error with one plain sentence, when the time is up or waiting cannot help
 */
export async function waitFor<Result>(awaited: Awaited<Result>): Promise<Result> {
  const { name, timeoutSeconds, attempt, hopeless, log, firstDelay = 250 } = awaited;
  const timeUp = AbortSignal.timeout(timeoutSeconds * 1000);
  let wait = firstDelay;
  let reason: string | undefined;

  for (;;) {
    try {
      const result = await unlessAborted(timeUp, attempt(timeUp));
      if (reason !== undefined) {
        log(`${name} answers`);
      }
      return result;
    } catch (error) {
      const sentence = hopeless?.(error);
      if (sentence !== undefined) {
        throw new Error(sentence, { cause: error });
      }
      if (error !== timeUp.reason) {
        if (reason === undefined) {
          log(`${name} does not answer yet (${reasonOf(error)}); waiting up to ${timeoutSeconds} s for it`);
        }
        reason = reasonOf(error);
      }
    }
    await delay(wait, undefined, { signal: timeUp }).catch(() => undefined);
    if (timeUp.aborted) {
      throw new Error(`${name} does not answer: ${reason ?? `nothing came within ${timeoutSeconds} s`}`);
    }
    wait = Math.min(wait * 2, LONGEST_DELAY);
  }
}

/** An attempt may hang for longer than there is time; what becomes of it then is of no interest. */
function unlessAborted<Result>(signal: AbortSignal, promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
