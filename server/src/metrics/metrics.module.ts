/** What everything else does, in figures for Prometheus. */
import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { HealthModule } from '../health/health.module.js';
import { MeetingsModule } from '../meetings/meetings.module.js';
import { SignalingModule } from '../signaling/signaling.module.js';
import { Exposition } from './exposition.js';
import { FaultMetrics } from './fault-metrics.js';
import { HealthMetrics } from './health-metrics.js';
import { MediaMetrics } from './media-metrics.js';
import { MeetingMetrics } from './meeting-metrics.js';
import { REGISTRY } from './metric-kinds.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics-server.js';
import { PathMetrics } from './path-metrics.js';
import { collectProcessMetrics } from './process-metrics.js';
import { SignalingMetrics } from './signaling-metrics.js';
import { StoreMetrics } from './store-metrics.js';
import { WorkerMetrics } from './worker-metrics.js';

@Module({
  imports: [HealthModule, MeetingsModule, SignalingModule],
  controllers: [MetricsController],
  providers: [
    {
      provide: REGISTRY,
      useFactory: () => {
        const registry = new Registry();
        collectProcessMetrics(registry);

        return registry;
      },
    },
    FaultMetrics,
    MeetingMetrics,
    SignalingMetrics,
    MediaMetrics,
    WorkerMetrics,
    PathMetrics,
    StoreMetrics,
    HealthMetrics,
    Exposition,
    MetricsServer,
  ],
})
export class MetricsModule {}
