/** People in meetings of tests: a client with synthetic devices, who counts what arrives. */
import { MeetingClient, type MeetingClientOptions, type Source } from '@minimeet/sdk';
import { handlerFactory, stopDevices, SyntheticCamera, SyntheticMicrophone, TrackCounter } from './node-webrtc.js';
import { until } from '../../server/test/support.js';

export { until };

const everyone = new Set<Person>();

/** One small layer: these tests are about signalling and flow, not about quality. */
export const smallLayer = { encodings: [{ maxBitrate: 100_000 }] };

export class Person {
  readonly client: MeetingClient;
  readonly camera = new SyntheticCamera();
  readonly microphone = new SyntheticMicrophone();
  private readonly counters = new Map<MediaStreamTrack, TrackCounter>();

  constructor(options: MeetingClientOptions) {
    everyone.add(this);
    this.client = new MeetingClient({ handlerFactory, reconnect: { firstDelay: 50, longestDelay: 500 }, ...options });
    this.client.on('track', ({ track }) => this.counters.set(track, new TrackCounter(track)));
    this.client.on('track_ended', ({ track }) => {
      this.counters.get(track)?.stop();
      this.counters.delete(track);
    });
  }

  get state() {
    return this.client.state;
  }

  /** Joins with camera and microphone. */
  async joinAndPublish(): Promise<this> {
    await Promise.all([
      this.client.publish('camera', this.camera.track, smallLayer),
      this.client.publish('microphone', this.microphone.track),
    ]);
    await this.client.join();
    await until(() => Object.values(this.state.localMedia).every(({ producerId }) => producerId !== null));
    return this;
  }

  /** The other participant with this name, as this person sees them. */
  sees(displayName: string) {
    return this.state.participants.find((participant) => participant.displayName === displayName);
  }

  /** How many pictures or blocks of sound have arrived from a source of somebody. */
  received(displayName: string, source: Source): number {
    const track = this.sees(displayName)?.media[source]?.track;
    return (track && this.counters.get(track)?.count) ?? 0;
  }

  /** Waits until more arrives from these people than has until now. */
  async receivesMore(displayNames: string[], sources: Source[] = ['camera', 'microphone']): Promise<void> {
    const wanted = displayNames.flatMap((displayName) => sources.map((source) => ({ displayName, source })));
    const look = () =>
      wanted.map(({ displayName, source }) => ({
        track: this.sees(displayName)?.media[source]?.track,
        count: this.received(displayName, source),
      }));
    const before = look();
    // Another track begins to count anew.
    const isMore = ({ track, count }: (typeof before)[number], index: number) =>
      count > 1 + (track === before[index]!.track ? before[index]!.count : 0);
    await until(() => look().every(isMore)).catch(() => {
      const missing = wanted.filter((_, index) => !isMore(look()[index]!, index));
      throw new Error(`nothing more of ${missing.map(({ displayName, source }) => `${displayName}'s ${source}`)}`);
    });
  }

  /**
   * Waits until the widest picture that arrives is of this layer of a camera that films 640 pixels, in two layers. A busy
   * sender may encode somewhat smaller: what is wider than the lower layer can be is the upper one.
   */
  async receivesLayer(layer: 'lower' | 'upper'): Promise<void> {
    await until(async () => {
      const { recv } = await this.client.getStats();
      const width = Math.max(...[...(recv?.values() ?? [])].map(({ frameWidth }) => frameWidth ?? 0));
      return layer === 'lower' ? width > 0 && width <= 320 : width > 320;
    });
  }

  async goHome(): Promise<void> {
    everyone.delete(this);
    await this.client.leave();
  }
}

/** For afterEach(): everyone who is still there leaves, then the devices are stopped. */
export async function everyoneGoesHome(): Promise<void> {
  await Promise.all([...everyone].map((person) => person.goHome()));
  stopDevices();
}
