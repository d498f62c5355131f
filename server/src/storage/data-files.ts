/** The folder of data and its files: for their owner alone, as addresses of people and keys are in them. */
import { chmodSync, closeSync, existsSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataDirectory } from './data-directory.js';

export const DATABASE_FILE = 'minimeet.sqlite';

/** The sticky bit: many people share such a folder, as they do /tmp. */
const STICKY = 0o1000;
const OTHERS = 0o077;

/**
 * Makes the folder where it is missing, and takes the rights of others away where it is there. SQLite gives the files beside its database
 * the rights of that one (https://www.sqlite.org/wal.html), so it is there before SQLite makes it.
 *
 * What belongs to somebody else is left as it is: then it is for them to say.
 *
 * @throws Error with one sentence for the operator, where the folder cannot be made or written to
 */
export function prepareDataDirectory(folder: string): void {
  makeDataDirectory(folder);

  if ((statSync(folder).mode & STICKY) === 0) {
    restrict(folder, 0o700);
  }

  for (const name of readdirSync(folder)) {
    if (name.startsWith(DATABASE_FILE) || name === 'jwt-secret' || name === 'api-key-secret') {
      restrict(join(folder, name), 0o600);
    }
  }
}

/** An empty file is an empty database. */
export function prepareDatabaseFile(folder: string): void {
  const path = join(folder, DATABASE_FILE);

  if (!existsSync(path)) {
    closeSync(openSync(path, 'a', 0o600));
  }
}

function restrict(path: string, mode: number): void {
  try {
    if ((statSync(path).mode & OTHERS) !== 0) {
      chmodSync(path, mode);
    }
  } catch (error) {
    // A read-only or foreign file system keeps its own rights; a file may be gone again.
    if (!['EPERM', 'EROFS', 'ENOENT', 'ENOTSUP', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw error;
    }
  }
}
