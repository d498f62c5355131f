/** Whom access tokens stood for when the database was asked last, for the time that it is away. */
import { accessNames, type AuthenticatedUser } from '../common/access.js';
import type { AccessClaims } from './auth.service.js';

/** More than are in meetings of one server; those longest unheard of go first. */
const MOST = 20_000;

export class RecentAccesses {
  private readonly entries = new Map<string, { user: AuthenticatedUser; names: readonly string[] }>();
  /** Keys of {@link entries} by each name that ends them (`accessName`). */
  private readonly keys = new Map<string, Set<string>>();

  /** The database has just confirmed it. */
  note(claims: AccessClaims, user: AuthenticatedUser): void {
    const key = keyOf(claims);
    const names = accessNames({
      userId: user.id,
      tokenVersion: claims.version,
      sessionId: claims.session,
      pass: user.pass,
    });
    this.delete(key);
    this.entries.set(key, { user, names });
    names.forEach((name) => this.keys.set(name, (this.keys.get(name) ?? new Set()).add(key)));

    if (this.entries.size > MOST) {
      this.delete(this.entries.keys().next().value!);
    }
  }

  /**
   * `undefined` where the database has never confirmed it here, or where it has ended since. To end an access takes the database, so
   * that none ends while that is away.
   */
  find(claims: AccessClaims): AuthenticatedUser | undefined {
    return this.entries.get(keyOf(claims))?.user;
  }

  /** An access of this name has ended (`accessName`). */
  forget(name: string): void {
    for (const key of [...(this.keys.get(name) ?? [])]) {
      this.delete(key);
    }
  }

  /** Something may have ended without this server having heard of it. */
  clear(): void {
    this.entries.clear();
    this.keys.clear();
  }

  private delete(key: string): void {
    for (const name of this.entries.get(key)?.names ?? []) {
      const keys = this.keys.get(name);
      keys?.delete(key);

      if (keys?.size === 0) {
        this.keys.delete(name);
      }
    }

    this.entries.delete(key);
  }
}

const keyOf = ({ sub, version, session }: AccessClaims) => JSON.stringify({ sub, version, session });
