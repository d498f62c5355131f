/** Prometheus for tests: the programs of Debian's package, taken out of it where they are not installed. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { distribution } from '../lib/debian.mjs';
import { Failure, step } from '../lib/say.mjs';
import { programOf, takeApart } from './packages.mjs';
import { ServerProcess } from './server-process.mjs';

const PACKAGE = 'prometheus';
const CONFIGURATION = 'prometheus.yml';

/**
 * @returns {{ prometheus: string, promtool: string } | undefined} the paths of both programs, installed or taken out of the package
 */
export function findPrometheus() {
  const [prometheus, promtool] = ['prometheus', 'promtool'].map((name) => programOf(PACKAGE, name));
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
    await step('Testing with Prometheus: downloading it', () => takeApart(PACKAGE));
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.message;
  }
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
