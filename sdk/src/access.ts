/** The token that a connection shows: the application's own, or a guest's that is fetched once and kept. */
import type { ErrorAnswer, Guest, Session } from '@minimeet/protocol';
import { MeetingError } from './meeting-error.js';

export class Access {
  private guestToken: Promise<string> | null = null;

  constructor(private readonly options: { url: string; accessToken?: string; displayName?: string }) {}

  /** Rejects with `unauthorized` when there is neither a token nor a name, otherwise as `POST /auth/guest` does. */
  token(): Promise<string> {
    const { accessToken, displayName } = this.options;
    if (accessToken !== undefined) return Promise.resolve(accessToken);
    if (displayName === undefined) {
      return Promise.reject(new MeetingError('unauthorized', 'An access token or a display name is needed'));
    }
    if (!this.guestToken) {
      const fetching = becomeGuest(this.options.url, { displayName });
      this.guestToken = fetching;
      fetching.catch(() => (this.guestToken = null));
    }
    return this.guestToken;
  }

  /** After the server refused the token: whether another one can be had (a guest's can, an application's cannot). */
  renew(): boolean {
    this.guestToken = null;
    return this.options.accessToken === undefined && this.options.displayName !== undefined;
  }
}

async function becomeGuest(url: string, guest: Guest): Promise<string> {
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(new URL('/auth/guest', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(guest),
      signal: AbortSignal.timeout(10_000),
    });
    body = await response.json();
  } catch (error) {
    throw new MeetingError('connection_failed', 'The server cannot be reached', { cause: error });
  }
  if (!response.ok) throw MeetingError.fromAnswer(body as ErrorAnswer);
  return (body as Session).accessToken;
}
