/** The built server as its own process, as people run it. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const main = resolve(import.meta.dirname, '../../../server/dist/main.js');

export interface RunningServer {
  url: string;
  pid: number;
  /** Lines of the log so far that are warnings or worse. */
  complaints(): string[];
  /** Process ids of its media workers, the busiest so far first. */
  workers(): number[];
  /** Ends the process as Ctrl-C would; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a server with an empty data folder of its own on free ports. */
export async function startServer(environment: Record<string, string> = {}): Promise<RunningServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const dataDirectory = await mkdtemp(join(tmpdir(), 'minimeet-e2e-'));
  const child = spawn(process.execPath, [main], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: dataDirectory,
      MEDIA_PORT: '0',
      MEDIA_WORKERS: '2',
      MEDIA_LISTEN_ADDRESS: '127.0.0.1',
      LOG_FORMAT: 'json',
      // What servers that share Redis have to agree on, and are asked for in the log.
      ...(environment.REDIS_URL !== undefined && { PUBLIC_URL: url, JWT_SECRET: randomBytes(32).toString('hex') }),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stdout.on('data', (chunk) => (log += chunk));
  child.stderr.on('data', (chunk) => (log += chunk));

  await isReady(url, () => child.exitCode !== null && log);

  return {
    url,
    pid: child.pid as number,
    complaints: () =>
      log
        .split('\n')
        .filter((line) => /^\s*\S/.test(line) && (/"level":[456]0/.test(line) || /\bat .+:\d+:\d+/.test(line))),
    workers: () =>
      execFileSync('ps', ['--ppid', String(child.pid), '--sort=-cputime', '-o', 'pid='], { encoding: 'utf8' })
        .trim()
        .split(/\s+/)
        .map(Number),
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      const [code] = (await ended) as [number | null];
      await rm(dataDirectory, { recursive: true, force: true });

      return code;
    },
  };
}

async function isReady(url: string, failure: () => string | false): Promise<void> {
  for (;;) {
    const output = failure();

    if (output !== false) {
      throw new Error(`the server ended at its start:\n${output}`);
    }

    try {
      if ((await fetch(`${url}/health/ready`)).ok) {
        return;
      }
    } catch {
      // Not listening yet.
    }

    await delay(50);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));

  return port;
}
