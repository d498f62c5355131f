/** The mediasoup workers of this server: as many as settings say, each replaced when it dies. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { within } from '../common/within.js';
import { MediaWorker, type MediaWorkerOptions, type WorkerUsage } from './media-worker.js';
import { PlacedRouter } from './placed-router.js';
import { place } from './placement.js';
import { WorkerLoadMeter } from './worker-load.js';
import { WorkerWatch } from './worker-watch.js';

/** Milliseconds for which a worker is waited for that hangs, and so never answers. */
const PATIENCE = 1000;
/** Milliseconds for which whoever needs a worker waits while none runs: the next one is on its way. */
const START_PATIENCE = 3000;
/**
 * Milliseconds before a worker is replaced while others run: those who were on it come back to these at once, and need the processor
 * more; starting a process may hold up all others for some tenths of a second.
 */
const UNHURRIED_RESTART_DELAY = 3000;
/** Milliseconds between two looks at the load of the workers. */
const LOOK_INTERVAL = 2000;
/** Tries to start a worker in a row before the server goes on without it. */
const START_TRIES = 3;
/** Milliseconds between two tries to start a worker that will not, at most. */
const LONGEST_RESTART_DELAY = 30_000;

export interface WorkerPoolOptions extends MediaWorkerOptions {
  workers: number;
  /** Percent of one core: a worker that uses more takes nobody else into a meeting while another one has less to do. */
  spreadLoadPercent: number;
  /** Milliseconds before the first try to replace a dead worker, by default fewer where no other runs; doubled after each failure, up to 30 s. */
  restartDelay?: number;
}

interface WorkerPoolEvents {
  /** Also in place of one that died. */
  started: [];
  died: [];
  /** It did not answer any more and was killed; `died` follows. */
  hung: [];
  /** The measured load and usage of the workers are new. */
  looked: [];
}

export class WorkerPool extends EventEmitter<WorkerPoolEvents> {
  private readonly workers = new Map<number, MediaWorker>();
  private readonly stopping = new AbortController();

  private constructor(
    private readonly options: WorkerPoolOptions,
    private readonly logger: Pick<Logger, 'info' | 'error'>,
  ) {
    super();
  }

  /**
   * Resolves when the workers run. One that cannot start is reported, left out, and tried again now and then; rejects, with none left
   * running, when no worker can start.
   */
  static async create(options: WorkerPoolOptions, logger: Pick<Logger, 'info' | 'error'>): Promise<WorkerPool> {
    const pool = new WorkerPool(options, logger);
    const starts = await Promise.allSettled(
      Array.from({ length: options.workers }, (_, index) => pool.startStubbornly(index)),
    );
    const failed = starts.flatMap((start, index) =>
      start.status === 'rejected' ? [{ index, error: start.reason as Error }] : [],
    );

    if (pool.size.running === 0) {
      pool.close();
      throw failed[0]?.error ?? new Error('no media worker is running');
    }

    for (const { index, error } of failed) {
      logger.error(
        { error: error.message, tries: START_TRIES },
        'media worker cannot be started; going on with the others',
      );
      void pool.replaceWorker(index, LONGEST_RESTART_DELAY);
    }

    pool.look();
    // Each meeting that waits for a worker listens.
    pool.setMaxListeners(0);

    return pool;
  }

  /** How many workers run now, and how many there should be. */
  get size(): { running: number; wanted: number } {
    return { running: this.workers.size, wanted: this.options.workers };
  }

  /** Those that run, by their number from 0 on, which one that takes the place of a dead one inherits. */
  get running(): ReadonlyMap<number, MediaWorker> {
    return this.workers;
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

  /**
   * Places a router on a worker with little to do, but for the workers of `besides`. Rejects when no such worker runs, nor will
   * in a moment.
   */
  async createRouter(besides: readonly PlacedRouter[] = []): Promise<PlacedRouter> {
    if (this.workersBesides([]).length === 0) {
      const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(START_PATIENCE)]);
      await once(this, 'started', { signal }).catch(() => undefined);
    }

    const worker = place(this.workersBesides(besides));

