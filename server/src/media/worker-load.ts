/** How busy the workers were between two looks at them. */
import type { WorkerUsage } from './media-worker.js';

export interface WorkerLoad extends Omit<WorkerUsage, 'cpuSeconds'> {
  /** Share of one core, 0 to 1, since the look before; 0 at the first one. */
  cpu: number;
}

export class WorkerLoadMeter {
  private before = new Map<number, { cpuSeconds: number; at: number }>();

  /** @param now milliseconds of a clock that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The load of each worker since it was measured before. */
  measure(usages: WorkerUsage[]): WorkerLoad[] {
    const at = this.now();
    const { before } = this;
    // Only those that still run: the system gives the number of a dead process to another one some day.
    this.before = new Map(usages.map(({ pid, cpuSeconds }) => [pid, { cpuSeconds, at }]));

    return usages.map(({ pid, cpuSeconds, ...rest }) => {
      const last = before.get(pid);
      const elapsed = last ? (at - last.at) / 1000 : 0;
      const cpu = last && elapsed > 0 ? (cpuSeconds - last.cpuSeconds) / elapsed : 0;

      return { pid, cpu: Math.min(1, Math.max(0, cpu)), ...rest };
    });
  }
}
