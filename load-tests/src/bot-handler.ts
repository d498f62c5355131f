/** One transport of a bot, as mediasoup-client wants it from a browser. */
import { randomInt, randomUUID } from 'node:crypto';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { EnhancedEventEmitter } from 'mediasoup-client/enhancedEvents';
import { getSendingRtpParameters, reduceCodecs } from 'mediasoup-client/ortc';
import type {
  HandlerEvents,
  HandlerFactory,
  HandlerInterface,
  HandlerOptions,
  HandlerReceiveOptions,
  HandlerReceiveResult,
  HandlerSendOptions,
  HandlerSendResult,
  IceParameters,
  MediaKind,
} from 'mediasoup-client/types';
import {
  audioLevelExtension,
  captureTimeExtension,
  type BotMedia,
  type IncomingMedia,
  type MediaWay,
} from './bot-media.js';
import { BotReceiver } from './bot-receiver.js';
import { timeOfDay } from './webrtc/clock.js';
import { roundTrip } from './webrtc/incoming-stream.js';
import { MediaConnection, type MediaConnectionState } from './webrtc/media-connection.js';
import { feedbackIn, senderReport, type Feedback } from './webrtc/rtcp.js';
import { SyntheticCamera, SyntheticMicrophone, type SyntheticSource } from './webrtc/synthetic-media.js';

/** mediasoup-client's way to the bots' own WebRTC. */
export function botHandlerFactory(media: BotMedia): HandlerFactory {
  return {
    name: 'Bot',
    factory: (options) => new BotHandler(options, media),
    getNativeRtpCapabilities: async () => media.nativeCapabilities,
  };
}

/** Milliseconds between two reports. */
const reportInterval = 1000;

