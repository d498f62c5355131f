/** A server in a process of its own, started for a load test, whose workers and memory can be asked for. */
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RouterCalls } from './bench/router-calls.js';
import { HostedProcess } from './hosted-process.js';
import type { LoopWork } from './loop-watch.js';

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
  /** When the processor was looked at: milliseconds since 1970, with fractions. */
  at: number;
  /** Of all workers. */
  cpuSeconds: number;
  /** Of node. */
  nodeCpuSeconds: number;
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

/** What must not become more. */
export interface Leftovers {
  /** Timers, sockets and child processes that keep the server going. */
  handles: number;
  /** Participants of all meetings, those whose seat is kept among them. */
  placesTaken: number;
}

/** Milliseconds of processor time since the server started. */
export interface Spent {
  /** Of the thread in which the event loop runs. */
  thread: number;
  /** Of the Node process with all its threads. */
  process: number;
}

export interface ServerQuestions extends RouterCalls {
  examine(): Promise<Examination>;
  sent(): Promise<Sent>;
  load(): Promise<ServerLoad>;
  /** Exceptions and rejections that nothing caught no longer end the process from then on. */
  keepOnAfterFaults(): Promise<void>;
  /** These, since it was asked last, with where they arose. */
  faults(): Promise<string[]>;
  leftovers(): Promise<Leftovers>;
  /** How long the event loop worked at one time, since it was asked last. */
  loopWork(): Promise<LoopWork>;
  spent(): Promise<Spent>;
  /** Milliseconds of processor time that a known piece of work takes there now. */
  calibrate(): Promise<number>;
}

export class ExaminedServer {
  private constructor(
    private readonly host: HostedProcess<ServerQuestions, { url: string }>,
    private readonly dataDirectory: string,
  ) {}

  /**
   * On loopback and free ports, with limits that a hundred bots from one address stay within.
   *
   * @param settings by their names in the environment; `undefined` stands for the server's own default
   */
  static async start(settings: Record<string, string | undefined> = {}): Promise<ExaminedServer> {
    const dataDirectory = await mkdtemp(join(tmpdir(), 'minimeet-load-'));
    // Where the command is ended in between.
    process.once('exit', () => rmSync(dataDirectory, { recursive: true, force: true }));

    try {
      const host = await HostedProcess.start<ServerQuestions, { url: string }>('server-host.js', {
        nodeOptions: ['--expose-gc'],
        environment: {
          DATA_DIR: dataDirectory,
          LOG_LEVEL: 'error',
          LOG_FORMAT: 'json',
          MEDIA_PORT: '0',
          MEDIA_LISTEN_ADDRESS: '127.0.0.1',
          RATE_LIMIT_REST_REQUESTS: '1000000',
          RATE_LIMIT_LOGINS: '1000000',
          MAX_CONNECTIONS_PER_ADDRESS: '100000',
          ROOM_SEATS_PER_ADDRESS: '100',
          RATE_LIMIT_GUESTS: '1000000',
          RATE_LIMIT_GUEST_ROOMS: '100000',
          MAX_ROOMS_PER_GUEST: '100000',
          RATE_LIMIT_ADDRESS_CONNECTIONS: '1000000',
          RATE_LIMIT_ADDRESS_JOINS: '1000000',
          RATE_LIMIT_ADDRESS_REQUESTS: '1000000',
          RATE_LIMIT_ADDRESS_CHAT_MESSAGES: '1000000',
          ...settings,
        },
      });

      return new ExaminedServer(host, dataDirectory);
    } catch (error) {
      await rm(dataDirectory, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): string {
    return this.host.greeting.url;
  }

  /** Of node. */
  get pid(): number {
    return this.host.pid;
  }

  get ask(): HostedProcess<ServerQuestions>['ask'] {
    return this.host.ask;
  }

  /** Ends it in good order, and removes what it kept. */
  async stop(): Promise<void> {
    await this.host.stop();
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
