/**
 * For how long this page itself was away: asleep with its machine, frozen by its browser, or without a network for minutes. A server that
 * is away while the page is awake is no absence.
 */

/** Milliseconds between two looks at the clock. */
const lookInterval = 1000;
/** A shorter gap between two looks, in milliseconds, is a busy machine. */
const shortestGap = 5000;
/** Browsers look at the timers of a hidden page once a minute: a gap of up to so many milliseconds says nothing there. */
const hiddenGap = 65_000;
/** Milliseconds without a network after which nobody counts as present, even where the page was awake. */
const longestOffline = 120_000;
/** A machine that wakes may first read what had come before it slept: so long before a connection was last heard, in milliseconds, absences count. */
const hearingSlack = 60_000;

/** The page, as far as it tells of absences; outside browsers there is none. */
export interface PageSigns {
  window?: EventTarget;
  document?: EventTarget & { hidden: boolean };
}

interface Span {
  from: number;
  to: number;
}

/** Looks at the clock from start() to stop(). */
export class Absence {
  private readonly gaps: Span[] = [];
  private readonly outages: Span[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private lookedAt = 0;
  private offlineSince: number | null = null;
  private wasHidden = false;
  /** The browser said that it halts the page's timers. */
  private halted = false;

  constructor(private readonly page: PageSigns = globalThis as PageSigns) {}

  start(): void {
    this.stop();
    this.gaps.length = this.outages.length = 0;
    this.offlineSince = null;
    this.halted = false;
    this.lookedAt = Date.now();
    this.wasHidden = this.isHidden();
    this.timer = setInterval(this.look, lookInterval);
    this.page.window?.addEventListener('offline', this.goOffline);
    this.page.window?.addEventListener('online', this.goOnline);
    this.page.window?.addEventListener('pagehide', this.halt);
    this.page.document?.addEventListener('freeze', this.halt);
  }

  stop(): void {
    clearInterval(this.timer);
    this.page.window?.removeEventListener('offline', this.goOffline);
    this.page.window?.removeEventListener('online', this.goOnline);
    this.page.window?.removeEventListener('pagehide', this.halt);
    this.page.document?.removeEventListener('freeze', this.halt);
  }

  /** @returns milliseconds for which the page was away since its server was last heard at `heardAt` (of `Date.now()`); 0: it was awake. */
  since(heardAt: number): number {
    this.look();
    const now = Date.now();
    const outages = [...this.outages];
    if (this.offlineSince !== null) outages.push({ from: this.offlineSince, to: now });
    const counting = ({ to }: Span) => to > heardAt - hearingSlack;
    const sum = (spans: Span[]) => spans.filter(counting).reduce((total, { from, to }) => total + to - from, 0);
    // Who sleeps is without a network as well: not the sum of both.
    return Math.max(sum(this.gaps), sum(outages.filter(({ from, to }) => to - from > longestOffline)));
  }

  private readonly look = (): void => {
    const now = Date.now();
    const gap = now - this.lookedAt;
    const isHidden = this.isHidden();
    const isThrottled = (this.wasHidden || isHidden) && !this.halted;
    if (gap > (isThrottled ? hiddenGap : shortestGap)) this.gaps.push({ from: this.lookedAt, to: now });
    this.lookedAt = now;
    this.wasHidden = isHidden;
    this.halted = false;
  };

  private readonly goOffline = (): void => void (this.offlineSince ??= Date.now());

  private readonly goOnline = (): void => {
    if (this.offlineSince !== null) this.outages.push({ from: this.offlineSince, to: Date.now() });
    this.offlineSince = null;
  };

  private readonly halt = (): void => void (this.halted = true);

  private isHidden(): boolean {
    return this.page.document?.hidden ?? false;
  }
}
