/** Whether memory grows with what happens: noise goes up and down, a leak only up. */
import type { SoakSample } from './soak.js';

type Kind = 'heapBytes' | 'residentBytes' | 'workerBytes';

/** Share of the samples that are not looked at: a process takes what it needs while it gets warm. */
const warmUp = 0.25;

/**
 * How much more the median of the later half is than that of the earlier half, in bytes; what is left over from single samples does not
 * show in it. 0 where there are too few samples to tell.
 */
export function memoryGrowth(samples: readonly SoakSample[], kind: Kind): number {
  const warm = samples.slice(Math.ceil(samples.length * warmUp)).map((sample) => sample[kind]);
  const half = Math.floor(warm.length / 2);

  return half === 0 ? 0 : median(warm.slice(-half)) - median(warm.slice(0, half));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);

  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
