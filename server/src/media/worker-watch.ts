/** Detects a media worker that hangs: mediasoup itself waits for its answers forever. */
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'mediasoup/types';

/** Milliseconds between two checks, and the unit in which an answer is waited for. */
const CHECK_INTERVAL_MS = 500;
/** Checks without an answer after which a worker gets no new work while others answer. */
const SUSPECT_AFTER = 2;

export interface WorkerWatchOptions {
  /** Seconds without an answer after which the worker counts as hung. */
  timeoutSeconds: number;
  /** Called when the worker is late with an answer (`false`), and when it has answered again (`true`). */
  suspected(answers: boolean): void;
  /** Called once, when the worker has not answered for that long. */
  hung(): void;
}

/**
 * Asks a worker for something small all the time. A question counts as unanswered by the turns of this process's own event loop,
 * not by the clock: a process that was itself held up (a busy machine, a debugger, a laptop that slept) blames no worker for it.
 */
export class WorkerWatch {
  private readonly timer: NodeJS.Timeout;
  private asked = false;
  private turns = 0;

  constructor(worker: Pick<Worker, 'getResourceUsage'>, { timeoutSeconds, suspected, hung }: WorkerWatchOptions) {
    const most = Math.ceil((timeoutSeconds * 1000) / CHECK_INTERVAL_MS);

    this.timer = setInterval(() => {
      if (this.asked) {
        this.turns += 1;

        if (this.turns === SUSPECT_AFTER) {
          suspected(false);
        }

        if (this.turns >= most) {
          this.stop();
          hung();
        }

        return;
      }

      this.asked = true;
      this.turns = 0;
      worker.getResourceUsage().then(
        () => {
          this.asked = false;
          suspected(true);
        },
        // The worker ended; whoever watches its end stops this one.
        () => undefined,
      );
    }, CHECK_INTERVAL_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/**
 * The process that `start` spawns before it first awaits: mediasoup gives no access to a worker that has not reported yet.
 * `undefined` where it spawned none.
 */
export function childSpawnedBy<Result>(start: () => Result): { child: ChildProcess | undefined; result: Result } {
  let child: ChildProcess | undefined;
  const note = (message: unknown) => (child = (message as { process: ChildProcess }).process);
  // https://nodejs.org/api/diagnostics_channel.html#process
  subscribe('child_process', note);

  try {
    const result = start();

    return { child, result };
  } finally {
    unsubscribe('child_process', note);
  }
}
