/** Whom access tokens stood for when the database was asked last, for the time that it is away. */
import { accessNames, type AuthenticatedUser } from '../common/access.js';
import type { AccessClaims } from './auth.service.js';

/** More than are in meetings of one server; those longest unheard of go first. */
const MOST = 20_000;

export class RecentAccesses {
  private readonly entries = new Map<string, AuthenticatedUser>();

  /** The database has just confirmed it. */
  note(claims: AccessClaims, user: AuthenticatedUser): void {
    const key = keyOf(claims);
    this.entries.delete(key);
    this.entries.set(key, user);

    if (this.entries.size > MOST) {
      this.entries.delete(this.entries.keys().next().value!);
    }
  }

  /**
   * `undefined` where the database has never confirmed it here, or where it has ended since. To end an access takes the database, so
   * that none ends while that is away.
   */
  find(claims: AccessClaims): AuthenticatedUser | undefined {
    return this.entries.get(keyOf(claims));
  }

  /** An access of this name has ended (`accessName`). */
  forget(name: string): void {
    for (const [key, user] of this.entries) {
      const { version: tokenVersion, session: sessionId } = JSON.parse(key) as AccessClaims;

      if (accessNames({ userId: user.id, tokenVersion, sessionId, pass: user.pass }).includes(name)) {
        this.entries.delete(key);
      }
    }
  }

  /** Something may have ended without this server having heard of it. */
  clear(): void {
    this.entries.clear();
  }
}

const keyOf = ({ sub, version, session }: AccessClaims) => JSON.stringify({ sub, version, session });
