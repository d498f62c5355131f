/**
 * A stand-in for MongoDB where none can be had: a folder, named by MONGODB_STANDIN, whose `up.sh DIR PORT` starts a
 * server that speaks MongoDB's protocol and whose `down.sh DIR` stops it. The one known is DocumentDB on PostgreSQL.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fingerprint } from '../lib/fingerprint.mjs';
import { withLock } from '../lib/lock.mjs';
import { USER_CACHE } from '../lib/paths.mjs';
import { end, runQuietly, start } from '../lib/processes.mjs';
import { Failure, step } from '../lib/say.mjs';
import { freePort } from './ports.mjs';

const KEEPER = path.join(import.meta.dirname, 'standin-keeper.mjs');
const IS_COMPLETE = 'complete';

/** @returns {import('./sources.mjs').Source | undefined} undefined when none is named */
export function findStandin() {
  const standin = process.env.MONGODB_STANDIN;
  if (!standin) return undefined;
  if (!existsSync(path.join(standin, 'up.sh'))) {
    return { how: 'none', why: `MONGODB_STANDIN=${standin} has no up.sh` };
  }
  return { how: 'standin', name: nameOfEngine(cacheOf(standin)), standin: path.resolve(standin) };
}

/**
 * Starts one, empty, in a process that keeps it: tests of any process ask that one to kill it and to start it again.
 * It ends with the program that called this, however that ends.
 * @param {string} standin
 * @param {string} [under] the folder for its files
 * @returns {Promise<{ name: string, url: string, control: string, close: () => Promise<void> }>}
 * @throws {Failure} when it does not start
 */
export async function keepStandin(standin, under = os.tmpdir()) {
  const cache = await provideStandin(standin);
  const folder = mkdtempSync(path.join(under, 'minimeet-test-mongodb-'));
  chmodSync(folder, 0o755);
  // What is unpacked knows its own place, so it stays there; what the database writes goes into the new folder.
  for (const part of ['root', 'node_modules']) symlinkSync(path.join(cache, part), path.join(folder, part));
  writeFileSync(path.join(folder, 'unpacked'), '');

  const port = await freePort();
  const keeper = start(process.execPath, [KEEPER, standin, folder, String(port)], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const close = async () => {
    const exited = new Promise((resolve) => keeper.once('exit', resolve));
    if (keeper.exitCode === null && keeper.signalCode === null) {
      end(keeper);
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const control = await new Promise((resolve, reject) => {
    keeper.once('message', resolve);
    keeper.once('exit', () => reject(new Failure('The stand-in for MongoDB did not start.')));
  }).catch(async (error) => {
    await close();
    throw error;
  });
  // It must not keep a test run going that forgot it.
  keeper.channel?.unref();
  keeper.unref();
  return { name: nameOfEngine(cache), url: `mongodb://127.0.0.1:${port}/`, control, close };
}

/**
 * Downloads and unpacks the engine, unless that is done: `up.sh` does it when it starts for the first time.
 * @param {string} standin
 * @returns {Promise<string>} the folder with what was unpacked
 */
async function provideStandin(standin) {
  const cache = cacheOf(standin);
  const isComplete = () => existsSync(path.join(cache, IS_COMPLETE));
  if (isComplete()) return cache;
  mkdirSync(path.dirname(cache), { recursive: true });
  await withLock(`${cache}.lock`, async () => {
    if (isComplete()) return;
    rmSync(cache, { recursive: true, force: true });
    await step('Unpacking the stand-in for MongoDB (once, about a minute)', async () => {
      const purpose = 'Unpacking the stand-in for MongoDB';
      await runQuietly(purpose, path.join(standin, 'up.sh'), [cache, String(await freePort())], { detached: true });
      await runQuietly(purpose, path.join(standin, 'down.sh'), [cache]);
    });
    writeFileSync(path.join(cache, IS_COMPLETE), '');
  });
  return cache;
}

/** @param {string} standin */
function cacheOf(standin) {
  // Started by root, the engine runs as nobody, who cannot reach into root's home.
  const shared = process.getuid?.() === 0 ? '/var/cache/minimeet' : USER_CACHE;
  return path.join(shared, 'mongodb-standin', fingerprint(standin, ['.']).slice(0, 12));
}

/** @param {string} cache */
function nameOfEngine(cache) {
  const extension = path.join(cache, 'root', 'usr', 'share', 'postgresql', '18', 'extension', 'documentdb.control');
  const version = existsSync(extension) && /default_version = '(\d+\.\d+)/.exec(readFileSync(extension, 'utf8'))?.[1];
  return `MongoDB-compatible (DocumentDB${version ? ` ${version}` : ''})`;
}
