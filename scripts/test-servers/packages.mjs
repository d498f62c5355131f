/** Takes programs out of Debian's packages, for tests: installing these would start services on the machine. */
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { USER_CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/processes.mjs';
import { Failure } from '../lib/say.mjs';
import { programOnPath } from './programs.mjs';

/**
 * @param {string} name of the package
 * @param {string} program such as `nginx`, in the folders where packages put programs
 * @returns {string | undefined} its path, installed or taken out of the package
 */
export function programOf(name, program) {
  const folders = ['bin', 'sbin'].map((folder) => path.join(folderOf(name), 'usr', folder));
  return programOnPath(program) ?? folders.map((folder) => path.join(folder, program)).find(isProgram);
}

/**
 * Downloads the package and takes it apart, whole or not at all.
 * @param {string} name
 * @throws {Failure} where that does not work
 */
export async function takeApart(name) {
  const target = folderOf(name);
  mkdirSync(path.dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}-`);
  try {
    // Only root may; where nobody ever has, there is no list to find the package in.
    if (process.getuid?.() === 0) await capture('apt-get', ['-q', '-o', 'Acquire::Retries=3', 'update']);
    await run('apt-get', ['-q', '-o', 'Acquire::Retries=3', 'download', name], folder);
    const archive = readdirSync(folder).find((file) => file.endsWith('.deb'));
    if (!archive) throw new Failure(`Downloading ${name} left no package.`);
    await run('dpkg-deb', ['-x', archive, folder], folder);
    rmSync(path.join(folder, archive));
    try {
      rmSync(target, { recursive: true, force: true });
      renameSync(folder, target);
    } catch (error) {
      // Another command may have been quicker.
      if (readdirSync(target).length === 0) throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} name */
function folderOf(name) {
  return path.join(USER_CACHE, 'test-servers', name);
}

/** @param {string} command @param {string[]} parameters @param {string} cwd */
async function run(command, parameters, cwd) {
  const { code, output } = await capture(command, parameters, { cwd });
  if (code !== 0) throw new Failure(`${command} ${parameters.join(' ')}: ${output.trim().split('\n').at(-1)}`);
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
