/** Installs the npm packages of the lock file, when what is installed is not what the lock file says. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { npm } from './npm.mjs';
import { PROJECT_CACHE, ROOT } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { step } from './say.mjs';

/** @throws {import('./say.mjs').Failure} when npm cannot install them */
export async function provideDependencies() {
  if (areInstalled()) return;
  await withLock(path.join(PROJECT_CACHE, 'dependencies.lock'), async () => {
    if (areInstalled()) return;
    await step('Installing the npm packages', () =>
      runQuietly('Installing the npm packages', ...npm(['ci', '--include=dev']), { cwd: ROOT }),
    );
  });
}

function areInstalled() {
  const wanted = packagesIn('package-lock.json');
  // npm writes this file as the last step of an installation.
  const installed = packagesIn('node_modules/.package-lock.json');
  return wanted !== undefined && installed !== undefined && missing(wanted, installed).length === 0;
}

/** @param {string} lockFile */
function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, lockFile), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/**
 * Compares the `packages` of two lock files.
 * @param {Record<string, { version?: string, optional?: boolean }>} wanted
 * @param {Record<string, { version?: string }>} installed
 * @returns {string[]} what is wanted and not installed in that version; optional packages of other platforms do not count
 */
export function missing(wanted, installed) {
  return Object.entries(wanted)
    .filter(([location, { version, optional }]) => {
      const isProjectItself = location === '';
      const found = installed[location];
      return !isProjectItself && (found ? found.version !== version : !optional);
    })
    .map(([location]) => location);
}
