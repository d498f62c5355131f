/** The media workers, and what is on each of them. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { MediaWorker } from '../media/media-worker.js';
import { WorkerPool } from '../media/worker-pool.js';
import { Meetings } from '../meetings/meetings.js';
import type { Participant } from '../meetings/participant.js';
import { MetricMaker, REGISTRY } from './metric-kinds.js';

const kinds = ['audio', 'video'] as const;
const states = ['flowing', 'paused'] as const;
type Streams = Record<(typeof kinds)[number], Record<(typeof states)[number], number>>;

/** What the participants and meetings on one worker have there. */
interface Inventory {
  transports: number;
  pipes: number;
  producers: Streams;
  consumers: Streams;
}

@Injectable()
export class WorkerMetrics implements OnModuleInit {
  private readonly running;
  private readonly wanted;
  private readonly deaths;
  private readonly hangs;
  private readonly restarts;
  private readonly cpu;
  private readonly memory;
  private readonly routers;
  private readonly transports;
  private readonly pipes;
  private readonly producers;
  private readonly consumers;
  /** Seconds of a core that each worker had used when it was counted. */
  private readonly counted = new WeakMap<MediaWorker, number>();

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly pool: WorkerPool,
    private readonly meetings: Meetings,
  ) {
    const make = new MetricMaker(registry);
    this.running = make.gauge('workers_running', 'Media workers that run.');
    this.wanted = make.gauge('workers_wanted', 'Media workers that should run.');
    this.deaths = make.counter('worker_deaths_total', 'Media workers that died.');
    this.hangs = make.counter('worker_hangs_total', 'Media workers that did not answer any more and were killed.');
    this.restarts = make.counter(
      'worker_restarts_total',
      'Media workers that were started after the server had begun.',
    );
    this.cpu = make.counter(
      'worker_cpu_seconds_total',
      'Processor time of the media worker with this number, and of those before it in its place; a worker uses one core.',
      ['worker'],
    );
    this.memory = make.gauge('worker_memory_bytes', 'Memory that a media worker occupies.', ['worker']);
    this.routers = make.gauge('worker_routers', 'Routers on a media worker.', ['worker']);
    this.transports = make.gauge('worker_transports', 'Transports of participants on a media worker.', ['worker']);
    this.pipes = make.gauge('worker_pipes', 'Producers that are piped to a media worker from others.', ['worker']);
    this.producers = make.gauge('worker_producers', 'Producers on a media worker.', ['worker', 'kind', 'state']);
    this.consumers = make.gauge('worker_consumers', 'Consumers on a media worker.', ['worker', 'kind', 'state']);
  }

  onModuleInit(): void {
    this.pool.on('died', () => this.deaths.inc());
    this.pool.on('hung', () => this.hangs.inc());
    this.pool.on('started', () => this.restarts.inc());
    this.pool.on('looked', () => this.countCpu());
  }

  refresh(): void {
    const { running, wanted } = this.pool.size;
    const inventories = this.takeInventories();
    this.running.set(running);
    this.wanted.set(wanted);
    // One that died has nothing any more.
    [this.memory, this.routers, this.transports, this.pipes, this.producers, this.consumers].forEach((gauge) =>
      gauge.reset(),
    );

    for (const [index, mediaWorker] of this.pool.running) {
      const worker = String(index);
      const { transports, pipes, producers, consumers } = inventories.get(mediaWorker) ?? emptyInventory();
      this.memory.set({ worker }, mediaWorker.measuredUsage?.memoryBytes ?? 0);
      this.routers.set({ worker }, mediaWorker.routers);
      this.transports.set({ worker }, transports);
      this.pipes.set({ worker }, pipes);

      for (const kind of kinds) {
        for (const state of states) {
          this.producers.set({ worker, kind, state }, producers[kind][state]);
          this.consumers.set({ worker, kind, state }, consumers[kind][state]);
        }
      }
    }
  }

  private countCpu(): void {
    for (const [index, worker] of this.pool.running) {
      const used = worker.measuredUsage?.cpuSeconds;

      if (used !== undefined) {
        this.cpu.inc({ worker: String(index) }, Math.max(0, used - (this.counted.get(worker) ?? 0)));
        this.counted.set(worker, used);
      }
    }
  }

  private takeInventories(): Map<MediaWorker, Inventory> {
    const inventories = new Map<MediaWorker, Inventory>();
    const of = (worker: MediaWorker) => {
      const inventory = inventories.get(worker) ?? emptyInventory();
      inventories.set(worker, inventory);

      return inventory;
    };

    for (const meeting of this.meetings.current) {
      meeting.pipesByRouter.forEach((pipes, { worker }) => (of(worker).pipes += pipes));

      for (const participant of meeting.participants.values()) {
        if (!participant.media.closed) {
          takeStock(participant, of(participant.placed.worker));
        }
      }
    }

    return inventories;
  }
}

function takeStock({ media }: Participant, inventory: Inventory): void {
  inventory.transports += 2;

  for (const { kind, paused } of media.producers.values()) {
    inventory.producers[kind][paused ? 'paused' : 'flowing'] += 1;
  }

  for (const { kind, paused, producerPaused } of media.allConsumers) {
    inventory.consumers[kind][paused || producerPaused ? 'paused' : 'flowing'] += 1;
  }
}

function emptyInventory(): Inventory {
  const none = (): Streams => ({ audio: { flowing: 0, paused: 0 }, video: { flowing: 0, paused: 0 } });

  return { transports: 0, pipes: 0, producers: none(), consumers: none() };
}
