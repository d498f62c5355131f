/** `npm start`: sets up, builds what changed, and serves API, sockets and client on one port until it is told to end. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildClient, buildTypeScript } from '../lib/build.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { ROOT } from '../lib/paths.mjs';
import { endWithUs, ended, start } from '../lib/processes.mjs';
import { provideWorker } from '../lib/worker.mjs';

/** @returns {Promise<number>} the exit code of the server */
export default async function serve() {
  endWithUs(0);
  await provideDependencies();
  const worker = await provideWorker();
  await buildTypeScript();
  await buildClient();

  const exitWithParent = pathToFileURL(path.join(ROOT, 'scripts', 'lib', 'exit-with-parent.mjs')).href;
  const server = start(process.execPath, ['--import', exitWithParent, path.join(ROOT, 'server', 'dist', 'main.js')], {
    env: { ...process.env, MEDIASOUP_WORKER_BIN: worker },
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // It ends within its own SHUTDOWN_DRAIN and SHUTDOWN_TIMEOUT, and at a Ctrl-C without the first.
    patienceMs: Infinity,
    knowsCtrlC: true,
  });
  return ended(server);
}
