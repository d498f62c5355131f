/** Downloads the worker that the makers of mediasoup have built, where there is one for this machine and a way to it. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { capture } from './processes.mjs';
import { say } from './say.mjs';

/** mediasoup's own name for another place to download from. */
const BASE_URL =
  process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL ?? 'https://github.com/versatica/mediasoup/releases/download';
const PATIENCE_MS = 120_000;
/**
 * SHA-256 of the archive, in hexadecimal digits, where whoever runs this knows it. The makers of mediasoup publish none, neither in the npm
 * package nor beside the archive, so without it TLS to the host is all that vouches for what is downloaded.
 */
const EXPECTED_SHA256 = process.env.MEDIASOUP_WORKER_PREBUILT_SHA256?.trim().toLowerCase();

/**
 * Puts `mediasoup-worker` into `folder`, or says why it could not and leaves it to the caller to build one.
 * @param {string} version of mediasoup
 * @param {string} folder
 */
export async function downloadWorker(version, folder) {
  const kernel = process.platform === 'linux' ? `-kernel${Number.parseInt(os.release())}` : '';
  const address = `${BASE_URL}/${version}/mediasoup-worker-${version}-${process.platform}-${process.arch}${kernel}.tgz`;
  const archive = path.join(folder, 'mediasoup-worker.tgz');
  say('Downloading the mediasoup worker …');
  try {
    if (!EXPECTED_SHA256 && !address.startsWith('https:')) {
      throw new Error('without MEDIASOUP_WORKER_PREBUILT_SHA256, only https: can be trusted');
    }
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    const content = Buffer.from(await response.arrayBuffer());
    verify(content);
    writeFileSync(archive, content);
    const { code, output } = await capture('tar', ['-xzf', archive, '-C', folder]);
    if (code !== 0) throw new Error(output.trim());
  } catch (error) {
    say(`Downloading the mediasoup worker: not possible here (${error.cause?.code ?? error.message})`);
  }
}

/**
 * @param {Buffer} content of the archive
 * @throws {Error} where it is not the one that is expected
 */
function verify(content) {
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (EXPECTED_SHA256 && sha256 !== EXPECTED_SHA256) {
    throw new Error(`its SHA-256 is ${sha256}, not ${EXPECTED_SHA256} as MEDIASOUP_WORKER_PREBUILT_SHA256 says`);
  }
}
