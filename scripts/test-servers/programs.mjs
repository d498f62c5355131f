/** Finds installed programs and the version that they say they have. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where servers lie that are no command for everybody. */
const FOLDERS_OF_SERVERS = ['/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin', '/usr/local/bin'];
const PATIENCE_MS = 10_000;

/**
 * @param {string} name
 * @returns {string | undefined} its path
 */
export function programOnPath(name) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean), ...FOLDERS_OF_SERVERS];
  return folders.map((folder) => path.join(folder, name)).find(isProgram);
}

/**
 * @param {string} program
 * @param {RegExp} pattern with the version as its first group
 * @param {string} [argv0] the name under which it is called, where that decides what it is
 * @returns {string | undefined} the version; undefined when it does not run here or is another program
 */
export function versionOf(program, pattern, argv0) {
  const { stdout } = spawnSync(program, ['--version'], { argv0, encoding: 'utf8', timeout: PATIENCE_MS });
  return pattern.exec(stdout ?? '')?.[1];
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
