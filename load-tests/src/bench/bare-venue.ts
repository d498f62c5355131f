/** Bare mediasoup as a venue: the bots' own WebRTC on a router that plain calls set up. */
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { Device } from 'mediasoup-client';
import type { ConsumerOptions, RtpCapabilities, Transport } from 'mediasoup-client/types';
import { botHandlerFactory } from '../bot-handler.js';
import { BotMedia } from '../bot-media.js';
import { HostedProcess } from '../hosted-process.js';
import { inParallel } from '../waiting.js';
import type { BareQuestions } from './bare-server.js';
import { callsOver, type RouterCalls } from './router-calls.js';
import { cameraSize, joinsAtOnce, opened, speechLevel, type Show, type ShowOptions, type Venue } from './show.js';

/** As the sdk encodes a camera of that size. */
const encodings = [
  { scaleResolutionDownBy: 2, maxBitrate: 180_000, scalabilityMode: 'L1T3' },
  { scaleResolutionDownBy: 1, maxBitrate: 600_000, scalabilityMode: 'L1T3' },
];
const upperLayer = { spatialLayer: 1, temporalLayer: 2 };

export class BareVenue implements Venue {
  readonly kind = 'bare';
  readonly router: RouterCalls;

  private constructor(private readonly server: HostedProcess<BareQuestions>) {
    this.router = callsOver(server);
  }

  static async open(): Promise<BareVenue> {
    return new BareVenue(await HostedProcess.start<BareQuestions>('bench/bare-server.js'));
  }

  async begin(options: ShowOptions): Promise<Show> {
    // mediasoup and its client have a type each for what is the same on the wire.
    const routerRtpCapabilities = (await this.server.ask('renewRouter')) as RtpCapabilities;
    const show = new BareShow(options, this.router, routerRtpCapabilities);

    return opened(show);
  }

  sent() {
    return this.server.ask('sent');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
  }
}

class BareShow implements Show {
  readonly everyone: BotMedia[] = [];
  private readonly transports: Transport[] = [];
  private readonly cameras: string[] = [];
  private readonly voices: string[] = [];
  private viewers = 0;

  constructor(
    private readonly options: ShowOptions,
    private readonly router: RouterCalls,
    private readonly routerRtpCapabilities: RtpCapabilities,
  ) {}

  async open(): Promise<void> {
    const { publishers, speakers } = this.options;
    const all = Array.from({ length: publishers }, (_, index) => index < speakers);
    const ready: (() => Promise<void>)[] = [];
    await inParallel(all, joinsAtOnce, async (speaks) => void ready.push(await this.publish(speaks)));
    // As in a meeting, publishers hear each other.
    await inParallel(ready, joinsAtOnce, (listen) => listen());
  }

  async grow(viewers: number): Promise<void> {
    const newcomers = Array.from({ length: viewers - this.viewers });
    this.viewers = viewers;
    await inParallel(newcomers, joinsAtOnce, () => this.watch());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.transports.splice(0).forEach((transport) => transport.close());
  }

  /** @returns what lets them hear the other voices */
  private async publish(speaks: boolean): Promise<() => Promise<void>> {
    const device = await this.device(speaks ? speechLevel : null);
    const transport = this.connected(device.createSendTransport(await this.router.openTransport('send')));
    transport.on('produce', ({ kind, rtpParameters }, callback, errback) => {
      this.router.produce(transport.id, kind, rtpParameters).then((id) => callback({ id }), errback);
    });
    const [camera, microphone] = await Promise.all([
      transport.produce({ track: track('video'), encodings, codec: vp8(device.recvRtpCapabilities) }),
      transport.produce({ track: track('audio') }),
    ]);
    this.cameras.push(camera.id);

    if (speaks) {
      this.voices.push(microphone.id);
    }

    return () =>
      this.receive(
        device,
        [],
        this.voices.filter((id) => id !== microphone.id),
      );
  }

  private async watch(): Promise<void> {
    await this.receive(await this.device(null), this.cameras, this.voices);
  }

  private async receive(device: Device, cameras: readonly string[], voices: readonly string[]): Promise<void> {
    const transport = this.connected(device.createRecvTransport(await this.router.openTransport('recv')));
    const consume = async (producerId: string, layers?: typeof upperLayer) =>
      transport.consume(
        (await this.router.consume(transport.id, producerId, device.recvRtpCapabilities, layers)) as ConsumerOptions,
      );
    await Promise.all([
      ...cameras.map((producerId) => consume(producerId, upperLayer)),
      ...voices.map((producerId) => consume(producerId)),
    ]);
  }

  private async device(loudness: number | null): Promise<Device> {
    const media = new BotMedia({ ...this.options.rates, loudness: () => loudness });
    this.everyone.push(media);
    const device = await Device.factory({ handlerFactory: botHandlerFactory(media) });
    await device.load({ routerRtpCapabilities: this.routerRtpCapabilities });

    return device;
  }

  private connected(transport: Transport): Transport {
    this.transports.push(transport);
    transport.on('connect', ({ dtlsParameters }, callback, errback) => {
      this.router.connectTransport(transport.id, dtlsParameters).then(callback, errback);
    });

    return transport;
  }
}

function track(kind: 'audio' | 'video'): MediaStreamTrack {
  return new FakeMediaStreamTrack({
    kind,
    settings: kind === 'video' ? cameraSize : {},
  }) as unknown as MediaStreamTrack;
}

function vp8({ codecs }: RtpCapabilities) {
  return codecs?.find(({ mimeType }) => mimeType.toLowerCase() === 'video/vp8');
}
