/** The built server as its own process, as people run it. */
import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../../scripts/test-servers/ports.mjs';

const main = resolve(import.meta.dirname, '../../../server/dist/main.js');

export interface RunningServer {
  url: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** Lines of the log so far that are warnings or worse. */
  complaints(): string[];
  /** How many times it has said this so far. */
  said(message: string): number;
  /** Process ids of its media workers, the busiest so far first. */
  workers(): number[];
  /** Ends the process by a signal; answers its exit code, `null` where it was killed. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null>;
  /** Starts it again after that, on the same port and data folder. */
  startAgain(): Promise<void>;
  /** Ends the process as Ctrl-C would, for good; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts a server with an empty data folder of its own on free ports. */
export async function startServer(environment: Record<string, string> = {}): Promise<RunningServer> {
  const port = Number(environment.PORT ?? (await freePort()));
  const url = `http://127.0.0.1:${port}`;
  const dataDirectory = await mkdtemp(join(tmpdir(), 'minimeet-e2e-'));
  const options = {
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
  } satisfies SpawnOptions;
  let log = '';
  let child: ChildProcess;

  const start = async () => {
    const started = spawn(process.execPath, [main], options);
    child = started;
    for (const stream of [started.stdout, started.stderr]) stream?.on('data', (chunk) => (log += chunk));
    await isReady(url, () => started.exitCode !== null && log);
  };

  const end = async (signal: NodeJS.Signals) => {
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = (await ended) as [number | null];

    return code;
  };

  await start();

  return {
    url,
    get pid() {
      return child.pid as number;
    },
    complaints: () =>
      log
        .split('\n')
        .filter(
          (line) => /^\s*\S/.test(line) && (/"level":"(warn|error|fatal)"/.test(line) || /\bat .+:\d+:\d+/.test(line)),
        ),
    said: (message) => log.split(`"msg":"${message}"`).length - 1,
    workers: () =>
      execFileSync('ps', ['--ppid', String(child.pid), '--sort=-cputime', '-o', 'pid='], { encoding: 'utf8' })
        .trim()
        .split(/\s+/)
        .map(Number),
    end,
    startAgain: start,
    stop: async () => {
      const isThere = child.exitCode === null && child.signalCode === null;
      const code = isThere ? await end('SIGINT') : child.exitCode;
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
