/**
 * Exchanging a session's refresh token for other tokens, once for all tabs that hold it: each is good once, and one that comes
 * again later ends the session.
 */
import type { Session } from '@minimeet/protocol';
import { RestError, refreshSession } from './rest';
import { storedUnder } from './stored';

/** Where the tabs that share a session find its newest tokens. */
export interface Shelf {
  load(): Session | null;
  /** Called with the session with other tokens, or `null` where the server no longer knows it, before any other tab looks. */
  keep(next: Session | null): void;
}

const underWay = new Map<string, Promise<Session | null>>();

/**
 * The session with other tokens: those that another tab got meanwhile, or new ones; `null` where the server no longer knows it. Rejects with
 * a `RestError` when that cannot be told now, and with `access_ended` when somebody ended the user's access.
 */
export function renewed(session: Session, shelf: Shelf): Promise<Session | null> {
  const running = underWay.get(session.accessToken);
  if (running) return running;
  const renewal = alone(session.user.id, () => renew(session, shelf)).finally(() =>
    underWay.delete(session.accessToken),
  );
  underWay.set(session.accessToken, renewal);
  return renewal;
}

async function renew(session: Session, shelf: Shelf): Promise<Session | null> {
  const kept = shelf.load();
  if (kept?.user.id === session.user.id && kept.accessToken !== session.accessToken) return kept;
  const next = await exchange(session.refreshToken);
  shelf.keep(next);
  return next;
}

/** One tab after the other, whoever changes the tokens of this user's session. Pages that are not served safely have no locks, and no camera either. */
export function alone<Result>(userId: string, work: () => Promise<Result>): Promise<Result> {
  const locks = (navigator as Partial<Navigator>).locks;
  // The types say less than the specification: the lock is held until the promise settles, and its outcome is the answer.
  return locks ? locks.request(storedUnder(`minimeet.renewal.${userId}`), work) : work();
}

async function exchange(refreshToken: string | undefined): Promise<Session | null> {
  // One that an earlier version stored has none.
  if (refreshToken === undefined) return null;
  try {
    return await refreshSession(refreshToken);
  } catch (error) {
    if (error instanceof RestError && error.code === 'unauthorized') return null;
    throw error;
  }
}
