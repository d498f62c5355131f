/** One transport of a bot, as mediasoup-client wants it from a browser. */
import { randomInt, randomUUID } from 'node:crypto';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { EnhancedEventEmitter } from 'mediasoup-client/enhancedEvents';
import { getSendingRtpParameters, reduceCodecs } from 'mediasoup-client/ortc';
import type {
  HandlerEvents,
  HandlerInterface,
  HandlerOptions,
  HandlerReceiveOptions,
  HandlerReceiveResult,
  HandlerSendOptions,
  HandlerSendResult,
  IceParameters,
  MediaKind,
} from 'mediasoup-client/types';
import { audioLevelExtension, type BotMedia } from './bot-media.js';
import { MediaConnection } from './webrtc/media-connection.js';
import { keyFrameRequests, receiverReports, senderReport } from './webrtc/rtcp.js';
import { IncomingStream, rtpHeaderLength } from './webrtc/rtp.js';
import { SyntheticCamera, SyntheticMicrophone, type SyntheticSource } from './webrtc/synthetic-media.js';

/** Milliseconds between two reports. */
const reportInterval = 1000;
/** Of so many packets one is decrypted, the first among them. */
const decryptEvery = 200;

interface Incoming {
  stream: IncomingStream;
  kind: MediaKind;
}

export class BotHandler extends EnhancedEventEmitter<HandlerEvents> implements HandlerInterface {
  readonly name = 'Bot';
  private readonly connection: MediaConnection;
  private connecting: Promise<void> | null = null;
  private readonly sources = new Map<string, SyntheticSource>();
  /** By SSRC, and the SSRC by local id. */
  private readonly incoming = new Map<number, Incoming>();
  private readonly ssrcs = new Map<string, number>();
  private readonly cname = randomUUID();
  private readonly reporterSsrc = randomInt(1, 2 ** 32 - 1);
  private readonly reporting: NodeJS.Timeout;
  private nextMid = 0;
  private isClosed = false;

  constructor(
    private readonly options: HandlerOptions,
    private readonly media: BotMedia,
  ) {
    super();
    const { iceParameters, iceCandidates, dtlsParameters } = options;
    this.connection = new MediaConnection({
      iceParameters,
      iceCandidates,
      dtlsParameters,
      onRtp: (packet) => this.receiveRtp(packet),
      onRtcp: (packet) => this.receiveRtcp(packet),
      onState: (state) => this.emit('@connectionstatechange', state),
    });
    this.reporting = setInterval(() => this.report(), reportInterval);
  }

  /** By SSRC. */
  get arrived(): [ssrc: number, { kind: MediaKind; packets: number; lost: number }][] {
    return [...this.incoming].map(
      ([
        ssrc,
        {
          kind,
          stream: { packets, lost },
        },
      ]) => [ssrc, { kind, packets, lost }],
    );
  }

  override close(): void {
    if (this.isClosed) {
      return;
    }

    this.isClosed = true;
    this.emit('@close');
    clearInterval(this.reporting);

    for (const source of this.sources.values()) {
      source.stop();
    }

    this.connection.close();
    super.close();
  }

  async updateIceServers(): Promise<void> {}

  async restartIce(iceParameters: IceParameters): Promise<void> {
    this.connection.restartIce(iceParameters);
  }

  /** The sdk reads the counters of a browser's connection; bots have their own. */
  async getTransportStats(): Promise<RTCStatsReport> {
    return new Map();
  }

  async send({ track, encodings = [{}], codec }: HandlerSendOptions): Promise<HandlerSendResult> {
    await this.connect();
    const kind = track.kind as MediaKind;
    const extended = this.options.getSendExtendedRtpCapabilities(this.media.nativeCapabilities);
    const parameters = getSendingRtpParameters(kind, extended);
    parameters.codecs = reduceCodecs(parameters.codecs, codec);
    const source = this.begin(kind, parameters, encodings);
    const localId = String(this.nextMid++);
    this.sources.set(localId, source);

    return {
      localId,
      rtpParameters: {
        ...parameters,
        mid: localId,
        encodings: encodings.map((encoding, index) => ({ ...encoding, ssrc: source.streams[index]!.ssrc })),
        rtcp: { cname: this.cname, reducedSize: true, mux: true },
      },
    };
  }

  async stopSending(localId: string): Promise<void> {
    this.sources.get(localId)?.stop();
    this.sources.delete(localId);
  }

  async pauseSending(localId: string): Promise<void> {
    this.sourceOf(localId).paused = true;
  }

  async resumeSending(localId: string): Promise<void> {
    this.sourceOf(localId).paused = false;
  }

  /** The same comes out of any track. */
  async replaceTrack(): Promise<void> {}

  async setMaxSpatialLayer(localId: string, spatialLayer: number): Promise<void> {
    this.sourceOf(localId).maxSpatialLayer = spatialLayer;
  }

