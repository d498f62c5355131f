/** A server in a process of its own, started for a load test, whose workers and memory can be asked for. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Milliseconds that a server may take to answer, generous for a machine that is kept busy on purpose. */
const answerLimit = 60_000;
/** Milliseconds that it may take to end, a little more than it gives itself. */
const stopLimit = 15_000;

export interface Memory {
  /** Of node's heap, after garbage collection. */
  heapBytes: number;
  residentBytes: number;
}

/** What one media worker has. Without a meeting, each number is 0. */
export interface WorkerExamination {
  pid: number;
  routers: number;
  /** Routers, transports, producers, consumers and observers. */
  objects: number;
  /** Transports, and the names by which their clients reach them, as the worker's port knows them. */
  connections: number;
}

export interface Examination {
  memory: Memory;
  workers: WorkerExamination[];
}

/** Since the server started, or since a transport did. */
export interface Sent {
  /** Of all workers. */
  cpuSeconds: number;
  /** Over the transports that are open now. */
  rtpBytes: number;
}

/** How busy the server is. */
export interface ServerLoad {
  /** Since it started, of the Node process. */
  nodeCpuSeconds: number;
  /** Resident, of the Node process. */
  nodeBytes: number;
  /** Milliseconds that its event loop was late by, since this was asked last. */
  loopDelayP99: number;
  workers: { pid: number; cpuSeconds: number }[];
}

export interface Answer {
  examine: Examination;
  sent: Sent;
  load: ServerLoad;
}
export type Question = keyof Answer;

type Message = { url: string } | { id: number; result: unknown } | { id: number; error: string };

export class ExaminedServer {
  private lastId = 0;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly dataDirectory: string,
  ) {}

  /**
   * On loopback and free ports, with limits that a hundred bots from one address stay within.
   *
   * @param settings by their names in the environment
   */
  static async start(settings: Record<string, string> = {}): Promise<ExaminedServer> {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'minimeet-load-'));
    const child = fork(fileURLToPath(new URL('../dist/server-host.js', import.meta.url)), {
      execArgv: ['--expose-gc', '--enable-source-maps'],
      // Ctrl-C in a terminal shall reach the parent alone, which ends this one in good order.
      detached: true,
      // What it logs is no part of a report.
      stdio: ['ignore', 2, 2, 'ipc'],
      env: {
        PATH: process.env.PATH,
        MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
        DATA_DIR: dataDirectory,
        LOG_LEVEL: 'error',
        LOG_FORMAT: 'json',
        MEDIA_PORT: '0',
        MEDIA_LISTEN_ADDRESS: '127.0.0.1',
        RATE_LIMIT_REST_REQUESTS: '1000000',
        RATE_LIMIT_LOGINS: '1000000',
        ...settings,
      },
    });

    try {
      const [message] = (await Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => Promise.reject(new Error('the server ended while it was starting'))),
      ])) as [Message];

      return new ExaminedServer('url' in message ? message.url : '', child, dataDirectory);
    } catch (error) {
      child.kill('SIGKILL');
      await rm(dataDirectory, { recursive: true, force: true });
      throw error;
    }
  }

  ask<Name extends Question>(question: Name): Promise<Answer[Name]> {
    const id = ++this.lastId;
    const { child } = this;

    return new Promise((resolve, reject) => {
      const settle = (conclude: () => void) => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        conclude();
      };
      const onExit = () => settle(() => reject(new Error('the server has ended')));
      const onMessage = (message: Message) => {
        if ('id' in message && message.id === id) {
          settle(() =>
            'error' in message ? reject(new Error(message.error)) : resolve(message.result as Answer[Name]),
          );
        }
      };
      const timer = setTimeout(() => settle(() => reject(new Error('the server does not answer'))), answerLimit);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send({ id, question });
    });
  }

  /** Ends it in good order, and removes what it kept. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      const impatience = setTimeout(() => this.child.kill('SIGKILL'), stopLimit);
      this.child.disconnect();
      await ended;
      clearTimeout(impatience);
    }

    await rm(this.dataDirectory, { recursive: true, force: true });
  }
}

/** Bytes of memory that a process occupies (proc(5), VmRSS); 0 where that cannot be known, or when it is gone. */
export async function residentBytes(pid: number): Promise<number> {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
