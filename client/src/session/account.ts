/** The account that this browser is logged in to, for all of its tabs and until log-out. */
import type { LogOutEverywhere, Login, Session } from '@minimeet/protocol';
import type { Store } from '../common/use-store';
import { alone, renewed } from './renewal';
import { RestError, endAllSessions, endSession, fetchMe, logIn as requestSession, updateUser } from './rest';
import { isRecord, readStored, storedUnder, writeStored } from './stored';

const key = 'minimeet.account';

/** Why a person has to log in before they can go on. */
export type LogInReason = 'session_ended' | 'guests_not_allowed';

/** Thrown where only logging in helps. */
export class LogInNeededError extends Error {
  override readonly name = 'LogInNeededError';
  readonly code = 'log_in_needed';

  constructor(readonly reason: LogInReason) {
    super(reason === 'session_ended' ? 'Your log-in has ended' : 'This server asks everyone to log in');
  }
}

/** `state` is the account's session, or `null` while nobody is logged in. */
class Account implements Store<Session | null> {
  private current: Session | null = null;
  private readonly listeners = new Set<() => void>();

  constructor() {
    // Where there is no window, there is nothing stored and no other tab.
    if (typeof window === 'undefined') return;
    this.current = loadAccount();
    window.addEventListener('storage', (event) => {
      // Another tab logged in or out; a `key` of null: everything was cleared.
      if (event.key === storedUnder(key) || event.key === null) this.set(loadAccount());
    });
  }

  get state(): Session | null {
    return this.current;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Logs in; rejects with a `RestError`. */
  async logIn(email: string, password: string): Promise<void> {
    this.keep(await requestSession({ email, password }));
  }

  /** At once here; the server ends the session when it hears of it, or when it expires. */
  logOut(): void {
    const session = this.current;
    this.keep(null);
    if (session?.refreshToken) void endSession(session.refreshToken).catch(() => undefined);
  }

  /** On every device; rejects with a `RestError`, and everything stays as it is then. */
  async logOutEverywhere(wishes: LogOutEverywhere): Promise<void> {
    const session = this.current;
    if (!session) return;
    await this.withTokens(session, ({ accessToken }) => endAllSessions(accessToken, wishes));
    if (this.current?.user.id === session.user.id) this.keep(null);
  }

  /**
   * With the password of now, and another one that holds from now on. The server ends all sessions then; this browser's tabs go on with
   * a new one. Rejects with a `RestError`: where this is not logged in any more then, the password has changed all the same.
   */
  async changePassword(change: { currentPassword: string; password: string; revokeApiKeys: boolean }): Promise<void> {
    const session = this.current;
    if (!session) return;
    await this.withTokens(session, ({ accessToken, user }) =>
      // No other tab is to find out that the old tokens have ended before the new ones are there.
      alone(user.id, async () => {
        const { email } = await updateUser(accessToken, user.id, change);
        await this.logInAnew(user.id, { email: email ?? '', password: change.password });
      }),
    );
  }

  private async logInAnew(userId: string, login: Login): Promise<void> {
    const isStillHere = () => this.current?.user.id === userId;
    try {
      const next = await requestSession(login);
      if (isStillHere()) this.keep(next);
      else void endSession(next.refreshToken).catch(() => undefined);
    } catch (error) {
      if (isStillHere()) this.keep(null);
      throw error;
    }
  }

  /**
   * Runs `call` with this session, and once more with other tokens where the server takes these no longer; forgets the account where it
   * does not know the session any more. Rejects as `call` does.
   */
  async withTokens<Result>(session: Session, call: (session: Session) => Promise<Result>): Promise<Result> {
    try {
      return await call(session);
    } catch (error) {
      if (!isUnknownSession(error)) throw error;
      const next = await this.renew(session);
      if (!next) throw error;
      return call(next);
    }
  }

  /** The account's session with tokens other than these; `null` where there are none, and it is forgotten then. */
  async renew(session: Session): Promise<Session | null> {
    // A page that was out of sight may not have heard of other tabs.
    const stored = loadAccount();
    if (stored) this.set(stored);
    const isCurrent = () => this.current?.accessToken === session.accessToken;
    // Another tab was quicker, or somebody else has logged in.
    if (!isCurrent()) return this.current?.user.id === session.user.id ? this.current : null;
    const keep = (next: Session | null) => {
      if (isCurrent()) this.keep(next);
    };
    try {
      const next = await renewed(session, { load: loadAccount, keep });
      keep(next);
      return next;
    } catch (error) {
      if (!hasEndedAccess(error)) throw error;
      keep(null);
      return null;
    }
  }

  /** Forgets `session` because the server no longer takes it, unless somebody has logged in anew by now. */
  forget(session: Session): void {
    if (this.current?.accessToken === session.accessToken) this.keep(null);
  }

  /** Asks the server who this is: names and rights change, and tokens end. Without an answer, all stays as it is. */
  async refresh(): Promise<void> {
    const session = this.current;
    if (!session) return;
    try {
      const user = await this.withTokens(session, ({ accessToken }) => fetchMe(accessToken));
      if (this.current?.user.id === user.id) this.keep({ ...this.current, user });
    } catch {
      // Whoever is no longer known was forgotten; for the rest there is another time.
    }
  }

  private keep(session: Session | null): void {
    writeStored(() => localStorage, key, session);
    this.set(session);
  }

  private set(session: Session | null): void {
    if (JSON.stringify(session) === JSON.stringify(this.current)) return;
    this.current = session;
    for (const listener of this.listeners) listener();
  }
}

export const account = new Account();

/** Whether the server refused a token that expired, or whose user is no longer there. */
export function isUnknownSession(error: unknown): boolean {
  return error instanceof RestError && error.code === 'unauthorized';
}

/** Whether the user was deactivated or deleted, which nobody should get around by becoming another guest. */
export function hasEndedAccess(error: unknown): error is RestError {
  return error instanceof RestError && error.code === 'access_ended';
}

function loadAccount(): Session | null {
  return readStored(() => localStorage, key, isSession);
}

export function isSession(value: unknown): value is Session {
  return (
    isRecord(value) &&
    typeof value['accessToken'] === 'string' &&
    isRecord(value['user']) &&
    typeof value['user']['id'] === 'string' &&
    typeof value['user']['username'] === 'string'
  );
}