    if (!worker) {
      throw new Error('no media worker is running');
    }

    try {
      return new PlacedRouter(await worker.createRouter(), worker);
    } catch (error) {
      // It died meanwhile, or hung until it was killed. Another one may do.
      if (worker.worker.closed && !this.stopping.signal.aborted) {
        return this.createRouter(besides);
      }

      throw error;
    }
  }

  /** The load of the least loaded worker that has none of these routers; infinite where there is no such worker. */
  leastLoadBesides(placed: readonly PlacedRouter[]): number {
    return Math.min(...this.workersBesides(placed).map(({ load }) => load));
  }

  /** Share of one core, 0 to 1, from which on a meeting takes in another worker. */
  get spreadLoad(): number {
    return this.options.spreadLoadPercent / 100;
  }

  private workersBesides(placed: readonly PlacedRouter[]): MediaWorker[] {
    // One that died is among them until its routers have been told.
    const running = [...this.workers.values()].filter(
      (worker) => !worker.worker.closed && !placed.some((router) => router.worker === worker),
    );
    const answering = running.filter(({ answers }) => answers);

    return answering.length > 0 ? answering : running;
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
    this.emit('started');
    this.logger.info({ workerPid: worker.pid, port: port === 0 ? 'any' : port + index }, 'media worker started');

    const watch = new WorkerWatch(worker, {
      timeoutSeconds: this.options.workerTimeoutSeconds,
      suspected: (answers) => (mediaWorker.answers = answers),
      hung: () => this.kill(mediaWorker, index),
    });
    worker.observer.once('close', () => watch.stop());
    worker.on('died', (error) => {
      this.logger.error({ workerPid: worker.pid, error: error.message }, 'media worker died');
      this.lose(index);
    });
  }

  /** Does not wait for its end: a process that the system holds up may take long to die. */
  private kill({ worker }: MediaWorker, index: number): void {
    this.logger.error(
      { workerPid: worker.pid, seconds: this.options.workerTimeoutSeconds },
      'media worker does not answer; it is killed and replaced',
    );

    try {
      process.kill(worker.pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }

    this.emit('hung');
    // Tells its routers, as its death would.
    worker.close();
    this.lose(index);
  }

  private lose(index: number): void {
    this.workers.delete(index);
    this.emit('died');
    void this.replaceWorker(index, this.workers.size > 0 ? this.unhurriedRestartDelay : this.restartDelay);
  }

  private get restartDelay(): number {
    return this.options.restartDelay ?? 250;
  }

  private get unhurriedRestartDelay(): number {
    return this.options.restartDelay ?? UNHURRIED_RESTART_DELAY;
  }

  /** What keeps a worker from starting may pass in a moment: a port that the one before has not given back yet, for instance. */
  private async startStubbornly(index: number): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.startWorker(index);
      } catch (error) {
        if (tries === START_TRIES) {
          throw error;
        }

        await delay(this.restartDelay * 2 ** (tries - 1));
      }
    }
  }

  /** Looks at the load of the workers from now on. One that hangs counts as fully loaded. */
  private look(): void {
    const meter = new WorkerLoadMeter();
    const looking = setInterval(() => {
      void this.usage().then((usages) => {
        const loads = new Map(meter.measure(usages).map(({ pid, cpu }) => [pid, cpu]));
        const usageOf = new Map(usages.map((usage) => [usage.pid, usage]));

        for (const mediaWorker of this.workers.values()) {
          mediaWorker.measuredLoad = loads.get(mediaWorker.worker.pid) ?? 1;
          mediaWorker.measuredUsage = usageOf.get(mediaWorker.worker.pid) ?? null;
        }

        this.emit('looked');
      });
    }, LOOK_INTERVAL);
    looking.unref();
    this.stopping.signal.addEventListener('abort', () => clearInterval(looking));
  }

  private async replaceWorker(index: number, firstDelay: number): Promise<void> {
    const { signal } = this.stopping;

    for (let wait = firstDelay; !signal.aborted; wait = Math.min(wait * 2, LONGEST_RESTART_DELAY)) {
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
