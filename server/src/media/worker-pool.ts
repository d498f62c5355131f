/** The mediasoup workers of this server: as many as settings say, each replaced when it dies. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Router, WebRtcTransport } from 'mediasoup/types';
import type { Logger } from 'pino';
import { within } from '../common/within.js';
import { MediaWorker, type MediaWorkerOptions, type WorkerUsage } from './media-worker.js';

/** Milliseconds for which a worker is waited for that hangs, and so never answers. */
const PATIENCE = 1000;

export interface WorkerPoolOptions extends MediaWorkerOptions {
  workers: number;
  /** Milliseconds before the first try to replace a dead worker; doubled after each failure, up to 30 s. */
  restartDelay?: number;
}

/** A router and the worker it lives on. */
export interface PlacedRouter {
  router: Router;
  createTransport(direction: 'send' | 'recv'): Promise<WebRtcTransport>;
}

export class WorkerPool {
  private readonly workers = new Map<number, MediaWorker>();
  private readonly stopping = new AbortController();

  private constructor(
    private readonly options: WorkerPoolOptions,
    private readonly logger: Pick<Logger, 'info' | 'error'>,
  ) {}

  /** Resolves when every worker runs. Rejects, with none left running, when one cannot start. */
  static async create(options: WorkerPoolOptions, logger: Pick<Logger, 'info' | 'error'>): Promise<WorkerPool> {
    const pool = new WorkerPool(options, logger);

    try {
      await Promise.all(Array.from({ length: options.workers }, (_, index) => pool.startWorker(index)));
    } catch (error) {
      pool.close();
      throw error;
    }

    return pool;
  }

  /** How many workers run now, and how many there should be. */
  get size(): { running: number; wanted: number } {
    return { running: this.workers.size, wanted: this.options.workers };
  }

  get pids(): number[] {
    return [...this.workers.values()].map(({ worker }) => worker.pid);
  }

  /** What each running worker has used; one that dies meanwhile is left out. */
  async usage(): Promise<WorkerUsage[]> {
    const usages = await Promise.allSettled(
      [...this.workers.values()].map((worker) => within(PATIENCE, worker.usage())),
    );

    return usages.flatMap((usage) => (usage.status === 'fulfilled' ? usage.value : []));
  }

  /** Places a router on the worker with the fewest. Throws when no worker runs. */
  async createRouter(): Promise<PlacedRouter> {
    const [worker] = [...this.workers.values()].sort((one, other) => one.load - other.load);

    if (!worker) {
      throw new Error('no media worker is running');
    }

    const router = await worker.createRouter();

    return { router, createTransport: (direction) => worker.createTransport(router, direction) };
  }

  /** Ends all workers and whatever lives on them. */
  close(): void {
    this.stopping.abort();

    for (const { worker } of this.workers.values()) {
      worker.close();
    }

    this.workers.clear();
  }

  private async startWorker(index: number): Promise<void> {
    const { port } = this.options;
    const mediaWorker = await MediaWorker.create({ ...this.options, port: port === 0 ? 0 : port + index });
    const { worker } = mediaWorker;

    // The pool may have been closed, or the worker may have died, while its port was being bound.
    if (this.stopping.signal.aborted || worker.closed) {
      worker.close();
      throw new Error('the media worker ended while it was starting');
    }

    this.workers.set(index, mediaWorker);
    this.logger.info({ workerPid: worker.pid, port: port === 0 ? 'any' : port + index }, 'media worker started');

    worker.on('died', (error) => {
      this.workers.delete(index);
      this.logger.error({ workerPid: worker.pid, error: error.message }, 'media worker died');
      void this.replaceWorker(index);
    });
  }

  private async replaceWorker(index: number): Promise<void> {
    const { signal } = this.stopping;

    for (let wait = this.options.restartDelay ?? 250; !signal.aborted; wait = Math.min(wait * 2, 30_000)) {
      try {
        await delay(wait, undefined, { signal });
        await this.startWorker(index);

        return;
      } catch (error) {
        if (!signal.aborted) {
          this.logger.error({ error: String(error) }, 'media worker could not be replaced; trying again');
        }
      }
    }
  }
}
