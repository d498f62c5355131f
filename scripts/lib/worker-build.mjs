/** Builds the mediasoup worker from the sources in the installed package and libraries of Debian or Ubuntu. */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { distribution, providePackages } from './debian.mjs';
import { ROOT } from './paths.mjs';
import { capture } from './processes.mjs';
import { Failure, progress, step } from './say.mjs';

export const KIT = path.join(ROOT, 'scripts', 'worker');

const PACKAGES = [
  'g++',
  'ninja-build',
  'meson',
  'pkg-config',
  'patch',
  'libuv1-dev',
  'libssl-dev',
  'libabsl-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
];
/** What a compiler takes for one of the worker's larger files. */
const BYTES_FOR_ONE_JOB = 1.5 * 1024 ** 3;

/**
 * @param {string} mediasoup the folder of the installed package
 * @param {string} made where the worker goes
 * @throws {Failure} when it cannot be built here, with what to do about it
 */
export async function buildWorker(mediasoup, made) {
  if (!['debian', 'ubuntu'].includes(distribution()?.id ?? '')) throw new Failure(buildItYourself(mediasoup));
  await providePackages('Building the mediasoup worker', PACKAGES);

  const jobs = Math.max(1, Math.min(os.availableParallelism(), Math.floor(os.totalmem() / BYTES_FOR_ONE_JOB)));
  const shown = progress('Building the mediasoup worker');
  await step('Building the mediasoup worker (once, 4 to 7 minutes on two cores)', async () => {
    const { code, output } = await capture(path.join(KIT, 'build.sh'), [mediasoup, made], {
      env: { ...process.env, JOBS: String(jobs) },
      // With the script go the compilers that it started.
      detached: true,
      onLine(line) {
        const [, done, total] = /^\[(\d+)\/(\d+)\]/.exec(line) ?? [];
        if (total) shown.show(Number(done), Number(total));
      },
    });
    shown.end();
    if (code !== 0) throw new Failure(explain(output, path.join(path.dirname(made), 'build.log')));
  });
}

/** @param {string} output @param {string} log where to keep it */
function explain(output, log) {
  writeFileSync(log, output);
  const end = output.trim().split('\n').slice(-30).join('\n');
  return `${end}\n\nThe mediasoup worker could not be built. The whole output is in ${log}`;
}

/** @param {string} mediasoup */
function buildItYourself(mediasoup) {
  return (
    'No mediasoup worker could be downloaded for this system, and it can be built automatically on Debian and Ubuntu only.\n' +
    "Build it with mediasoup's own script (needs a C++20 compiler, Python with pip, and internet access), then try again:\n\n" +
    `  (cd ${mediasoup} && npm run worker:build)\n`
  );
}
