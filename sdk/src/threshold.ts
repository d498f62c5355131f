/** Asking to be let into a room, at once or after a while in its lobby. */
import type { RequestInput, RequestResult } from '@minimeet/protocol';
import { MeetingError } from './meeting-error.js';
import type { Signaling } from './signaling.js';
import type { StateStore } from './state-store.js';
import { delay, unlessAborted } from './waiting.js';

/**
 * Milliseconds after which who waits asks again. That keeps the place, and finds the meeting when it begins on another server
 * or when the room's rules have changed meanwhile.
 */
const askAgainAfter = 15_000;

/** The answer that is the last: the same listener serves all who wait over a connection. */
type Verdict = 'admitted' | 'refused';

export class Threshold {
  constructor(private readonly store: StateStore) {}

  /**
   * The answer to `join_room`, which is asked again until there is one. Rejects with the server's error, with
   * `lobby_refused`, when the connection is lost or with the signal's reason.
   *
   * @param admitted called before the answer of whoever had to wait
   */
  async cross(
    signaling: Signaling,
    request: RequestInput<'join_room'>,
    signal: AbortSignal,
    admitted: () => void,
  ): Promise<RequestResult<'join_room'>> {
    signaling.on('lobby_status', ({ attended }) => this.store.update({ lobbyAttended: attended }));
    let verdict = this.nextVerdict(signaling);
    for (;;) {
      try {
        return await unlessAborted(signal, signaling.request('join_room', request));
      } catch (thrown) {
        if (!(thrown instanceof MeetingError) || thrown.code !== 'lobby_waiting') throw thrown;
      }
      this.store.update({ inLobby: true });
      const decided = await this.waitFor(verdict, signal);
      if (decided === 'refused') throw new MeetingError('lobby_refused', 'You were not let in');
      if (decided === 'admitted') verdict = this.nextVerdict(signaling);
      admitted();
    }
  }

  /** Rejects when the connection is lost. Listened to before asking, as the verdict may come right after the answer. */
  private nextVerdict(signaling: Signaling): Promise<Verdict> {
    const verdict = new Promise<Verdict>((resolve, reject) => {
      signaling.on('lobby_admitted', () => resolve('admitted'));
      signaling.on('lobby_refused', () => resolve('refused'));
      void signaling.lost.then(reject);
    });
    // Nobody may wait for it.
    verdict.catch(() => undefined);
    return verdict;
  }

  /** The verdict, or `null` when it is time to ask again. */
  private async waitFor(verdict: Promise<Verdict>, signal: AbortSignal): Promise<Verdict | null> {
    const enough = new AbortController();
    try {
      return await unlessAborted(signal, Promise.race([verdict, delay(askAgainAfter, enough.signal).then(() => null)]));
    } finally {
      enough.abort();
    }
  }
}
