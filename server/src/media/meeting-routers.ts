/** The routers of one meeting: one, and more on other workers when that one's worker has much to do. */
import { EventEmitter } from 'node:events';
import type { Router } from 'mediasoup/types';
import { Pipes } from './pipes.js';
import { PlacedRouter } from './placed-router.js';
import type { WorkerPool } from './worker-pool.js';

/** Share of a core that is reserved for somebody who comes. */
const PARTICIPANT_LOAD = 0.01;
/** By how much less, as a share of a core, another worker must have to do: every router costs, and so do pipes between them. */
const WORTHWHILE = 0.05;

export interface MeetingRoutersOptions {
  workers: WorkerPool;
  /** Readies a router before anybody is placed on it. */
  prepare(router: Router): Promise<void>;
}

interface MeetingRoutersEvents {
  /** The worker of a router died, and with it all that lived on the router. */
  lost: [PlacedRouter];
}

export class MeetingRouters extends EventEmitter<MeetingRoutersEvents> {
  /** Ways of a producer from the router that it lives on to the others. */
  readonly pipes = new Pipes();
  private readonly placed = new Set<PlacedRouter>();
  /** The router that is being made: a burst of people must not make one for each of them. */
  private growing: Promise<PlacedRouter> | null = null;
  private closed = false;

  private constructor(private readonly options: MeetingRoutersOptions) {
    super();
  }

  /** With its first router. Rejects when no worker runs. */
  static async create(options: MeetingRoutersOptions): Promise<MeetingRouters> {
    const routers = new MeetingRouters(options);
    await routers.grow();

    return routers;
  }

  /** The router for somebody who comes. Rejects when no worker runs. */
  async place(): Promise<PlacedRouter> {
    const chosen = this.leastLoaded;
    const placed = chosen && !this.isOverloaded(chosen) ? chosen : await this.grow(chosen);
    placed.worker.reserve(PARTICIPANT_LOAD);

    return placed;
  }

  /** Those on which participants are, or may be placed. */
  get all(): ReadonlySet<PlacedRouter> {
    return this.placed;
  }

  close(): void {
    this.closed = true;

    for (const { router } of this.placed) {
      router.close();
    }
  }

  private get leastLoaded(): PlacedRouter | undefined {
    return [...this.placed].sort((one, other) => one.worker.load - other.worker.load)[0];
  }

  private isOverloaded({ worker }: PlacedRouter): boolean {
    const { workers } = this.options;

    return worker.load > workers.spreadLoad && workers.leastLoadBesides([...this.placed]) + WORTHWHILE < worker.load;
  }

  /** Another router, or `instead` where no worker has less to do. */
  private async grow(instead?: PlacedRouter): Promise<PlacedRouter> {
    this.growing ??= this.add().finally(() => (this.growing = null));

    try {
      return await this.growing;
    } catch (error) {
      if (instead && !instead.router.closed) {
        return instead;
      }

      throw error;
    }
  }

  private async add(): Promise<PlacedRouter> {
    const placed = await this.options.workers.createRouter([...this.placed]);
    const { router } = placed;

    try {
      await this.options.prepare(router);

      // The worker may have answered although the meeting or the worker is over.
      if (this.closed || router.closed) {
        throw new Error('the router closed while it was being readied');
      }
    } catch (error) {
      router.close();

      // Its worker died meanwhile, or hung until it was killed. Another one may do.
      if (placed.worker.worker.closed && !this.closed) {
        return this.add();
      }

      throw error;
    }

    this.placed.add(placed);
    router.on('workerclose', () => {
      this.placed.delete(placed);
      this.emit('lost', placed);
    });

    return placed;
  }
}
