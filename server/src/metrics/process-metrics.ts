/** The process itself: processor, memory, garbage collection and the delay of its event loop. */
import { collectDefaultMetrics, type Registry } from 'prom-client';
import { version } from '../common/version.js';
import { MetricMaker } from './metric-kinds.js';

/**
 * Gauges with the suffix of counters, which promtool does not let pass; `nodejs_active_resources` and the others without the
 * suffix say more.
 */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  misnamed.forEach((name) => registry.removeSingleMetric(name));
  new MetricMaker(registry)
    .gauge('build_info', 'The version of MiniMeet and of Node that run, as labels; always 1.', ['version', 'node'])
    .set({ version, node: process.versions.node }, 1);
}
