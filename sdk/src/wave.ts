/** Things that come one after the other in a short time, so that whatever is done about them can be done once. */

export interface WaveLimits {
  /** Milliseconds without another one, after which it is over. */
  quiet: number;
  /** Milliseconds that it may last in all. */
  longest: number;
}

export class Wave {
  readonly over: Promise<void>;
  private end!: () => void;
  private readonly endsAt: number;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly limits: WaveLimits) {
    this.endsAt = performance.now() + limits.longest;
    this.over = new Promise((resolve) => (this.end = resolve));
  }

  /** Another one has come. */
  grow(): void {
    const left = Math.max(this.endsAt - performance.now(), 0);
    clearTimeout(this.timer);
    this.timer = setTimeout(this.end, Math.min(this.limits.quiet, left));
  }
}
