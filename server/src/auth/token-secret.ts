/** The key that signs access tokens. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../settings/settings.js';

/** RFC 7518, section 3.2: a key for HS256 has 256 bits at least. */
const FEWEST_CHARACTERS = 32;

/**
 * The key from the settings, or the one in the data folder, which is generated once and readable by its owner alone.
 *
 * @throws where the file in the data folder holds less than a key
 */
export function tokenSecret({ auth, storage }: Settings): string {
  if (auth.jwtSecret !== undefined) {
    return auth.jwtSecret;
  }
  const path = join(storage.dataDirectory, 'jwt-secret');
  if (!existsSync(path)) {
    makeSecret(path);
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < FEWEST_CHARACTERS) {
    throw new Error(
      `${path} holds fewer than ${FEWEST_CHARACTERS} characters; remove it, and the next start makes a new key`,
    );
  }
  return secret;
}

/** The file appears with its whole content or not at all, whatever happens on the way. */
function makeSecret(path: string): void {
  const incoming = `${path}.${randomUUID()}`;
  try {
    writeFileSync(incoming, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
    // Unlike a renaming, it fails where another server has just made the file: all use the first one's.
    linkSync(incoming, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  } finally {
    rmSync(incoming, { force: true });
  }
}
