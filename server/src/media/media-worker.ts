/** One mediasoup worker with the one UDP and TCP port on which all its transports are reached. */
import { readFile } from 'node:fs/promises';
import { createWorker } from 'mediasoup';
import type { Router, WebRtcServer, WebRtcTransport, Worker, WorkerLogLevel } from 'mediasoup/types';
import { mediaCodecs } from './codecs.js';
import type { ListenAddress } from './listen-addresses.js';
import type { Placeable } from './placement.js';

export interface MediaWorkerOptions {
  listenAddresses: ListenAddress[];
  /** 0 takes any free port. */
  port: number;
  logLevel: WorkerLogLevel;
  /** Bits per second: the most that a participant may send, all its producers together. */
  maxIncomingBitrate: number;
  /** Bits per second: what the bandwidth estimation towards a participant starts with. */
  initialOutgoingBitrate: number;
  /** Bits per second: the most that a participant is sent; 0: any. */
  maxOutgoingBitrate: number;
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

/** Share of a core that a new router is taken to need, until what it really needs shows in the measured load. */
const RESERVED_LOAD = 0.05;
/** Milliseconds until it shows: people come one after the other. */
const RESERVED_TIME = 10_000;

export class MediaWorker {
  /** Share of one core that it used lately, as the pool measures it. */
  measuredLoad = 0;

  private routers = 0;
  private reservations = 0;

  private constructor(
    readonly worker: Worker,
    private readonly webRtcServer: WebRtcServer,
    private readonly options: MediaWorkerOptions,
  ) {}

  /** Starts the process and binds its port. Rejects when the port is taken. */
  static async create(options: MediaWorkerOptions): Promise<MediaWorker> {
    const worker = await createWorker({ logLevel: options.logLevel, logTags: ['ice', 'dtls', 'bwe', 'simulcast'] });

    try {
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: options.listenAddresses.flatMap((address) => [
          { protocol: 'udp', port: options.port, ...address },
          { protocol: 'tcp', port: options.port, ...address },
        ]),
      });

      return new MediaWorker(worker, webRtcServer, options);
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  /** What placement looks at; what is under way included. */
  get placeable(): Placeable {
    return { load: this.measuredLoad + this.reservations * RESERVED_LOAD, routers: this.routers };
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
      routers: this.routers,
    };
  }

  async createRouter(): Promise<Router> {
    // Counted before the await, so that a burst of new meetings spreads.
    this.routers += 1;
    this.reservations += 1;
    setTimeout(() => (this.reservations -= 1), RESERVED_TIME).unref();

    try {
      const router = await this.worker.createRouter({ mediaCodecs });
      router.observer.on('close', () => (this.routers -= 1));

      return router;
    } catch (error) {
      this.routers -= 1;
      throw error;
    }
  }

  /** A transport for one direction of one participant, on a router of this worker. */
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
      // `send` is the client's word: what it sends comes in here.
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

/** Bytes, as Linux tells them (proc(5), VmRSS); other systems do not. */
async function residentMemory(pid: number): Promise<number | undefined> {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];

    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}
