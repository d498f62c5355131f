/** Lines about refusals: enough to see what goes on, and never as many as there are refusals. */

/** Milliseconds for which refusals are added up. */
const WINDOW_MS = 10_000;
/** Lines in a window, of one source and of all sources together. */
const LINES_OF_ONE = 10;
const LINES_OF_ALL = 100;
/** Sources whose refusals are told apart in the summary of a window. */
const NAMED_SOURCES = 10;

export interface RefusalSummary {
  /** Refusals in the window that have no line of their own. */
  more: number;
  /** What they came from: a socket or an address. Without it, all others. */
  source?: string;
}

interface Source {
  lines: number;
  more: number;
}

/**
 * Says of each refusal whether it is worth a line, and at the end of a window how many more there were: of each of the first sources,
 * and of all others together. However much is refused, a window has a bounded number of lines.
 */
export class RefusalLog {
  private readonly sources = new Map<string, Source>();
  private lines = 0;
  /** Of sources that came when too many were known. */
  private others = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly summarize: (summary: RefusalSummary) => void,
    private readonly windowMs = WINDOW_MS,
  ) {}

  /** Counts a refusal, and says whether it gets a line of its own. */
  take(name: string): boolean {
    this.timer ??= setTimeout(() => this.endWindow(), this.windowMs).unref();
    const source = this.sourceOf(name);

    if (!source) {
      this.others += 1;

      return false;
    }

    if (source.lines < LINES_OF_ONE && this.lines < LINES_OF_ALL) {
      source.lines += 1;
      this.lines += 1;

      return true;
    }

    source.more += 1;

    return false;
  }

  close(): void {
    clearTimeout(this.timer);
    this.endWindow();
  }

  private sourceOf(name: string): Source | null {
    const known = this.sources.get(name);

    if (known || this.sources.size >= LINES_OF_ALL) {
      return known ?? null;
    }

    const source = { lines: 0, more: 0 };
    this.sources.set(name, source);

    return source;
  }

  private endWindow(): void {
    const silenced = [...this.sources].filter(([, { more }]) => more > 0);
    const named = silenced.slice(0, NAMED_SOURCES);
    const rest = silenced.slice(NAMED_SOURCES).reduce((sum, [, { more }]) => sum + more, this.others);
    named.forEach(([source, { more }]) => this.summarize({ source, more }));

    if (rest > 0) {
      this.summarize({ more: rest });
    }

    this.sources.clear();
    this.lines = this.others = 0;
    this.timer = undefined;
  }
}
