/** Provides the mediasoup worker: the user's own, the package's, the cached one, a downloaded or a newly built one. */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { distribution } from './debian.mjs';
import { fingerprint } from './fingerprint.mjs';
import { withLock } from './lock.mjs';
import { ROOT, USER_CACHE } from './paths.mjs';
import { capture } from './processes.mjs';
import { Failure } from './say.mjs';
import { KIT, buildWorker } from './worker-build.mjs';
import { downloadWorker } from './worker-download.mjs';

const MEDIASOUP = path.join(ROOT, 'node_modules', 'mediasoup');
const CACHE = path.join(USER_CACHE, 'mediasoup-worker');
/** With which a worker ends that was started without its version in the environment (mediasoup's worker/src/lib.cpp). */
const MISSING_VERSION_EXIT_CODE = 41;

/**
 * @returns {Promise<string>} the path of a worker that runs here and fits the installed mediasoup
 * @throws {Failure} when there is none and none can be made, with what to do about it
 */
export async function provideWorker() {
  const own = process.env.MEDIASOUP_WORKER_BIN;
  if (own) {
    if (await runsHere(own)) return own;
    throw new Failure(
      `MEDIASOUP_WORKER_BIN=${own} is not a mediasoup worker that runs here. Correct it or leave it out.`,
    );
  }

  const installed = path.join(MEDIASOUP, 'worker', 'out', 'Release', 'mediasoup-worker');
  if (await runsHere(installed)) return installed;

  const { version } = JSON.parse(readFileSync(path.join(MEDIASOUP, 'package.json'), 'utf8'));
  const cached = path.join(CACHE, cacheKey(version), 'mediasoup-worker');
  if (await runsHere(cached)) return cached;
  await withLock(path.join(CACHE, `${cacheKey(version)}.lock`), async () => {
    if (!(await runsHere(cached))) await putIntoCache(version, cached);
  });
  return cached;
}

/** Everything that makes a worker differ: its version, how we build it, and the libraries it was linked with. */
function cacheKey(version) {
  const kit = fingerprint(KIT, ['.'], (file) => !file.endsWith('.md')).slice(0, 8);
  const { id, version: release } = distribution() ?? { id: '', version: '' };
  return [version, kit, process.platform, process.arch, id, release].filter(Boolean).join('-');
}

/**
 * Makes the worker beside its place and moves it there as the last step: what is in the cache is complete.
 * @param {string} version
 * @param {string} cached
 */
async function putIntoCache(version, cached) {
  const place = path.dirname(cached);
  const prefix = `${path.basename(place)}.incoming-`;
  // What an interrupted set-up left behind; this process holds the lock.
  for (const name of readdirSync(CACHE)) {
    if (name.startsWith(prefix)) rmSync(path.join(CACHE, name), { recursive: true, force: true });
  }
  const incoming = path.join(CACHE, `${prefix}${process.pid}`);
  mkdirSync(incoming);
  const made = path.join(incoming, 'mediasoup-worker');

  await downloadWorker(version, incoming);
  if (!(await runsHere(made))) await buildWorker(MEDIASOUP, made);
  if (!(await runsHere(made))) throw new Failure(`The mediasoup worker was built but does not run: ${made}`);

  mkdirSync(place, { recursive: true });
  renameSync(made, cached);
  rmSync(incoming, { recursive: true, force: true });
}

/** @param {string} file */
async function runsHere(file) {
  if (!existsSync(file)) return false;
  try {
    return (await capture(file, [], { env: {} })).code === MISSING_VERSION_EXIT_CODE;
  } catch {
    return false;
  }
}
