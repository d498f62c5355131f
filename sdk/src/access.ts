/**
 * The token that a connection shows: the application's own, or that of a session that is begun once and carried on: of a guest, or by
 * a join token.
 */
import type { ErrorAnswer, ExchangeJoinToken, Guest, Refresh, Session } from '@minimeet/protocol';
import { MeetingError } from './meeting-error.js';
import { routeUrl } from './server-url.js';

/**
 * An application's way to its tokens, which expire within minutes: asked before each connection.
 *
 * @param refused the token that the server has just refused, if it has; answering with it again means that there is no other
 */
export type AccessTokenSource = (refused: string | null) => Promise<string>;

export interface AccessOptions {
  url: string;
  accessToken?: string | AccessTokenSource;
  joinToken?: string;
  displayName?: string;
}

/** Milliseconds before its end in which a token counts as expired: it has to last until the server looks at it. */
const REMAINDER = 30_000;

interface OwnSession extends Session {
  /** In milliseconds of `performance.now()`. */
  goodUntil: number;
}

export class Access {
  private session: Promise<OwnSession> | null = null;
  /** The token that was shown last, and the one that the server refused. */
  private shown: string | null = null;
  private refused: string | null = null;
  private isHopeless = false;

  constructor(private readonly options: AccessOptions) {}

  /**
   * Rejects with `unauthorized` when there is neither a token nor a name, or none that the server takes, and with `access_ended` when the
   * guest was deactivated or deleted; otherwise as `POST /auth/join-token`, `POST /auth/guest` and the application's own function do.
   */
  token(): Promise<string> {
    const token = this.find();
    // Who asked may be gone before it comes, as when the connection fails that it was for.
    token.catch(() => undefined);
    return token;
  }

  /** After the server refused the token: whether another one can be had (a session's and a function's can, a given one cannot). */
  renew(): boolean {
    const { accessToken, joinToken, displayName } = this.options;
    this.refused = this.shown;
    if (accessToken === undefined) return joinToken !== undefined || displayName !== undefined;
    return typeof accessToken === 'function' && !this.isHopeless;
  }

  private async find(): Promise<string> {
    const { accessToken } = this.options;
    const token = await (typeof accessToken === 'function'
      ? accessToken(this.refused)
      : (accessToken ?? this.sessionToken()));
    if (typeof accessToken === 'function' && token === this.refused) {
      this.isHopeless = true;
      throw new MeetingError('unauthorized', 'There is no other access token');
    }
    this.shown = token;
    return token;
  }

  private async sessionToken(): Promise<string> {
    const { session } = this;
    // Whoever asks meanwhile waits for the same answer: two askers must not become two guests.
    const next = session ? session.then((before) => this.carryOn(before)) : this.begin();
    this.session = next;
    next.catch(() => {
      if (this.session === next) this.session = session;
    });
    return (await next).accessToken;
  }

  /**
   * The same user with a token that is good; a session of its own where the server does not know this one any more. Whose access was ended
   * (`access_ended`) stays out: that was somebody's decision.
   */
  private async carryOn(session: OwnSession): Promise<OwnSession> {
    if (session.accessToken !== this.refused && performance.now() < session.goodUntil) return session;
    try {
      return await ask(this.options.url, '/auth/refresh', { refreshToken: session.refreshToken });
    } catch (error) {
      if (MeetingError.from(error, 'internal_error').code !== 'unauthorized') throw error;
      return this.begin();
    }
  }

  private async begin(): Promise<OwnSession> {
    const { url, joinToken, displayName } = this.options;
    if (joinToken !== undefined) return ask(url, '/auth/join-token', { token: joinToken });
    if (displayName !== undefined) return ask(url, '/auth/guest', { displayName });
    throw new MeetingError('unauthorized', 'An access token, a join token or a display name is needed');
  }
}

async function ask(url: string, path: string, body: Guest | Refresh | ExchangeJoinToken): Promise<OwnSession> {
  const asked = performance.now();
  let response: Response;
  let answer: unknown;
  // Not `AbortSignal.timeout()`: browsers of 2023 do not all have it.
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), 10_000);
  try {
    response = await fetch(routeUrl(url, path), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: limit.signal,
    });
    answer = await response.json();
  } catch (error) {
    throw new MeetingError('connection_failed', 'The server cannot be reached', { cause: error });
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw MeetingError.fromAnswer(answer as ErrorAnswer);
  const session = answer as Session;
  return { ...session, goodUntil: asked + session.expiresIn * 1000 - REMAINDER };
}
