/** How long packets are under way through a media worker: a voice of a process of its own, beside all that the worker forwards. */
import { randomInt } from 'node:crypto';
import { HostedProcess } from '../hosted-process.js';
import type { LatencyQuestions } from './latency-host.js';
import type { RouterCalls } from './router-calls.js';

const payloadType = 111;
const opus = { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2 } as const;

export class LatencyProbe implements AsyncDisposable {
  private constructor(private readonly host: HostedProcess<LatencyQuestions>) {}

  /** Measures from now on. Rejects when there is no way through the worker. */
  static async begin(router: RouterCalls): Promise<LatencyProbe> {
    const host = await HostedProcess.start<LatencyQuestions>('bench/latency-host.js');

    try {
      const [send, receive, dtlsParameters] = await Promise.all([
        router.openTransport('send'),
        router.openTransport('recv'),
        host.ask('dtlsParameters'),
      ]);
      await Promise.all([send, receive].map(({ id }) => router.connectTransport(id, dtlsParameters)));
      const ssrc = randomInt(1, 2 ** 32 - 1);
      const producerId = await router.produce(send.id, 'audio', {
        mid: '0',
        codecs: [{ ...opus, payloadType }],
        encodings: [{ ssrc }],
      });
      const { rtpParameters } = await router.consume(receive.id, producerId, {
        codecs: [{ ...opus, preferredPayloadType: payloadType }],
      });
      await host.ask('begin', { send, receive, payloadType, ssrc, heard: rtpParameters.encodings?.[0]?.ssrc ?? 0 });

      return new LatencyProbe(host);
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  /** Milliseconds of each packet since the last call, in ascending order. */
  async latencies(): Promise<number[]> {
    return (await this.host.ask('latencies')).sort((one, other) => one - other);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host.stop();
  }
}