  async setRtpEncodingParameters(): Promise<void> {}

  async getSenderStats(): Promise<RTCStatsReport> {
    return new Map();
  }

  async receive(offers: HandlerReceiveOptions[]): Promise<HandlerReceiveResult[]> {
    await this.connect();

    return offers.map(({ trackId, kind, rtpParameters }) => {
      const ssrc = rtpParameters.encodings?.[0]?.ssrc;
      const localId = rtpParameters.mid ?? trackId;

      // mediasoup-client wants to receive what bandwidth is probed with; no bandwidth is estimated here, so none of it comes.
      if (ssrc !== undefined && trackId !== 'probator') {
        this.incoming.set(ssrc, { stream: new IncomingStream(ssrc), kind });
        this.ssrcs.set(localId, ssrc);
      }

      return { localId, track: new FakeMediaStreamTrack({ kind, id: trackId }) as unknown as MediaStreamTrack };
    });
  }

  async stopReceiving(localIds: string[]): Promise<void> {
    for (const localId of localIds) {
      const ssrc = this.ssrcs.get(localId);
      this.ssrcs.delete(localId);

      if (ssrc !== undefined) {
        this.incoming.delete(ssrc);
      }
    }
  }

  async pauseReceiving(): Promise<void> {}

  async resumeReceiving(): Promise<void> {}

  async getReceiverStats(): Promise<RTCStatsReport> {
    return new Map();
  }

  async sendDataChannel(): Promise<never> {
    throw new Error('bots have no data channels');
  }

  async receiveDataChannel(): Promise<never> {
    throw new Error('bots have no data channels');
  }

  getDataChannelMaxMessageSize(): undefined {
    return undefined;
  }

  /** Once, at the first that is sent or received. Resolves when the server is being told; media waits for the rest by itself. */
  private connect(): Promise<void> {
    this.connecting ??= this.tellAndConnect();

    return this.connecting;
  }

  private async tellAndConnect(): Promise<void> {
    const dtlsParameters = await MediaConnection.dtlsParameters();
    this.emit('@connectionstatechange', 'connecting');
    await new Promise<void>((resolve, reject) => this.emit('@connect', { dtlsParameters }, resolve, reject));
    this.connection.connect().catch(() => {
      if (!this.isClosed) {
        this.emit('@connectionstatechange', 'failed');
      }
    });
  }

  private begin(
    kind: MediaKind,
    { codecs, headerExtensions }: ReturnType<typeof getSendingRtpParameters>,
    encodings: NonNullable<HandlerSendOptions['encodings']>,
  ): SyntheticSource {
    const frame = {
      payloadType: codecs[0]!.payloadType,
      audioLevelId: headerExtensions?.find(({ uri }) => uri === audioLevelExtension)?.id ?? null,
      send: (header: Buffer, payload: Buffer, rollovers: number) => this.connection.sendRtp(header, payload, rollovers),
    };
    const { options } = this.media;

    return kind === 'video'
      ? new SyntheticCamera(frame, encodings, options)
      : new SyntheticMicrophone(frame, options, options.loudness);
  }

  private receiveRtp(packet: Buffer): void {
    const incoming = this.incoming.get(packet.readUInt32BE(8));

    if (!incoming) {
      return;
    }

    const { received } = this.media.figures;
    incoming.stream.count(packet);
    received.packets += 1;
    received.video += incoming.kind === 'video' ? 1 : 0;

    if (incoming.stream.packets % decryptEvery === 1) {
      this.tryKeys(packet, incoming.stream);
    }
  }

  private tryKeys(packet: Buffer, { rollovers }: IncomingStream): void {
    try {
      this.connection.decrypt(packet, rtpHeaderLength(packet), rollovers);
      this.media.figures.decrypted += 1;
    } catch {
      this.media.figures.undecipherable += 1;
    }
  }

  private receiveRtcp(packet: Buffer): void {
    for (const ssrc of keyFrameRequests(packet)) {
      if ([...this.sources.values()].some((source) => source.requestKeyFrame(ssrc))) {
        this.media.figures.keyFrameRequests += 1;
      }
    }
  }

  private report(): void {
    const now = performance.now();
    const sent = [...this.sources.values()].flatMap(({ streams }) =>
      streams.flatMap((stream) => stream.figuresAt(now) ?? []),
    );

    for (const figures of sent) {
      this.connection.sendRtcp(senderReport(figures, performance.timeOrigin + now));
    }

    const received = [...this.incoming.values()].flatMap(({ stream }) => stream.report() ?? []);

    for (const report of receiverReports(this.reporterSsrc, received)) {
      this.connection.sendRtcp(report);
    }
  }

  private sourceOf(localId: string): SyntheticSource {
    const source = this.sources.get(localId);

    if (!source) {
      throw new Error('nothing is sent under this id');
    }

    return source;
  }
}
