/** Runs in a process of its own: a mediasoup worker, and nothing else than what it takes to call it. What MiniMeet costs is measured against it. */
import { mediaCodecs } from '@minimeet/server/dist/media/codecs.js';
import { listenInfosOf } from '@minimeet/server/dist/media/listen-infos.js';
import { createWorker } from 'mediasoup';
import type { RtpCapabilities } from 'mediasoup/types';
import type { Sent } from '../examined-server.js';
import { serveParent } from '../hosted-process.js';
import { RouterOperator, type RouterCalls } from './router-calls.js';

export interface BareQuestions extends RouterCalls {
  sent(): Promise<Sent>;
  /** From now on, all calls are for a new router; the one before is closed. */
  renewRouter(): Promise<RtpCapabilities>;
}

const worker = await createWorker({ logLevel: 'warn' });
const webRtcServer = await worker.createWebRtcServer({ listenInfos: listenInfosOf([{ ip: '127.0.0.1' }], 0) });
let router = await worker.createRouter({ mediaCodecs });
let operator = new RouterOperator(router, webRtcServer);

serveParent<BareQuestions>({
  openTransport: (...parameters) => operator.openTransport(...parameters),
  connectTransport: (...parameters) => operator.connectTransport(...parameters),
  produce: (...parameters) => operator.produce(...parameters),
  consume: (...parameters) => operator.consume(...parameters),
  closeTransport: (...parameters) => operator.closeTransport(...parameters),
  async sent() {
    const { ru_utime, ru_stime } = await worker.getResourceUsage();
    const at = performance.timeOrigin + performance.now();
    const { user, system } = process.cpuUsage();

    return {
      at,
      cpuSeconds: (ru_utime + ru_stime) / 1000,
      nodeCpuSeconds: (user + system) / 1e6,
      rtpBytes: await operator.rtpBytesSent(),
    };
  },
  async renewRouter() {
    router.close();
    router = await worker.createRouter({ mediaCodecs });
    operator = new RouterOperator(router, webRtcServer);

    return router.rtpCapabilities;
  },
});
