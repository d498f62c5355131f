/** Runs one of the programs of load-tests/, with all that it needs. */
import path from 'node:path';
import { buildTypeScript } from './build.mjs';
import { provideDependencies } from './dependencies.mjs';
import { ROOT } from './paths.mjs';
import { endWithUs, ended, start } from './processes.mjs';
import { provideWorker } from './worker.mjs';

/**
 * @param {string} program its name in load-tests/src
 * @param {string[]} parameters as the program takes them
 * @param {() => Promise<Record<string, string>>} [provide] what else it needs, by the names of its environment
 * @returns {Promise<number>} its exit code
 */
export async function runLoadTest(program, parameters, provide = async () => ({})) {
  endWithUs(1);
  await provideDependencies();
  const worker = await provideWorker();
  const more = await provide();
  await buildTypeScript();
  return ended(
    start(process.execPath, ['--enable-source-maps', path.join(ROOT, 'load-tests', 'dist', program), ...parameters], {
      env: { ...process.env, MEDIASOUP_WORKER_BIN: worker, ...more },
    }),
  );
}
