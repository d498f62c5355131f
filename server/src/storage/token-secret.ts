/** The keys of this server: what signs access tokens, and what the secrets of API keys are made from. */
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
  return keptIn(join(storage.dataDirectory, 'jwt-secret'), newSecret);
}

/**
 * What the secrets of API keys, and the user ids of whom host applications send, are made from: the key from the settings, or the one in
 * the data folder. Another JWT_SECRET does not change it, so integrations outlast that. Where there is none yet, it begins as the key of
 * access tokens, from which those of earlier versions followed, and which servers that share databases have in common; a server that
 * makes that key now makes this one as well.
 *
 * @throws where the file in the data folder holds less than a key
 */
export function apiKeySecret(settings: Settings): string {
  const { auth, storage } = settings;
  if (auth.apiKeySecret !== undefined) {
    return auth.apiKeySecret;
  }
  const isNew = auth.jwtSecret === undefined && !existsSync(join(storage.dataDirectory, 'jwt-secret'));
  return keptIn(join(storage.dataDirectory, 'api-key-secret'), isNew ? newSecret : () => tokenSecret(settings));
}

function keptIn(path: string, make: () => string): string {
  if (!existsSync(path)) {
    writeSecret(path, make());
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length < FEWEST_CHARACTERS) {
    throw new Error(
      `${path} holds fewer than ${FEWEST_CHARACTERS} characters; remove it, and the next start makes a new key`,
    );
  }
  return secret;
}

function newSecret(): string {
  return randomBytes(48).toString('base64url');
}

/** The file appears with its whole content or not at all, whatever happens on the way. */
function writeSecret(path: string, secret: string): void {
  const incoming = `${path}.${randomUUID()}`;
  try {
    writeFileSync(incoming, secret, { mode: 0o600, flag: 'wx', flush: true });
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
