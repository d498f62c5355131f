/**
 * Runs in a process of its own, so that no bot makes it wait: sends a voice through a router and hears it again, each packet stamped
 * with the moment in which it left.
 */
import { randomInt } from 'node:crypto';
import type { DtlsParameters } from 'mediasoup/types';
import { serveParent } from '../hosted-process.js';
import { MediaConnection, type MediaConnectionOptions } from '../webrtc/media-connection.js';
import type { OpenTransport } from './router-calls.js';

export interface LatencyQuestions {
  dtlsParameters(): Promise<DtlsParameters>;
  /** Resolves when both connections stand. `ssrc` is that of what is sent, `heard` that of what comes back. */
  begin(way: {
    send: OpenTransport;
    receive: OpenTransport;
    payloadType: number;
    ssrc: number;
    heard: number;
  }): Promise<void>;
  /** Milliseconds of each packet that came back since the question before. */
  latencies(): Promise<number[]>;
}

/** Milliseconds between two packets, as of a voice. */
const interval = 20;
/** The worker forwards the timestamps of a voice as they are; they count these in a millisecond. */
const ticks = 48;
const payload = Buffer.alloc(60, 0xfc);

let latencies: number[] = [];

serveParent<LatencyQuestions>({
  dtlsParameters: () => MediaConnection.dtlsParameters(),
  async begin({ send, receive, payloadType, ssrc, heard }) {
    const began = performance.now();
    const sending = connection(send, {});
    const receiving = connection(receive, {
      onRtp: (packet) => {
        if (packet.readUInt32BE(8) === heard) {
          latencies.push(performance.now() - began - packet.readUInt32BE(4) / ticks);
        }
      },
    });
    await Promise.all([sending.connect(), receiving.connect()]);
    let sequence = randomInt(0x1000);
    let rollovers = 0;
    setInterval(() => {
      const header = Buffer.alloc(12);
      header[0] = 0x80;
      header[1] = payloadType;
      header.writeUInt16BE(sequence, 2);
      header.writeUInt32BE(Math.round((performance.now() - began) * ticks) >>> 0, 4);
      header.writeUInt32BE(ssrc, 8);
      sending.sendRtp(header, payload, rollovers);
      sequence = (sequence + 1) & 0xffff;
      rollovers += sequence === 0 ? 1 : 0;
    }, interval);
  },
  async latencies() {
    const all = latencies;
    latencies = [];

    return all;
  },
});

function connection(
  transport: OpenTransport,
  { onRtp }: Partial<Pick<MediaConnectionOptions, 'onRtp'>>,
): MediaConnection {
  const { iceParameters, iceCandidates, dtlsParameters } = transport;

  return new MediaConnection({
    iceParameters,
    iceCandidates,
    dtlsParameters,
    onRtp: onRtp ?? (() => undefined),
    onRtcp: () => undefined,
    onState: () => undefined,
  });
}
