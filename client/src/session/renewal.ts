/** Exchanging a session's refresh token for other tokens, once for all who notice at the same time that it is needed. */
import type { Session } from '@minimeet/protocol';
import { RestError, refreshSession } from './rest';

const underWay = new Map<string, Promise<Session | null>>();

/** The session with other tokens, or `null` where the server no longer knows it. Rejects with a `RestError` when that cannot be told now. */
export function renewed({ refreshToken }: Session): Promise<Session | null> {
  const running = underWay.get(refreshToken);
  if (running) return running;
  const renewal = exchange(refreshToken).finally(() => underWay.delete(refreshToken));
  underWay.set(refreshToken, renewal);
  return renewal;
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
