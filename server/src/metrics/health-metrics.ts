/** What `/health/ready` answers, in figures. */
import { Inject, Injectable } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { Readiness } from '../health/readiness.js';
import { MetricMaker, REGISTRY } from './metric-kinds.js';

@Injectable()
export class HealthMetrics {
  private readonly ready;
  private readonly canHostMeetings;

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly readiness: Readiness,
  ) {
    const make = new MetricMaker(registry);
    this.ready = make.gauge('ready', 'Whether /health/ready answers 200.');
    this.canHostMeetings = make.gauge(
      'can_host_meetings',
      'Whether another meeting can begin on this server: it is ready, not full, and every required database answers.',
    );
  }

  refresh(): void {
    const { ready, canHostMeetings } = this.readiness.state;
    this.ready.set(ready ? 1 : 0);
    this.canHostMeetings.set(canHostMeetings ? 1 : 0);
  }
}
