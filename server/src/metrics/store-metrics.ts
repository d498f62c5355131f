/** What stores and databases are asked, and whether they answer. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { Dependencies } from '../storage/dependencies.js';
import { StoreCalls } from '../storage/store-calls.js';
import { MetricMaker, REGISTRY, REQUEST_BUCKETS } from './metric-kinds.js';

@Injectable()
export class StoreMetrics implements OnModuleInit {
  private readonly calls;
  private readonly errors;
  private readonly up;

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly storeCalls: StoreCalls,
    private readonly dependencies: Dependencies,
  ) {
    const make = new MetricMaker(registry);
    this.calls = make.histogram(
      'store_call_duration_seconds',
      'Calls of the stores, failed ones included; and of the databases of SQL beneath some of them, each statement that was carried out.',
      REQUEST_BUCKETS,
      ['store', 'operation'],
    );
    this.errors = make.counter('store_errors_total', 'Calls of these that failed.', ['store', 'operation']);
    this.up = make.gauge('dependency_up', 'Whether a database answered when it was heard of last.', ['dependency']);
  }

  onModuleInit(): void {
    this.storeCalls.on('called', ({ store, operation, milliseconds, failed }) => {
      if (milliseconds !== null) {
        this.calls.observe({ store, operation }, milliseconds / 1000);
      }

      this.errors.inc({ store, operation }, failed ? 1 : 0);
    });
  }

  refresh(): void {
    for (const { name, up } of this.dependencies.known) {
      this.up.set({ dependency: name }, up ? 1 : 0);
    }
  }
}
