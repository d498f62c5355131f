/** Looks at the event loop of this process from inside: what it works for at one time, whatever else the machine does beside. */

/** Milliseconds between two looks. */
const INTERVAL_MS = 1;
/** Milliseconds; the last stands for all that is longer. */
const STEPS_MS = Array.from({ length: 2000 }, (_, step) => step);

/** Processor time in milliseconds, not time of day: a machine that lets the process wait changes nothing about it. */
export interface LoopWork {
  /** The longest that the loop worked without looking at anything else. */
  longest: number;
  /** What somebody who asks at any moment has to wait through, 95 times of 100. */
  p95: number;
}

export class LoopWatch {
  private work = STEPS_MS.map(() => 0);
  private longest = 0;
  private readonly timer: NodeJS.Timeout;

  constructor() {
    let before = threadMilliseconds();
    this.timer = setInterval(() => {
      const now = threadMilliseconds();
      this.note(now - before);
      before = now;
    }, INTERVAL_MS);
    this.timer.unref();
  }

  /** Since it was asked last. */
  take(): LoopWork {
    const total = this.work.reduce((sum, milliseconds) => sum + milliseconds, 0);
    let below = 0;
    const p95 = this.work.findIndex((milliseconds) => (below += milliseconds) >= total * 0.95);
    const figures = { longest: this.longest, p95: Math.max(0, p95) };
    this.work = STEPS_MS.map(() => 0);
    this.longest = 0;

    return figures;
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Weighted by its length: of two moments, the one in the longer stretch is the more likely to be asked in. */
  private note(milliseconds: number): void {
    this.longest = Math.max(this.longest, milliseconds);
    this.work[Math.min(Math.floor(milliseconds), STEPS_MS.length - 1)]! += Math.max(milliseconds, INTERVAL_MS);
  }
}

/** Processor time of this thread; of the whole process where Node (before 23.9) knows no other. */
export function threadMilliseconds(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage)();

  return (user + system) / 1000;
}

/** As much as a request with a large payload costs: text is parsed, looked through and written. */
const piece = JSON.stringify(
  Array.from({ length: 300 }, (_, index) => ({
    id: `id-${index}`,
    text: 'words and words '.repeat(8),
    size: index / 7,
  })),
);

/** Milliseconds of processor time for a known piece of work: the least of several times, so that garbage collection is not in it. */
export function calibrate(): number {
  const times = Array.from({ length: 9 }, () => {
    const before = threadMilliseconds();
    for (let time = 0; time < 20; time += 1) {
      const items = JSON.parse(piece) as { id: string; text: string; size: number }[];
      items.sort((one, other) => other.size - one.size);
      JSON.stringify(items.filter(({ text }) => /\bword(s|less) and\b/u.test(text)));
    }

    return threadMilliseconds() - before;
  });

  return Math.min(...times);
}
