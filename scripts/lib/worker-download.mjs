/** Downloads the worker that the makers of mediasoup have built, where there is one for this machine and a way to it. */
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
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()));
    const { code, output } = await capture('tar', ['-xzf', archive, '-C', folder]);
    if (code !== 0) throw new Error(output.trim());
  } catch (error) {
    say(`Downloading the mediasoup worker: not possible here (${error.cause?.code ?? error.message})`);
  }
}
