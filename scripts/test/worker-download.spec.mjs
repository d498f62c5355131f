/** That a downloaded media worker is taken only where it is what it should be. */
import { execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT } from '../lib/paths.mjs';

const HASH = 'MEDIASOUP_WORKER_PREBUILT_SHA256';

describe('a downloaded media worker', () => {
  let folder;
  let archive;
  let server;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'minimeet-worker-'));
    writeFileSync(path.join(folder, 'mediasoup-worker'), 'a worker');
    execFileSync('tar', ['-czf', path.join(folder, 'archive.tgz'), '-C', folder, 'mediasoup-worker']);
    archive = readFileSync(path.join(folder, 'archive.tgz'));
    server = createServer((_, response) => response.end(archive)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  async function download(environment) {
    const target = path.join(folder, `target-${Math.random()}`);
    mkdirSync(target);
    const code = `
      const { downloadWorker } = await import(${JSON.stringify(path.join(ROOT, 'scripts/lib/worker-download.mjs'))});
      await downloadWorker('3.0.0', ${JSON.stringify(target)});`;
    const script = path.join(target, 'download.mjs');
    writeFileSync(script, code);
    const child = fork(script, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
      env: {
        PATH: process.env.PATH,
        MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: `http://127.0.0.1:${server.address().port}`,
        ...environment,
      },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    await once(child, 'close');
    return { isThere: existsSync(path.join(target, 'mediasoup-worker')), said };
  }

  it('is taken where its hash is the expected one', async () => {
    const sha256 = createHash('sha256').update(archive).digest('hex');
    expect(await download({ [HASH]: sha256 })).toMatchObject({ isThere: true });
  });

  it('is left where its hash is a different one, and both are said', async () => {
    const { isThere, said } = await download({ [HASH]: '0'.repeat(64) });
    expect(isThere).toBe(false);
    expect(said).toContain(HASH);
  });

  it('is left where neither a hash nor TLS vouches for it', async () => {
    const { isThere, said } = await download({});
    expect(isThere).toBe(false);
    expect(said).toContain('https:');
  });
});
