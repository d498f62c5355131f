/** Whole servers in processes of their own, for tests that kill them or watch them survive. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/test-servers/ports.mjs';
import { api } from './harness.js';
import { until } from './support.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds, generous: a machine that compiles and meets in six browsers beside takes its time. */
const STARTED_WITHIN = 120_000;

export interface ServerProcess {
  url: string;
  /** `null` while it runs. */
  readonly exitCode: number | null;
  /** What it has logged, one JSON object a line. */
  readonly output: string;
  /** Ends it at once, as a loss of power does, and resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to stop, as a supervisor does; resolves with its exit code when it is gone. */
  stop(): Promise<number | null>;
}

/** What runs is what was compiled last, which another test run may have left behind long ago. */
export function compileServer(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'server'], { cwd: root, stdio: 'ignore' });
}

/** @param settings by their names in the environment; `DATA_DIR` among them. Without `PORT`, it is on a free one */
export async function startServerProcess(settings: Record<string, string>): Promise<ServerProcess> {
  const port = settings.PORT ?? String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(process.execPath, [join(root, 'server/dist/main.js')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
      PORT: port,
      PUBLIC_URL: url,
      HOST: '127.0.0.1',
      LOG_FORMAT: 'json',
      MEDIA_PORT: '0',
      MEDIA_WORKERS: '1',
      MEDIA_LISTEN_ADDRESS: '127.0.0.1',
      ...settings,
    },
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }

  const server: ServerProcess = {
    url,
    get exitCode() {
      return child.exitCode;
    },
    get output() {
      return output;
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
    async stop() {
      child.kill('SIGTERM');
      await closed;

      return child.exitCode;
    },
  };
  try {
    await until(() => answers(server), STARTED_WITHIN);
  } catch (error) {
    await server.kill();
    throw error;
  }

  return server;
}

async function answers({ url, exitCode, output }: ServerProcess): Promise<boolean> {
  if (exitCode !== null) {
    throw new Error(`the server ended: ${output}`);
  }

  return api(url)
    .get('/health/live')
    .then(
      ({ status }) => status === 200,
      () => false,
    );
}
