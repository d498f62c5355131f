/**
 * Who this tab is for the server. The session is kept per tab, so that several windows of one browser are several people
 * and a reload stays the same one. A person without a session becomes a guest.
 */
import type { Session } from '@minimeet/protocol';
import { RestError, createGuest, updateUser } from './rest';
import { isRecord, readStored, writeStored } from './stored';

const key = 'minimeet.session';

/** What a guest is called until they say otherwise. */
export const defaultName = 'Guest';

/** Two callers at once must not become two guests. */
let opening: Promise<Session> | null = null;

/** Runs `call` with this tab's session; when the server no longer knows that session, once more with a new guest's. */
export async function withSession<Result>(
  displayName: string,
  call: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await currentSession(displayName);
  try {
    return await call(session);
  } catch (error) {
    if (!isUnknownSession(error)) throw error;
    forgetSession(session);
    return call(await currentSession(displayName));
  }
}

/** This tab's session, whose user is called `displayName` from now on. */
export function sessionAs(displayName: string): Promise<Session> {
  return withSession(displayName, async (session) => {
    if (session.user.username === displayName) return session;
    const user = await updateUser(session.accessToken, session.user.id, { username: displayName });
    const renamed = { ...session, user };
    storeSession(renamed);
    return renamed;
  });
}

/** Forgets `session`, unless this tab has another one by now. */
export function forgetSession(session: Session): void {
  if (loadSession()?.accessToken === session.accessToken) storeSession(null);
}

/** The name that this tab's user has, if there is one. */
export const sessionName = (): string | null => loadSession()?.user.username ?? null;

function currentSession(displayName: string): Promise<Session> {
  const stored = loadSession();
  if (stored) return Promise.resolve(stored);
  opening ??= createGuest(displayName)
    .then((session) => {
      storeSession(session);
      return session;
    })
    .finally(() => (opening = null));
  return opening;
}

/** A token that expired, or whose user was deleted. */
function isUnknownSession(error: unknown): boolean {
  return error instanceof RestError && (error.code === 'unauthorized' || error.code === 'user_not_found');
}

const loadSession = () => readStored(() => sessionStorage, key, isSession);
const storeSession = (session: Session | null) => writeStored(() => sessionStorage, key, session);

function isSession(value: unknown): value is Session {
  return (
    isRecord(value) &&
    typeof value['accessToken'] === 'string' &&
    isRecord(value['user']) &&
    typeof value['user']['id'] === 'string' &&
    typeof value['user']['username'] === 'string'
  );
}
