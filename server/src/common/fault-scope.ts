/** Keeps a fault in handling what one client sent from ending more than that client's connection. */
import { AsyncLocalStorage } from 'node:async_hooks';

const scopes = new AsyncLocalStorage<FaultScope>();

/**
 * Everything that begins with one client's input runs in that client's scope: what throws, now or later, and every promise that
 * rejects unheard, ends the client's connection, and neither the process nor anybody else's.
 */
export class FaultScope {
  private hasFailed = false;
  private isClosed = false;

  /** @param end called with the first fault alone; must not throw */
  constructor(private readonly end: (fault: unknown) => void) {}

  /**
   * The scope to which the running code belongs, also in a handler of `uncaughtException` or `unhandledRejection`; `null` where
   * there is none, or its connection is gone.
   */
  static get current(): FaultScope | null {
    const scope = scopes.getStore();

    return scope && !scope.hasFailed && !scope.isClosed ? scope : null;
  }

  /** Runs a step in this scope. Never throws; a promise that the step returns may reject. */
  run(step: () => unknown): void {
    scopes.run(this, () => {
      try {
        const outcome = step();

        if (outcome instanceof Promise) {
          outcome.catch((fault: unknown) => this.fail(fault));
        }
      } catch (fault) {
        this.fail(fault);
      }
    });
  }

  /** Ends the connection because of a fault; later ones are of no interest any more. */
  fail(fault: unknown): void {
    if (!this.hasFailed) {
      this.hasFailed = true;
      this.end(fault);
    }
  }

  /** The connection is gone: what throws from now on in a timer that it left behind is not its client's fault. */
  close(): void {
    this.isClosed = true;
  }
}
