/** Faults that nothing caught: which of them a server survives, and what is told of each. */
import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { FaultScope } from './fault-scope.js';

/** `rejection`: of a promise that nobody awaits; `exception`: thrown where nothing catches. */
export type ProcessFaultKind = 'rejection' | 'exception';

export const processFaultKinds: readonly ProcessFaultKind[] = ['rejection', 'exception'];

/** Lines about rejections in one window, and its milliseconds: a fault in a timer comes again and again. */
const MOST_LINES = 10;
const WINDOW_MS = 60_000;

interface FaultLog {
  error(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
}

@Injectable()
export class ProcessFaults extends EventEmitter<{ fault: [ProcessFaultKind] }> {
  private lines = 0;
  private windowEndsAt = 0;

  /**
   * Listens for what nothing caught, from now on.
   *
   * A fault that began with what one client sent ends that client's connection. A promise that rejected unheard has left nothing half
   * done that awaits it, so the server goes on. An exception was thrown in the middle of something that nobody can name: the
   * server ends, but in order.
   *
   * @param end called with the first exception; ends the process after a while
   */
  watch(process: NodeJS.Process, log: FaultLog, end: () => void): void {
    let isEnding = false;

    process.on('unhandledRejection', (reason: unknown) => {
      if (!this.failedInScope(reason)) {
        this.emit('fault', 'rejection');
        this.logRejection(log, reason);
      }
    });
    process.on('uncaughtException', (error: unknown) => {
      if (this.failedInScope(error)) {
        return;
      }

      this.emit('fault', 'exception');

      if (!isEnding) {
        isEnding = true;
        log.fatal({ err: error }, 'the server ends because of a mistake in it');
        end();
      }
    });
  }

  private failedInScope(fault: unknown): boolean {
    const scope = FaultScope.current;
    scope?.fail(fault);

    return scope !== null;
  }

  private logRejection(log: FaultLog, reason: unknown): void {
    const now = performance.now();

    if (now > this.windowEndsAt) {
      this.windowEndsAt = now + WINDOW_MS;
      this.lines = 0;
    }

    if ((this.lines += 1) <= MOST_LINES) {
      log.error({ err: reason }, 'a promise was rejected and nothing heard it; the server goes on');
    }
  }
}
