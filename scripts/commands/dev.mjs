/** `npm run dev`: compiles on every change, restarts the server, and serves the client with hot reloading. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildTypeScript } from '../lib/build.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { ROOT } from '../lib/paths.mjs';
import { endWithUs, ended, start } from '../lib/processes.mjs';
import { Failure } from '../lib/say.mjs';
import { tool } from '../lib/tools.mjs';
import { provideWorker } from '../lib/worker.mjs';

/** Runs until it is told to end, or until one of the three cannot go on. */
export default async function develop() {
  endWithUs(0);
  await provideDependencies();
  const worker = await provideWorker();
  await buildTypeScript();
  const port = await serverPort();

  const programs = {
    compiler: tool('tsc', ['-b', '--watch', '--preserveWatchOutput']),
    server: [process.execPath, ['--watch', '--watch-preserve-output', path.join(ROOT, 'server', 'dist', 'main.js')]],
    client: tool('vite', ['--clearScreen', 'false']),
  };
  const ends = Object.entries(programs).map(async ([name, [command, parameters]]) => {
    const program = start(command, parameters, {
      cwd: name === 'client' ? path.join(ROOT, 'client') : ROOT,
      env: {
        ...process.env,
        MEDIASOUP_WORKER_BIN: worker,
        PORT: port,
        // What the server says on its start: to open Vite's page, as its own is the one that was built last.
        PUBLIC_URL: process.env.PUBLIC_URL || 'http://localhost:5173',
        // Each change of the code restarts it, by SIGTERM; nobody wants to wait for the meeting in which it is tried.
        SHUTDOWN_DRAIN: process.env.SHUTDOWN_DRAIN || '0',
      },
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
      // The server ends within its own SHUTDOWN_TIMEOUT.
      patienceMs: name === 'server' ? Infinity : undefined,
    });
    await ended(program);
    throw new Failure(`The ${name} has ended.`);
  });
  await Promise.race(ends);
}

/** The port that the settings give the server, also in their file: the client's development server has to find it. */
async function serverPort() {
  const { loadSettings } = await import(
    pathToFileURL(path.join(ROOT, 'server', 'dist', 'settings', 'settings.js')).href
  );
  try {
    return String(loadSettings(process.env).http.port);
  } catch (error) {
    throw new Failure(error.message);
  }
}
