/** The token that a connection shows: the application's own, or that of a guest's session, which is begun once and carried on. */
import type { ErrorAnswer, Guest, Refresh, Session } from '@minimeet/protocol';
import { MeetingError } from './meeting-error.js';

/**
 * An application's way to its tokens, which expire within minutes: asked before each connection.
 *
 * @param refused the token that the server has just refused, if it has; answering with it again means that there is no other
 */
export type AccessTokenSource = (refused: string | null) => Promise<string>;

export interface AccessOptions {
  url: string;
  accessToken?: string | AccessTokenSource;
  displayName?: string;
}

/** Milliseconds before its end in which a token counts as expired: it has to last until the server looks at it. */
const REMAINDER = 30_000;

interface GuestSession extends Session {
  /** In milliseconds of `performance.now()`. */
  goodUntil: number;
}

export class Access {
  private guest: Promise<GuestSession> | null = null;
  /** The token that was shown last, and the one that the server refused. */
  private shown: string | null = null;
  private refused: string | null = null;
  private isHopeless = false;

  constructor(private readonly options: AccessOptions) {}

  /**
   * Rejects with `unauthorized` when there is neither a token nor a name, or none that the server takes, and with `access_ended` when the
   * guest was deactivated or deleted; otherwise as `POST /auth/guest` and the application's own function do.
   */
  token(): Promise<string> {
    const token = this.find();
    // Who asked may be gone before it comes, as when the connection fails that it was for.
    token.catch(() => undefined);
    return token;
  }

  /** After the server refused the token: whether another one can be had (a guest's and a function's can, a given one cannot). */
  renew(): boolean {
    const { accessToken, displayName } = this.options;
    this.refused = this.shown;
    if (accessToken === undefined) return displayName !== undefined;
    return typeof accessToken === 'function' && !this.isHopeless;
  }

  private async find(): Promise<string> {
    const { accessToken } = this.options;
    const token = await (typeof accessToken === 'function'
      ? accessToken(this.refused)
      : (accessToken ?? this.guestToken()));
    if (typeof accessToken === 'function' && token === this.refused) {
      this.isHopeless = true;
      throw new MeetingError('unauthorized', 'There is no other access token');
    }
    this.shown = token;
    return token;
  }

  private async guestToken(): Promise<string> {
    const { displayName } = this.options;
    if (displayName === undefined) {
      throw new MeetingError('unauthorized', 'An access token or a display name is needed');
    }
    const { guest } = this;
    // Whoever asks meanwhile waits for the same answer: two askers must not become two guests.
    const session = guest ? guest.then((before) => this.carryOn(before, displayName)) : this.become(displayName);
    this.guest = session;
    session.catch(() => {
      if (this.guest === session) this.guest = guest;
    });
    return (await session).accessToken;
  }

  /**
   * The same guest with a token that is good; another one where the server does not know the session any more. Whose access was ended
   * (`access_ended`) stays out: that was somebody's decision.
   */
  private async carryOn(session: GuestSession, displayName: string): Promise<GuestSession> {
    if (session.accessToken !== this.refused && performance.now() < session.goodUntil) return session;
    try {
      return await ask(this.options.url, '/auth/refresh', { refreshToken: session.refreshToken });
    } catch (error) {
      if (MeetingError.from(error, 'internal_error').code !== 'unauthorized') throw error;
      return this.become(displayName);
    }
  }

  private become(displayName: string): Promise<GuestSession> {
    return ask(this.options.url, '/auth/guest', { displayName });
  }
}

async function ask(url: string, path: string, body: Guest | Refresh): Promise<GuestSession> {
  const asked = performance.now();
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(new URL(path, url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    answer = await response.json();
  } catch (error) {
    throw new MeetingError('connection_failed', 'The server cannot be reached', { cause: error });
  }
  if (!response.ok) throw MeetingError.fromAnswer(answer as ErrorAnswer);
  const session = answer as Session;
  return { ...session, goodUntil: asked + session.expiresIn * 1000 - REMAINDER };
}
