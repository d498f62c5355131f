/** Prometheus for tests: the programs of Debian's package, taken out of it where they are not installed. */
import { accessSync, constants, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { distribution } from '../lib/debian.mjs';
import { USER_CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/processes.mjs';
import { Failure, step } from '../lib/say.mjs';
import { programOnPath } from './programs.mjs';
import { ServerProcess } from './server-process.mjs';

const FOLDER = path.join(USER_CACHE, 'test-servers', 'prometheus');
const CONFIGURATION = 'prometheus.yml';

/**
 * @returns {{ prometheus: string, promtool: string } | undefined} the paths of both programs, installed or taken out of the package
 */
export function findPrometheus() {
  const [prometheus, promtool] = ['prometheus', 'promtool'].map(
    (name) => programOnPath(name) ?? executable(path.join(FOLDER, 'usr', 'bin', name)),
  );
  return prometheus && promtool ? { prometheus, promtool } : undefined;
}

/**
 * Sees to it that there is one, on Debian and what descends from it. Its package is not installed, as that would start a service
 * on the machine; both programs need nothing else.
 * @returns {Promise<string | undefined>} why there is none
 */
export async function providePrometheus() {
  if (findPrometheus()) return undefined;
  if (!['debian', 'ubuntu'].includes(distribution()?.id ?? '')) return 'Prometheus is not installed';
  try {
    await step('Testing with Prometheus: downloading it', download);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
}

async function download() {
  mkdirSync(path.dirname(FOLDER), { recursive: true });
  const folder = mkdtempSync(`${FOLDER}-`);
  try {
    // Only root may; where nobody ever has, there is no list to find the package in.
    if (process.getuid?.() === 0) await capture('apt-get', ['-q', '-o', 'Acquire::Retries=3', 'update']);
    await run('apt-get', ['-q', '-o', 'Acquire::Retries=3', 'download', 'prometheus'], folder);
    const archive = readdirSync(folder).find((name) => name.endsWith('.deb'));
    if (!archive) throw new Failure('Downloading Prometheus left no package.');
    await run('dpkg-deb', ['-x', archive, folder], folder);
    rmSync(path.join(folder, archive));
    try {
      // Whole or not at all.
      rmSync(FOLDER, { recursive: true, force: true });
      renameSync(folder, FOLDER);
    } catch (error) {
      // Another command may have been quicker.
      if (!findPrometheus()) throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} command @param {string[]} parameters @param {string} cwd */
async function run(command, parameters, cwd) {
  const { code, output } = await capture(command, parameters, { cwd });
  if (code !== 0) throw new Failure(`${command} ${parameters.join(' ')}: ${output.trim().split('\n').at(-1)}`);
}

/**
 * Starts a Prometheus, which `close()` of the server ends.
 * @param {object} configuration as in prometheus.yml, which takes JSON as well
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startPrometheus(configuration) {
  const programs = findPrometheus();
  if (!programs) throw new Error('No Prometheus for tests');
  const server = await ServerProcess.start({
    name: 'prometheus',
    prepare: (folder) => writeFile(path.join(folder, CONFIGURATION), JSON.stringify(configuration)),
    command: (folder, port) => [
      programs.prometheus,
      [
        `--config.file=${path.join(folder, CONFIGURATION)}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
    ],
    ask: async (port) => {
      const { ok, status } = await fetch(`http://127.0.0.1:${port}/-/ready`);
      if (!ok) throw new Error(`status ${status}`);
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, close: () => server.close() };
}

/** @param {string} file */
function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return file;
  } catch {
    return undefined;
  }
}
