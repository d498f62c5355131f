/** Tells whether files changed, by what is in them and not by when they were written. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const NEVER_SOURCES = new Set(['node_modules', 'dist', 'data', '.cache']);

/**
 * The hash of files and folders: their names and contents, without what is installed or built inside them.
 * @param {string} root
 * @param {readonly string[]} places files and folders, relative to `root`; one that does not exist counts as empty
 * @param {(file: string) => boolean} [isWanted]
 * @returns {string} 64 hexadecimal digits
 */
export function fingerprint(root, places, isWanted = () => true) {
  const hash = createHash('sha256');
  for (const place of places) {
    for (const file of filesIn(path.join(root, place))) {
      if (!isWanted(file)) continue;
      const content = readFileSync(file);
      hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

/** @param {string} place @returns {string[]} */
function filesIn(place) {
  const found = statSync(place, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [place] : [];
  return readdirSync(place)
    .filter((name) => !NEVER_SOURCES.has(name) && !name.endsWith('.tsbuildinfo'))
    .sort()
    .flatMap((name) => filesIn(path.join(place, name)));
}
