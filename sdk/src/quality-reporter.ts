/** Tells the server now and then how well this client is connected. */
import type { FirstMedia } from './first-media.js';
import { qualityBetween, snapshotOf, type QualitySnapshot } from './quality.js';
import type { Signaling } from './signaling.js';
import type { MeetingStats } from './types.js';
import { delay } from './waiting.js';

/** Milliseconds between two reports: reading the counters costs a browser about a millisecond for each stream. */
const interval = 10_000;

export class QualityReporter {
  /** As it was reported last. */
  private reported: QualitySnapshot | null = null;
  private readonly since = performance.now();
  private reporting: Promise<void> | null = null;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly signaling: Pick<Signaling, 'request'>,
    private readonly getStats: () => Promise<MeetingStats>,
    private readonly firstMedia: FirstMedia,
  ) {
    this.timer = setInterval(() => void this.report(), interval);
  }

  /** What was not told yet, unless that takes longer than so many milliseconds. */
  async reportLast(milliseconds: number): Promise<void> {
    this.stop();
    const limit = new AbortController();
    // A report that is on its way may be about an earlier moment.
    const last = (this.reporting ?? Promise.resolve()).then(() => this.report(true));
    await Promise.race([last, delay(milliseconds, limit.signal).catch(() => undefined)]);
    limit.abort();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private report(last = false): Promise<void> {
    this.reporting ??= this.tell(last)
      // Nobody misses a report; the next one is about this time as well.
      .catch(() => undefined)
      .finally(() => (this.reporting = null));
    return this.reporting;
  }

  private async tell(last: boolean): Promise<void> {
    const now = snapshotOf(await this.getStats(), performance.now());
    const report = qualityBetween(this.reported, now, this.since);
    if (!report) return;
    const join = this.firstMedia.report(last);
    await this.signaling.request('report_quality', { ...report, ...(join && { join }) });
    this.reported = now;
    if (join) this.firstMedia.noteTold();
  }
}
