/** Faults that nothing caught. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { processFaultKinds, ProcessFaults } from '../common/process-faults.js';
import { MetricMaker, REGISTRY } from './metric-kinds.js';

@Injectable()
export class FaultMetrics implements OnModuleInit {
  private readonly faults;

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly processFaults: ProcessFaults,
  ) {
    const make = new MetricMaker(registry);
    this.faults = make.counter(
      'process_faults_total',
      'Promises that were rejected and exceptions that were thrown with nothing to catch them, but for those that ended a socket.',
      ['kind'],
    );
    processFaultKinds.forEach((kind) => this.faults.inc({ kind }, 0));
  }

  onModuleInit(): void {
    this.processFaults.on('fault', (kind) => this.faults.inc({ kind }));
  }
}
