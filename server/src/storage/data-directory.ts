/** The folder of the embedded database and of generated secrets: made at the start, and watched from then on. */
import { accessSync, constants, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf, reasonOf } from './reason-of.js';

/** Bytes that a check writes: more than a full disk has left in its last block. */
const CHECK_BYTES = 65_536;

const remedies: Record<string, string> = {
  ENOSPC: 'Free space on its disk',
  EDQUOT: 'Raise the quota, or free space',
  EROFS: 'Mount it writable, or set DATA_DIR to a folder that is',
  EACCES: 'Let the user that runs MiniMeet write there, or set DATA_DIR to another folder',
  EPERM: 'Let the user that runs MiniMeet write there, or set DATA_DIR to another folder',
  ENOTDIR: 'Set DATA_DIR to a folder',
};

/**
 * Makes the folder where it is missing, for its owner alone, and writes something in it for a trial.
 *
 * @throws Error with one sentence that names the folder, the reason and the remedy
 */
export function makeDataDirectory(path: string): void {
  try {
    makeFolder(path);
    writeFileSync(trialIn(path), Buffer.alloc(CHECK_BYTES));
  } catch (error) {
    throw new Error(sentenceOn(path, error), { cause: error });
  } finally {
    removeTrial(path);
  }
}

/**
 * Whether something can be written there now.
 *
 * @throws Error with one sentence that names the folder, the reason and the remedy
 */
export async function checkDataDirectory(path: string): Promise<void> {
  const trial = trialIn(path);

  try {
    await writeFile(trial, Buffer.alloc(CHECK_BYTES));
  } catch (error) {
    throw new Error(sentenceOn(path, error), { cause: error });
  } finally {
    await rm(trial, { force: true }).catch(() => undefined);
  }
}

/** One for each process: several may share a folder. */
const trialIn = (path: string) => join(path, `.write-check-${process.pid}`);

function removeTrial(path: string): void {
  try {
    rmSync(trialIn(path), { force: true });
  } catch {
    // There is not even a folder.
  }
}

/**
 * Level by level: Node's own way of making parents never ends where the file system denies that a parent exists which it does
 * not let us make (`/proc/x`).
 */
function makeFolder(path: string): void {
  if (existsSync(path)) {
    if (!statSync(path).isDirectory()) {
      throw Object.assign(new Error('it is a file'), { code: 'ENOTDIR' });
    }

    accessSync(path, constants.W_OK | constants.X_OK);

    return;
  }

  if (dirname(path) !== path) {
    makeFolder(dirname(path));
  }

  // Addresses of people and the key of access tokens are in it.
  mkdirSync(path, { mode: 0o700 });
}

function sentenceOn(path: string, error: unknown): string {
  const remedy = remedies[codeOf(error)] ?? 'Set DATA_DIR to a folder that MiniMeet can write to';

  return `DATA_DIR ${path} cannot be written to (${reasonOf(error)}). ${remedy}`;
}
