/** Redis for tests. */
import { randomInt } from 'node:crypto';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { drivers } from './drivers.mjs';
import { withDatabase } from './names.mjs';
import { programOnPath, versionOf } from './programs.mjs';
import { ServerProcess } from './server-process.mjs';

/** What Redis has unless it is configured; number 0 is left to whoever uses a given server. */
const DATABASES = 16;
const CONNECT_WITHIN_MS = 5000;
const SERVER = 'redis-server';

/**
 * Debian's packages with the program and without a service: `redis-server` and `redis-check-rdb` are one program that
 * looks at the name it is called by, and the package with the latter is the one that starts nothing.
 */
export const packages = ['redis-tools'];

/** @returns {import('./sources.mjs').Source} */
export function find() {
  const program = programOnPath(SERVER) ?? programOnPath('redis-check-rdb');
  const version = program && versionOf(program, /^Redis server v=(\d+\.\d+\.\d+)/, SERVER);
  return version
    ? { how: 'program', name: `Redis ${version}`, program }
    : { how: 'none', why: 'Redis is not installed' };
}

/**
 * @param {{ program: string }} source
 * @param {string} [under] the folder for its files
 * @param {boolean} [keepsData] whether it finds what it had when it is started again
 */
export function start({ program }, under, keepsData = true) {
  return ServerProcess.start({
    name: 'redis',
    under,
    prepare: async (folder) => symlinkSync(program, path.join(folder, SERVER)),
    command: (folder, port) => [path.join(folder, SERVER), parametersFor(folder, port, keepsData)],
    ask: (port) => withConnection(urlAt(port), (redis) => redis.ping()),
  });
}

/** @param {string} folder @param {number} port @param {boolean} keepsData */
function parametersFor(folder, port, keepsData) {
  const options = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    databases: String(DATABASES),
    save: '',
    appendonly: keepsData ? 'yes' : 'no',
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

/** @param {number} port */
export function urlAt(port) {
  return `redis://127.0.0.1:${port}`;
}

/**
 * @param {string} url
 * @returns {Promise<string>} what answers there, such as `Redis 7.0.15`
 */
export function nameOf(url) {
  return withConnection(url, async (redis) => {
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1];
    return `Redis ${version ?? 'of an unknown version'}`;
  });
}

/**
 * One of the numbered databases that nothing is in. What is published is not kept apart: on a given server every test
 * hears every other's messages.
 * @param {string} url
 * @returns {Promise<import('./index.mjs').Database>}
 */
export async function createDatabase(url) {
  const first = randomInt(1, DATABASES);
  for (let step = 0; step < DATABASES - 1; step += 1) {
    const number = 1 + ((first + step - 1) % (DATABASES - 1));
    const address = withDatabase(url, String(number));
    if (await withConnection(address, isTakenNow)) {
      return { url: address, drop: () => withConnection(address, async (redis) => void (await redis.flushdb())) };
    }
  }
  throw new Error(`All numbered databases of ${withDatabase(url, '')} have something in them.`);
}

/** Two tests that look at once: the one that is second to write its mark looks further. @param {import('ioredis').Redis} redis */
async function isTakenNow(redis) {
  if ((await redis.dbsize()) > 0) return false;
  return (await redis.set('minimeet-test:taken', '1', 'NX')) === 'OK';
}

/**
 * @template Result
 * @param {string} url
 * @param {(redis: import('ioredis').Redis) => Promise<Result>} use
 */
async function withConnection(url, use) {
  const redis = new drivers.Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_WITHIN_MS,
    // For so long ioredis would keep the process going after a connection that failed.
    disconnectTimeout: CONNECT_WITHIN_MS / 10,
    retryStrategy: () => null,
  });
  // Each failure is that of the call that met it.
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}