class BotHandler extends EnhancedEventEmitter<HandlerEvents> implements HandlerInterface, MediaWay {
  readonly name = 'Bot';
  private readonly connection: MediaConnection;
  private connecting: Promise<void> | null = null;
  private readonly sources = new Map<string, SyntheticSource>();
  private readonly receiver: BotReceiver;
  private readonly cname = randomUUID();
  private readonly reporting: NodeJS.Timeout;
  private nextMid = 0;
  private isClosed = false;
  /** Milliseconds, as it was measured last. */
  private roundTrip: number | null = null;

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
      network: media.network,
      onRtp: (packet) => this.receiver.receive(packet),
      onRtcp: (packet) => [...feedbackIn(packet)].forEach((feedback) => this.take(feedback)),
      onState: (state) => this.enter(state),
      onRoundTrip: (milliseconds) => this.noteRoundTrip(milliseconds),
    });
    this.receiver = new BotReceiver(this.connection, media, randomInt(1, 2 ** 32 - 1));
    this.reporting = setInterval(() => this.report(), reportInterval);
    media.begin(this);
  }

  get arrived(): [ssrc: number, IncomingMedia][] {
    return this.receiver.arrived;
  }

  override close(): void {
    if (this.isClosed) {
      return;
    }

    this.isClosed = true;
    this.emit('@close');
    this.media.end(this);
    clearInterval(this.reporting);

    for (const source of this.sources.values()) {
      source.stop();
    }

    this.receiver.close();
    this.connection.close();
    super.close();
  }

  async updateIceServers(): Promise<void> {}

  async restartIce(iceParameters: IceParameters): Promise<void> {
    this.connection.restartIce(iceParameters);
  }

  /** What the sdk reads of a browser's connection, to report it to the server. Nothing is decoded, so nothing freezes. */
  async getTransportStats(): Promise<RTCStatsReport> {
    const pair = {
      id: 'pair',
      type: 'candidate-pair',
      state: 'succeeded',
      nominated: true,
      ...this.connection.traffic,
      ...(this.roundTrip !== null && { currentRoundTripTime: this.roundTrip / 1000 }),
    };
    const streams = this.arrived.map(([ssrc, { kind, packets, lost }]) => ({
      id: `stream ${ssrc}`,
      type: 'inbound-rtp',
      ssrc,
      kind,
      packetsReceived: packets,
      packetsLost: lost,
    }));

    return new Map([pair, ...streams].map((entry) => [entry.id, entry]));
  }

  async send({ track, encodings = [{}], codec }: HandlerSendOptions): Promise<HandlerSendResult> {
    await this.connect();
    const kind = track.kind as MediaKind;
    const extended = this.options.getSendExtendedRtpCapabilities(this.media.nativeCapabilities);
    const parameters = getSendingRtpParameters(kind, extended);
    parameters.codecs = reduceCodecs(parameters.codecs, codec);
    const source = this.begin(track, parameters, encodings);
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

  askForKeyFrames(): void {
    this.receiver.askForKeyFrames();
  }

  rest(resting: boolean): void {
    this.sources.forEach((source) => (source.paused = resting));
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
      const localId = rtpParameters.mid ?? trackId;

      // Muted until its first packet, as in browsers.
      const track = new FakeMediaStreamTrack({ kind, id: trackId, muted: true });

      // mediasoup-client wants to receive what bandwidth is probed with; no bandwidth is estimated here, so none of it comes.
      if (trackId !== 'probator') {
        this.receiver.expect(localId, trackId, kind, rtpParameters, () => track.remoteUnmute());
      }

      return { localId, track: track as unknown as MediaStreamTrack };
    });
  }

  async stopReceiving(localIds: string[]): Promise<void> {
    localIds.forEach((localId) => this.receiver.forget(localId));
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
    this.connection.connect().catch((error: Error) => {
      if (!this.isClosed) {
        this.media.failure = error.message;
        this.emit('@connectionstatechange', 'failed');
      }
    });
  }

  private enter(state: MediaConnectionState): void {
    if (state === 'connected') {
      this.media.failure = null;
      this.media.noteFirst('connected');
    }

    this.emit('@connectionstatechange', state);
  }

  private begin(
    track: MediaStreamTrack,
    { codecs, headerExtensions }: ReturnType<typeof getSendingRtpParameters>,
    encodings: NonNullable<HandlerSendOptions['encodings']>,
  ): SyntheticSource {
    const kind = track.kind as MediaKind;
    const idOf = (wanted: string) => headerExtensions?.find(({ uri }) => uri === wanted)?.id ?? null;
    const frame = {
      payloadType: codecs[0]!.payloadType,
      audioLevelId: idOf(audioLevelExtension),
      captureTimeId: idOf(captureTimeExtension),
      send: (header: Buffer, payload: Buffer, rollovers: number, layer: number) => {
        const packet = this.connection.sendRtp(header, payload, rollovers);
        this.count(kind, layer, packet?.length ?? 0);

        return packet;
      },
    };
    const { options } = this.media;

    return kind === 'video'
      ? new SyntheticCamera(frame, encodings, options, track.getSettings().height)
      : new SyntheticMicrophone(frame, options, options.loudness);
  }

  private count(kind: MediaKind, layer: number, bytes: number): void {
    const { sent } = this.media.figures;
    sent.packets += bytes > 0 ? 1 : 0;

    if (kind === 'video') {
      sent.videoBytes[Math.min(layer, sent.videoBytes.length - 1)]! += bytes;
    } else {
      sent.audioBytes += bytes;
    }
  }

  private take(feedback: Feedback): void {
    const { figures } = this.media;

    switch (feedback.what) {
      case 'key frame wanted':
        if ([...this.sources.values()].some((source) => source.requestKeyFrame(feedback.ssrc))) {
          figures.keyFrameRequests += 1;
        }
        break;
      case 'packets wanted':
        figures.packetsWantedOfUs += feedback.sequences.length;
        this.sendAgain(feedback.ssrc, feedback.sequences);
        break;
      case 'sender report':
        this.receiver.noteSenderReport(feedback.ssrc, feedback.compact);
        break;
      case 'reception':
        this.noteRoundTrip(roundTrip(feedback.lastSenderReport, feedback.sinceSenderReport));
    }
  }

  /** What is kept of it; the rest came too late. */
  private sendAgain(ssrc: number, sequences: readonly number[]): void {
    const stream = [...this.sources.values()].flatMap(({ streams }) => streams).find((sent) => sent.ssrc === ssrc);

    for (const sequence of stream ? sequences : []) {
      const packet = stream?.keptPacket(sequence);

      if (packet) {
        this.connection.sendAgain(packet);
        this.media.figures.packetsSentAgain += 1;
      }
    }
  }

  private noteRoundTrip(milliseconds: number | null): void {
    if (milliseconds !== null) {
      this.roundTrip = milliseconds;
      this.media.options.meter?.roundTrip(milliseconds);
    }
  }

  private report(): void {
    const now = performance.now();
    const sent = [...this.sources.values()].flatMap(({ streams }) =>
      streams.flatMap((stream) => stream.figuresAt(now) ?? []),
    );

    for (const figures of sent) {
      this.connection.sendRtcp(senderReport(figures, timeOfDay(now)));
    }

    for (const report of this.receiver.reports()) {
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
