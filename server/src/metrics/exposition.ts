/** All metrics of this server, in the format that Prometheus reads. */
import { Inject, Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { HealthMetrics } from './health-metrics.js';
import { MediaMetrics } from './media-metrics.js';
import { MeetingMetrics } from './meeting-metrics.js';
import { REGISTRY } from './metric-kinds.js';
import { PathMetrics } from './path-metrics.js';
import { StoreMetrics } from './store-metrics.js';
import { WorkerMetrics } from './worker-metrics.js';

/** Milliseconds for which an exposition serves whoever else asks: several who scrape cost no more than one. */
const SHARED_FOR = 200;

@Injectable()
export class Exposition {
  private latest: { text: Promise<string>; at: number } | null = null;
  private readonly parts: { refresh(): void }[];

  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    meetings: MeetingMetrics,
    media: MediaMetrics,
    workers: WorkerMetrics,
    paths: PathMetrics,
    stores: StoreMetrics,
    health: HealthMetrics,
  ) {
    this.parts = [meetings, media, workers, paths, stores, health];
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** As things are now, or were a moment ago. Asks nobody: what is not in this process was measured before. */
  text(): Promise<string> {
    const now = performance.now();

    if (!this.latest || now - this.latest.at >= SHARED_FOR) {
      this.latest = { text: this.compose(), at: now };
    }

    return this.latest.text;
  }

  private async compose(): Promise<string> {
    for (const part of this.parts) {
      part.refresh();
    }

    return this.registry.metrics();
  }
}
