/** Downloads a mongod with the library made for that, where there is a way to MongoDB's downloads. */
import path from 'node:path';
import { USER_CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/processes.mjs';
import { drivers } from './drivers.mjs';

/** Of the series that docker-compose.yml starts. */
const VERSION = '7.0.24';
const FOLDER = path.join(USER_CACHE, 'test-servers', 'mongod');
/** The library's own name for another place to download from. */
const PLACE = process.env.MONGOMS_DOWNLOAD_MIRROR ?? 'https://fastdl.mongodb.org';
const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
const ANSWER_WITHIN_MS = 5000;
const DOWNLOAD_WITHIN_MS = 300_000;

/** @returns {Promise<string | undefined>} the path of one from an earlier download or of one that is downloaded now */
export async function downloadMongod() {
  const downloaded = await drivers.memoryServer.DryMongoBinary.locateBinary({ version: VERSION, downloadDir: FOLDER });
  if (downloaded) return downloaded;
  // The library tries for long; through a proxy only it can tell.
  if (!PROXIES.some((name) => process.env[name]) && !(await answers())) return undefined;

  // In a process of its own, as that can be ended when it takes too long.
  const script = `
    const { createRequire } = await import('node:module');
    const { MongoBinary } = createRequire(${JSON.stringify(import.meta.url)})(${JSON.stringify(drivers.memoryServerPath)});
    const options = ${JSON.stringify({ version: VERSION, downloadDir: FOLDER })};
    console.log('\\nmongod:' + (await MongoBinary.getPath(options)));`;
  const { code, output } = await capture(process.execPath, ['--input-type=module', '-e', script], {
    // The library checks certificates only where npm says so.
    env: { ...process.env, npm_config_strict_ssl: 'true' },
    timeout: DOWNLOAD_WITHIN_MS,
  });
  return code === 0 ? /^mongod:(.+)$/m.exec(output)?.[1] : undefined;
}

async function answers() {
  try {
    await fetch(PLACE, { method: 'HEAD', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}
