/** The kinds of metrics that this folder makes, with what they have in common. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The token of the one registry; `prom-client`'s global one would be shared by all servers of a test. */
export const REGISTRY = Symbol('REGISTRY');

/** Seconds: from what a local call takes to the ten seconds in which every request is answered. */
export const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds, for what takes a part of a millisecond and holds everything else up. */
export const COMPUTING_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
/** Seconds that people wait for something to be seen and heard. */
export const WAITING_BUCKETS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30, 60];

/** Makes metrics of the name `minimeet_…` in one registry. */
export class MetricMaker {
  constructor(private readonly registry: Registry) {}

  counter<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> {
    return new Counter({ name: `minimeet_${name}`, help, labelNames, registers: [this.registry] });
  }

  gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    return new Gauge({ name: `minimeet_${name}`, help, labelNames, registers: [this.registry] });
  }

  histogram<Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ name: `minimeet_${name}`, help, buckets, labelNames, registers: [this.registry] });
  }
}
