/** What can be done on a router without a meeting around it: transports, producers and consumers, by plain calls. */
import type {
  ConsumerLayers,
  DtlsParameters,
  IceCandidate,
  IceParameters,
  MediaKind,
  Router,
  RtpCapabilities,
  RtpParameters,
  WebRtcServer,
  WebRtcTransport,
} from 'mediasoup/types';
import type { HostedProcess } from '../hosted-process.js';

/** As the server's own: MEDIA_INITIAL_OUTGOING_BITRATE, MEDIA_MAX_INCOMING_BITRATE, and the pace of key frames. */
const initialAvailableOutgoingBitrate = 1_000_000;
const maxIncomingBitrate = 3_000_000;
const keyFrameRequestDelay = 350;

/** What the client of a transport has to know. */
export interface OpenTransport {
  id: string;
  iceParameters: IceParameters;
  iceCandidates: IceCandidate[];
  dtlsParameters: DtlsParameters;
}

/** What the client of a consumer has to know. */
export interface OpenConsumer {
  id: string;
  producerId: string;
  kind: MediaKind;
  rtpParameters: RtpParameters;
}

/** Each rejects where there is no such transport or producer, and with what mediasoup refuses. */
export interface RouterCalls {
  /** @param direction `send` is what the client sends */
  openTransport(direction: 'send' | 'recv'): Promise<OpenTransport>;
  connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void>;
  /** @returns the producer's id */
  produce(transportId: string, kind: MediaKind, rtpParameters: RtpParameters): Promise<string>;
  /** Packets flow from the answer on. */
  consume(
    transportId: string,
    producerId: string,
    rtpCapabilities: RtpCapabilities,
    preferredLayers?: ConsumerLayers,
  ): Promise<OpenConsumer>;
  closeTransport(transportId: string): Promise<void>;
}

/** The calls of a router that another process operates. */
export function callsOver({ ask }: Pick<HostedProcess<RouterCalls>, 'ask'>): RouterCalls {
  return {
    openTransport: (...parameters) => ask('openTransport', ...parameters),
    connectTransport: (...parameters) => ask('connectTransport', ...parameters),
    produce: (...parameters) => ask('produce', ...parameters),
    consume: (...parameters) => ask('consume', ...parameters),
    closeTransport: (...parameters) => ask('closeTransport', ...parameters),
  };
}

export class RouterOperator implements RouterCalls {
  private readonly transports = new Map<string, WebRtcTransport>();

  constructor(
    private readonly router: Router,
    private readonly webRtcServer: WebRtcServer,
  ) {}

  async openTransport(direction: 'send' | 'recv'): Promise<OpenTransport> {
    const { router, webRtcServer } = this;
    const transport = await router.createWebRtcTransport({
      webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate,
    });

    if (direction === 'send') {
      await transport.setMaxIncomingBitrate(maxIncomingBitrate);
    }

    this.transports.set(transport.id, transport);
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport;

    return { id, iceParameters, iceCandidates, dtlsParameters };
  }

  async connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    await this.find(transportId).connect({ dtlsParameters });
  }

  async produce(transportId: string, kind: MediaKind, rtpParameters: RtpParameters): Promise<string> {
    const { id } = await this.find(transportId).produce({ kind, rtpParameters, keyFrameRequestDelay });

    return id;
  }

  async consume(
    transportId: string,
    producerId: string,
    rtpCapabilities: RtpCapabilities,
    preferredLayers?: ConsumerLayers,
  ): Promise<OpenConsumer> {
    const { id, kind, rtpParameters } = await this.find(transportId).consume({
      producerId,
      rtpCapabilities,
      ...(preferredLayers && { preferredLayers }),
    });

    return { id, producerId, kind, rtpParameters };
  }

  async closeTransport(transportId: string): Promise<void> {
    this.find(transportId).close();
    this.transports.delete(transportId);
  }

  /** Over the transports that are open now. */
  async rtpBytesSent(): Promise<number> {
    const stats = await Promise.all([...this.transports.values()].map((transport) => transport.getStats()));

    return stats.flat().reduce((sum, { rtpBytesSent }) => sum + rtpBytesSent, 0);
  }

  private find(transportId: string): WebRtcTransport {
    const transport = this.transports.get(transportId);

    if (!transport) {
      throw new Error('there is no such transport');
    }

    return transport;
  }
}
