/** Right passwords of rooms that were said lately. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Rooms whose meetings many people come to at one time. */
const MOST = 1000;

/**
 * To hash a password takes tens of milliseconds by design. Many know the password of one room and come at once, as after a
 * restart of the server, and one of them shows that it is right. What is kept is worth nothing outside of this process.
 */
export class KnownPasswords {
  private readonly key = randomBytes(32);
  /** By the hash that the password fits, which is another one for each room and each change. */
  private readonly digests = new Map<string, Buffer>();

  includes(passwordHash: string, password: string): boolean {
    const digest = this.digests.get(passwordHash);

    return digest !== undefined && timingSafeEqual(digest, this.digestOf(password));
  }

  add(passwordHash: string, password: string): void {
    this.digests.set(passwordHash, this.digestOf(password));

    if (this.digests.size > MOST) {
      const [oldest] = this.digests.keys();
      this.digests.delete(oldest!);
    }
  }

  private digestOf(password: string): Buffer {
    return createHmac('sha256', this.key).update(password).digest();
  }
}
