/**
 * Who this tab is for the server. At the page of a room into which a personal link led, that is whom the link is for. Where
 * somebody is logged in, it is their account in every tab. Without an account, a person becomes a guest, whose session is kept
 * per tab, so that several windows of one browser are several people and a reload stays the same one.
 */
import type { Session } from '@minimeet/protocol';
import { MeetingError } from '@minimeet/sdk';
import { LogInNeededError, account, hasEndedAccess, isSession, isUnknownSession } from './account';
import { guestShelf } from './guest-shelf';
import { holdGuest, makerOf } from './made-rooms';
import { LinkEndedError, keepPassSession, passId, passSession } from './pass';
import { renewed } from './renewal';
import { RestError, createGuest, updateUser } from './rest';
import { readStored, writeStored } from './stored';

const key = 'minimeet.session';

/** What a guest is called until they say otherwise. */
export const defaultName = 'Guest';

/** Two callers at once must not become two guests. */
let opening: Promise<Session> | null = null;

/**
 * Runs `call` with this tab's session; when its tokens have expired, once more with others, and when the server no longer knows it, with a new
 * guest's, unless somebody ended this one's access.
 * Rejects with `LogInNeededError` where the session was an account's, or the server takes no guests, and with `LinkEndedError` where it was
 * that of a personal link.
 */
export async function withSession<Result>(
  displayName: string,
  call: (session: Session) => Promise<Result>,
): Promise<Result> {
  const session = await currentSession(displayName);
  try {
    return await call(session);
  } catch (error) {
    if (!isUnknownSession(error)) throw error;
    const next = await renewSession(session);
    if (next) return call(next);
    forgetSession(session);
    return call(await currentSession(displayName));
  }
}

/** This tab's session. A guest is called `displayName` from now on; an account, and who came by a personal link, keep the name that they have. */
export function sessionAs(displayName: string): Promise<Session> {
  return withSession(displayName, async (session) => {
    if (session.user.username === displayName || !session.user.isGuest || isPassSession(session)) return session;
    const user = await updateUser(session.accessToken, session.user.id, { username: displayName });
    const renamed = { ...session, user };
    storeSession(renamed);
    return renamed;
  });
}

/**
 * Forgets `session`, unless this tab has another one by now. Throws `LogInNeededError` where it was an account's, and `LinkEndedError`
 * where it was that of a personal link: nobody should go on as a guest without having been asked.
 */
export function forgetSession(session: Session): void {
  if (isPassSession(session)) {
    keepPassSession(null);
    throw new LinkEndedError();
  }
  if (loadSession()?.accessToken === session.accessToken) {
    storeSession(null);
    return;
  }
  account.forget(session);
  if (!session.user.isGuest) throw new LogInNeededError('session_ended');
}

/**
 * This session with tokens other than these, kept from now on; `null` where the server no longer knows it. Rejects with a `RestError`, which is
 * `access_ended` for a guest who was deactivated or deleted.
 */
export async function renewSession(session: Session): Promise<Session | null> {
  const isPass = session.user.id === passSession()?.user.id;
  const isStored = () => (isPass ? passSession() : loadSession())?.accessToken === session.accessToken;
  if (!session.user.isGuest) return account.renew(session);
  // Renewed already since whoever asks looked.
  if (!isStored()) return sessionOf(session.user.id);
  const next = await renewed(session, guestShelf((isPass ? passId() : null) ?? session.user.id));
  if (next && isStored()) (isPass ? keepPassSession : storeSession)(next);
  return next;
}

/**
 * The token that this user has now, and another one where the server has refused that; the refused one where there is no other. What the
 * sdk asks for before it connects.
 */
export async function tokenOf(userId: string, refused: string | null): Promise<string> {
  const session = sessionOf(userId);
  if (!session) return refused ?? '';
  if (session.accessToken !== refused) return session.accessToken;
  try {
    return (await renewSession(session))?.accessToken ?? refused;
  } catch (error) {
    throw hasEndedAccess(error) ? new MeetingError('access_ended', error.message, { cause: error }) : error;
  }
}

/** The session that is kept of this user. A guest in a meeting stays one also when somebody logs in in another tab. */
function sessionOf(userId: string): Session | null {
  return [passSession(), account.state, loadSession()].find((session) => session?.user.id === userId) ?? null;
}

/**
 * Where this browser has made the room as a guest, this tab is that guest from now on, unless another one is. Nobody becomes somebody
 * else who is logged in or came by a personal link.
 */
export async function becomeMakerOf(slug: string): Promise<void> {
  const own = loadSession();
  if (own) holdGuest(own.user.id);
  if (passSession() || account.state) return;
  const maker = await makerOf(slug);
  if (!maker || maker.user.id === own?.user.id) return;
  storeSession(maker);
  holdGuest(maker.user.id);
}

/** The name that this tab's user has, if there is one. */
export const sessionName = (): string | null => storedSession()?.user.username ?? null;

/** Whether this is the session of the personal link that led to this page. */
export function isPassSession({ accessToken }: Session): boolean {
  return passSession()?.accessToken === accessToken;
}

const storedSession = () => passSession() ?? account.state ?? loadSession();

function currentSession(displayName: string): Promise<Session> {
  const stored = storedSession();
  if (stored) return Promise.resolve(stored);
  opening ??= createGuest(displayName)
    .then((session) => {
      storeSession(session);
      return session;
    })
    .catch((error: unknown) => {
      if (error instanceof RestError && error.code === 'not_allowed') throw new LogInNeededError('guests_not_allowed');
      throw error;
    })
    .finally(() => (opening = null));
  return opening;
}

const loadSession = () => readStored(() => sessionStorage, key, isSession);
const storeSession = (session: Session | null) => writeStored(() => sessionStorage, key, session);
