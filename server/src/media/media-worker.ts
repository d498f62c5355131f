/** One mediasoup worker with the one UDP and TCP port on which all its transports are reached. */
import { readFile } from 'node:fs/promises';
import { createWorker } from 'mediasoup';
import type {
  IceCandidate,
  Router,
  WebRtcServer,
  WebRtcTransport,
  Worker,
  WorkerLogLevel,
  WorkerSettings,
} from 'mediasoup/types';
import { mediaCodecs } from './codecs.js';
import type { ListenAddress } from './listen-addresses.js';
import { listenInfosOf } from './listen-infos.js';
import type { Placeable } from './placement.js';
import { childSpawnedBy } from './worker-watch.js';

export interface MediaWorkerOptions {
  listenAddresses: ListenAddress[];
  /** 0 takes any free port. */
  port: number;
  /** What clients are told in place of the candidates that are listened on; those by default. */
  announce?: (listened: readonly IceCandidate[]) => IceCandidate[];
  logLevel: WorkerLogLevel;
  /** Bits per second: the most that a participant may send, all its producers together. */
  maxIncomingBitrate: number;
  /** Bits per second: what the bandwidth estimation towards a participant starts with. */
  initialOutgoingBitrate: number;
  /** Bits per second: the most that a participant is sent; 0: any. */
  maxOutgoingBitrate: number;
  /** Seconds without an answer after which a worker counts as hung, also while it starts. */
  workerTimeoutSeconds: number;
  /** The program; mediasoup's own by default. */
  workerBin?: string;
}

/** What a worker has used until now. */
export interface WorkerUsage {
  pid: number;
  /** Seconds of one core, since the worker started. */
  cpuSeconds: number;
  /** Memory that it occupies now; where the system does not tell, the most it ever did. */
  memoryBytes: number;
  routers: number;
}

/** Share of a core that is reserved for a new router, and milliseconds until what it really needs shows in the measured load. */
const ROUTER_LOAD = 0.05;
const RESERVED_TIME = 10_000;

export class MediaWorker implements Placeable {
  /** Share of one core that it used lately, as the pool measures it. */
  measuredLoad = 0;
  /** What it had used when the pool looked last; `null` before that, and while it hangs. */
  measuredUsage: WorkerUsage | null = null;

  /** Whether it answers, as the pool checks all the time. */
  answers = true;

  private routerCount = 0;
  private reserved = 0;

  private constructor(
    readonly worker: Worker,
    private readonly webRtcServer: WebRtcServer,
    private readonly options: MediaWorkerOptions,
  ) {}

  /** Starts the process and binds its port. Rejects when the port is taken, or when the process does not answer in time. */
  static async create(options: MediaWorkerOptions): Promise<MediaWorker> {
    const { workerTimeoutSeconds } = options;
    const { child, result: starting } = childSpawnedBy(() =>
      startDeafWorker({
        logLevel: options.logLevel,
        logTags: ['ice', 'dtls', 'bwe', 'simulcast'],
        workerBin: options.workerBin,
      }),
    );
    let timedOut = false;
    // Its end makes whatever is waited for below fail.
    const timer = setTimeout(() => {
      timedOut = true;
      child?.kill('SIGKILL');
    }, workerTimeoutSeconds * 1000);
    let worker: Worker | undefined;

    try {
      worker = await starting;
      killWithProcess(worker);
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: listenInfosOf(options.listenAddresses, options.port),
      });

      return new MediaWorker(worker, webRtcServer, options);
    } catch (error) {
      worker?.close();
      throw timedOut
        ? new Error(
            `the media worker did not answer within ${workerTimeoutSeconds} s of its start (MEDIA_WORKER_TIMEOUT)`,
          )
        : error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Share of one core that it uses, and that it will use for what is under way. */
  get load(): number {
    return this.measuredLoad + this.reserved;
  }

  /** Routers on this worker, those under way included. */
  get routers(): number {
    return this.routerCount;
  }

  /** Counts a load, as a share of one core, that comes and is not measured yet. */
  reserve(load: number): void {
    this.reserved += load;
    setTimeout(() => (this.reserved -= load), RESERVED_TIME).unref();
  }

  async usage(): Promise<WorkerUsage> {
    const { pid } = this.worker;
    const [{ ru_utime, ru_stime, ru_maxrss }, resident] = await Promise.all([
      this.worker.getResourceUsage(),
      residentMemory(pid),
    ]);

    return {
      pid,
      cpuSeconds: (ru_utime + ru_stime) / 1000,
      memoryBytes: resident ?? ru_maxrss * 1024,
      routers: this.routerCount,
    };
  }

  async createRouter(): Promise<Router> {
    // Counted before the await, so that a burst of new meetings spreads.
    this.routerCount += 1;
    this.reserve(ROUTER_LOAD);

    try {
      const router = await this.worker.createRouter({ mediaCodecs });
      router.observer.on('close', () => (this.routerCount -= 1));

      return router;
    } catch (error) {
      this.routerCount -= 1;
      throw error;
    }
  }

  /** How clients reach a transport of this worker, as it is now. */
  iceCandidatesOf({ iceCandidates }: WebRtcTransport): IceCandidate[] {
    return this.options.announce?.(iceCandidates) ?? iceCandidates;
  }

  /** A transport for one direction of one participant, on a router of this worker; `send` is what the client sends. */
  async createTransport(router: Router, direction: 'send' | 'recv'): Promise<WebRtcTransport> {
    const { initialOutgoingBitrate, maxIncomingBitrate, maxOutgoingBitrate } = this.options;
    const transport = await router.createWebRtcTransport({
      webRtcServer: this.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate:
        maxOutgoingBitrate === 0 ? initialOutgoingBitrate : Math.min(initialOutgoingBitrate, maxOutgoingBitrate),
    });

    try {
      if (direction === 'send') {
        await transport.setMaxIncomingBitrate(maxIncomingBitrate);
      } else if (maxOutgoingBitrate > 0) {
        await transport.setMaxOutgoingBitrate(maxOutgoingBitrate);
      }
    } catch (error) {
      transport.close();
      throw error;
    }

    return transport;
  }
}

/**
 * mediasoup ends its workers as soon as the process gets SIGINT or SIGTERM. When those end is for the server to say, which
 * lets meetings go on for a while; should it end without a word, they end with the channel to it.
 */
function startDeafWorker(settings: WorkerSettings): Promise<Worker> {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const starting = createWorker(settings);

  for (const signal of signals) {
    for (const listener of process.listeners(signal).filter((each) => !before.has(each))) {
      process.removeListener(signal, listener);
    }
  }

  return starting;
}

/** One that hangs does not hear that it should end, and would outlive this process. */
function killWithProcess(worker: Worker): void {
  const kill = () => {
    try {
      process.kill(worker.pid, 'SIGKILL');
    } catch {
      // It is gone.
    }
  };
  process.once('exit', kill);
  worker.once('subprocessclose', () => process.removeListener('exit', kill));
}

/** Bytes, as Linux tells them (proc(5), VmRSS); other systems do not. */
async function residentMemory(pid: number): Promise<number | undefined> {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];

    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
