/**
 * What is on this participant's screen, and its way to the server.
 *
 * The application says it whenever it changes, however often; the server is told the newest once it has answered the one
 * before, and again after each time of joining or coming back, since it forgets a view with its participant, and one that was
 * on its way may be lost.
 */
import type { ViewedTile } from '@minimeet/protocol';
import { MeetingError, type MeetingErrorCode } from './meeting-error.js';
import type { Signaling } from './signaling.js';
import { delay } from './waiting.js';

/** Milliseconds after which the server is asked again when it could not take a view. */
const retryDelay = 1000;

/** The connection or the meeting is lost, so there is nobody to tell; attach() tells the view anew. */
const lossCodes = new Set<MeetingErrorCode>(['connection_failed', 'aborted', 'not_joined', 'meeting_ended']);

/** The server would take the same view at another time. */
const passingCodes = new Set<MeetingErrorCode>(['rate_limited', 'timeout', 'internal_error']);

export class View {
  /** As JSON; `null` until the application says something: then the server takes everything as seen. */
  private wish: string | null = null;
  /** What the server was told in this stay. */
  private told: string | null = null;
  private signaling: Pick<Signaling, 'request'> | null = null;
  private telling: Promise<void> | null = null;
  /** From attach() to detach(). */
  private stay = new AbortController();

  /** Joined, or joined again. */
  attach(signaling: Pick<Signaling, 'request'>): void {
    this.detach();
    this.signaling = signaling;
    this.tell().catch(() => undefined);
  }

  /** The connection was lost, or the meeting left: the wish stays. */
  detach(): void {
    this.stay.abort();
    this.stay = new AbortController();
    this.signaling = this.told = this.telling = null;
  }

  /** Resolves once the server knows this view or a newer one, or at once outside of a meeting. Rejects when it refuses. */
  set(tiles: readonly ViewedTile[]): Promise<void> {
    this.wish = JSON.stringify(tiles);
    return this.tell();
  }

  private tell(): Promise<void> {
    if (!this.signaling || !this.hasNews) return Promise.resolve();
    this.telling ??= this.tellNewest(this.signaling, this.stay.signal);
    return this.telling;
  }

  private get hasNews(): boolean {
    return this.wish !== null && this.wish !== this.told;
  }

  private async tellNewest(signaling: Pick<Signaling, 'request'>, stay: AbortSignal): Promise<void> {
    try {
      while (!stay.aborted && this.hasNews) {
        await this.tellOnce(signaling, this.wish!, stay);
      }
    } finally {
      // In the moment of the last look at the wish, not in one of the promise's: none is missed between them.
      if (!stay.aborted) this.telling = null;
    }
  }

  private async tellOnce(signaling: Pick<Signaling, 'request'>, wish: string, stay: AbortSignal): Promise<void> {
    try {
      await signaling.request('set_view', { tiles: JSON.parse(wish) as ViewedTile[] });
      if (!stay.aborted) this.told = wish;
    } catch (thrown) {
      const { code } = MeetingError.from(thrown, 'internal_error');
      if (stay.aborted) return;
      if (lossCodes.has(code)) this.told = wish;
      else if (passingCodes.has(code)) await delay(retryDelay, stay).catch(() => undefined);
      else if (this.wish === wish) throw thrown;
    }
  }
}
