/** Makes up for what other servers said while this one could not hear them. */
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds until the database is asked again that could not be asked. */
const RETRY = 5000;

export interface ReunionOptions {
  /** Looks at all that may have changed, and acts as if it had been told. Rejects where that cannot be done now. */
  look(): Promise<void>;
  failed(error: unknown): void;
  /** Milliseconds between two attempts. */
  retry?: number;
}

export class Reunion {
  private wanted = false;
  private looking = false;
  private readonly over = new AbortController();

  constructor(private readonly options: ReunionOptions) {}

  /** The servers hear each other again. What happens during a look is looked at by another one. */
  begin(): void {
    this.wanted = true;
    void this.lookWhileWanted();
  }

  close(): void {
    this.over.abort();
  }

  private async lookWhileWanted(): Promise<void> {
    if (this.looking) {
      return;
    }

    this.looking = true;

    while (this.wanted && !this.over.signal.aborted) {
      this.wanted = false;
      await this.lookOnce();
    }

    this.looking = false;
  }

  private async lookOnce(): Promise<void> {
    const { look, failed, retry = RETRY } = this.options;

    try {
      await look();
    } catch (error) {
      failed(error);
      this.wanted = true;
      await delay(retry, undefined, { signal: this.over.signal, ref: false }).catch(() => undefined);
    }
  }
}
