/** Hashing and checking of passwords. */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/**
 * The library's defaults are argon2id with 19 MiB, 2 passes and 1 lane, as recommended by
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

/** A hash that no password fits, made when it is first needed. */
let unmatchable: Promise<string> | undefined;

/**
 * Whether the password fits the hash. Without a hash it takes the same time, so that an answer's delay does not tell
 * whether there is such a user.
 */
export async function passwordFits(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  unmatchable ??= hashPassword(randomBytes(32).toString('hex'));
  return verify(passwordHash ?? (await unmatchable), password);
}
