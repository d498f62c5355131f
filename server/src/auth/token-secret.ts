/** The key that signs access tokens. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../settings/settings.js';

/** The key from the settings, or the one in the data folder, which is generated once and readable by its owner alone. */
export function tokenSecret({ auth, storage }: Settings): string {
  if (auth.jwtSecret !== undefined) {
    return auth.jwtSecret;
  }
  const path = join(storage.dataDirectory, 'jwt-secret');
  try {
    // Fails where the file exists, also when another process makes it at the same moment.
    writeFileSync(path, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  return readFileSync(path, 'utf8');
}
