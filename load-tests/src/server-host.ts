/** Runs in a process of its own: a whole server that can be looked into from outside, over the channel to its parent. */
import { createApp } from '@minimeet/server/dist/app.js';
import { Meetings } from '@minimeet/server/dist/meetings/meetings.js';
import { loadSettings } from '@minimeet/server/dist/settings/settings.js';
import { observer } from 'mediasoup';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AppData, Router, WebRtcServer, WebRtcTransport, Worker } from 'mediasoup/types';
import type { AddressInfo } from 'node:net';
import { RouterOperator, type RouterCalls } from './bench/router-calls.js';
import type { Leftovers, Memory, Sent, ServerLoad, ServerQuestions, WorkerExamination } from './examined-server.js';
import { serveParent } from './hosted-process.js';
import { LoopWatch, calibrate, threadMilliseconds } from './loop-watch.js';

const workers = new Map<Worker<AppData>, Set<WebRtcServer<AppData>>>();
const transports = new Set<WebRtcTransport<AppData>>();
/** For what is done on a meeting's router from outside: where it runs, the first of them. */
const operators = new Map<Router<AppData>, RouterOperator>();
/** What nothing in the server caught, as text. */
const faults: string[] = [];
const loopWatch = new LoopWatch();
/** Milliseconds. */
const loopResolution = 10;
const loopDelay = monitorEventLoopDelay({ resolution: loopResolution });
loopDelay.enable();

observer.on('newworker', (worker) => {
  const webRtcServers = new Set<WebRtcServer<AppData>>();
  workers.set(worker, webRtcServers);
  worker.observer.on('close', () => workers.delete(worker));
  worker.observer.on('newwebrtcserver', (webRtcServer) => webRtcServers.add(webRtcServer));
  worker.observer.on('newrouter', (router) => {
    const [webRtcServer] = webRtcServers;

    if (webRtcServer) {
      operators.set(router, new RouterOperator(router, webRtcServer));
      router.observer.on('close', () => operators.delete(router));
    }

    router.observer.on('newtransport', (transport) => {
      if (transport.type === 'webrtc') {
        const webRtcTransport = transport as WebRtcTransport<AppData>;
        transports.add(webRtcTransport);
        transport.observer.on('close', () => transports.delete(webRtcTransport));
      }
    });
  });
});

const app = await createApp(loadSettings(process.env, () => undefined));
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address() as AddressInfo;

serveParent<ServerQuestions>(
  {
    examine: async () => ({ memory: memory(), workers: await examineAll() }),
    sent,
    load,
    faults: async () => faults.splice(0),
    keepOnAfterFaults: async () => keepOnAfterFaults(),
    leftovers: async () => leftovers(),
    loopWork: async () => loopWatch.take(),
    spent: async () => ({ thread: threadMilliseconds(), process: processMilliseconds() }),
    calibrate: async () => calibrate(),
    openTransport: async (...parameters) => operator().openTransport(...parameters),
    connectTransport: async (...parameters) => operator().connectTransport(...parameters),
    produce: async (...parameters) => operator().produce(...parameters),
    consume: async (...parameters) => operator().consume(...parameters),
    closeTransport: async (...parameters) => operator().closeTransport(...parameters),
  },
  { url: `http://127.0.0.1:${port}` },
  () => app.close(),
);

/** What would end the process is kept for whoever asks, so that the input that brought it about can be told from others. */
function keepOnAfterFaults(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.removeAllListeners(event);
    process.on(event, (error: unknown) => faults.push(error instanceof Error ? String(error.stack) : String(error)));
  }
}

function leftovers(): Leftovers {
  return { handles: process.getActiveResourcesInfo().length, placesTaken: app.get(Meetings).placesTaken };
}

function processMilliseconds(): number {
  const { user, system } = process.cpuUsage();

  return (user + system) / 1000;
}

/** On the router of the meeting that runs. */
function operator(): RouterCalls {
  const [first] = operators.values();

  if (!first) {
    throw new Error('there is no meeting');
  }

  return first;
}

/** A worker that is killed meanwhile is left out. */
async function examineAll(): Promise<WorkerExamination[]> {
  const examinations = await Promise.allSettled([...workers].map(examine));

  return examinations.flatMap((examination) => (examination.status === 'fulfilled' ? examination.value : []));
}

/** What a worker says that it has. */
async function examine([worker, webRtcServers]: [
  Worker<AppData>,
  Set<WebRtcServer<AppData>>,
]): Promise<WorkerExamination> {
  const [{ routerIds, webRtcServerIds, channelMessageHandlers }, ...servers] = await Promise.all([
    worker.dump(),
    ...[...webRtcServers].map((webRtcServer) => webRtcServer.dump()),
  ]);
  const { channelRequestHandlers, channelNotificationHandlers } = channelMessageHandlers;
  const living = new Set([...channelRequestHandlers, ...channelNotificationHandlers]);
  webRtcServerIds.forEach((id) => living.delete(id));

  return {
    pid: worker.pid,
    routers: routerIds.length,
    // All that can be asked something has a handler: routers, transports, producers, consumers, observers.
    objects: living.size,
    connections: servers.reduce((sum, { webRtcTransportIds, localIceUsernameFragments }) => {
      return sum + webRtcTransportIds.length + localIceUsernameFragments.length;
    }, 0),
  };
}

/** After what is not needed any more was given back, as far as node does that when it is asked. */
function memory(): Memory {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
  }

  const { heapUsed, rss } = process.memoryUsage();

  return { heapBytes: heapUsed, residentBytes: rss };
}

async function sent(): Promise<Sent> {
  const usages = await Promise.all([...workers.keys()].map((worker) => worker.getResourceUsage()));
  const at = performance.timeOrigin + performance.now();

  const { user, system } = process.cpuUsage();
  const stats = await Promise.all([...transports].map((transport) => transport.getStats().catch(() => [])));

  return {
    at,
    nodeCpuSeconds: (user + system) / 1e6,
    cpuSeconds: usages.reduce((sum, { ru_utime, ru_stime }) => sum + (ru_utime + ru_stime) / 1000, 0),
    rtpBytes: stats.flat().reduce((sum, { rtpBytesSent }) => sum + rtpBytesSent, 0),
  };
}

async function load(): Promise<ServerLoad> {
  const loopDelayP99 = Math.max(0, loopDelay.percentile(99) / 1e6 - loopResolution);
  loopDelay.reset();
  const { user, system } = process.cpuUsage();
  const usages = await Promise.allSettled(
    [...workers.keys()].map(async (worker) => {
      const { ru_utime, ru_stime } = await worker.getResourceUsage();

      return { pid: worker.pid, cpuSeconds: (ru_utime + ru_stime) / 1000 };
    }),
  );

  return {
    nodeCpuSeconds: (user + system) / 1e6,
    nodeBytes: process.memoryUsage.rss(),
    loopDelayP99,
    // A worker that is killed meanwhile is left out.
    workers: usages.flatMap((usage) => (usage.status === 'fulfilled' ? usage.value : [])),
  };
}
