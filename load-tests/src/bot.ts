/** One participant without a person: the sdk over the bots' own WebRTC. */
import type { Source, ViewedTile } from '@minimeet/protocol';
import { MeetingClient, type MeetingClientOptions } from '@minimeet/sdk';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { botHandlerFactory } from './bot-handler.js';
import { BotMedia, type MediaMeter } from './bot-media.js';
import type { Network } from './webrtc/network-conditions.js';
import type { MediaRates } from './webrtc/synthetic-media.js';

/** What the cameras of bots say of themselves: large enough for two simulcast layers, of which a small tile needs the lower. */
const usualCamera = { width: 640, height: 360 };
/** Decibels below the loudest, for somebody who speaks; their recording is as loud. */
const speechLevel = 30;

export interface BotOptions extends Pick<
  MeetingClientOptions,
  'url' | 'room' | 'displayName' | 'reconnect' | 'picturesAtFirst'
> {
  rates: MediaRates;
  /** Default 640x360. */
  camera?: { width: number; height: number };
  network?: Network;
  meter?: MediaMeter;
}

/** Milliseconds from the beginning of a join to the end of each of its steps; `null` for what it did not come to. */
export interface JoinSteps {
  /** Signed in as a guest, connected, and told what can be received. */
  connect: number;
  /** The server's answer: in the meeting from then on. */
  answer: number;
  /** The first of the media connections stands. Without anything to send or to receive, there is none. */
  transport: number | null;
  /** The server has camera and microphone. */
  published: number | null;
}

/** Something that a bot should be seeing or hearing now. */
export interface ExpectedTrack {
  participantId: string;
  source: Source;
  /** `undefined` before it was offered. */
  trackId: string | undefined;
}

export class Bot {
  readonly client: MeetingClient;
  readonly media: BotMedia;
  speaking = false;
  private readonly camera;

  constructor({ rates, camera = usualCamera, network, meter, ...options }: BotOptions) {
    this.camera = camera;
    this.media = new BotMedia({
      ...rates,
      loudness: () => (this.speaking ? speechLevel : null),
      ...(network && { network }),
      ...(meter && { meter }),
    });
    this.client = new MeetingClient({
      ...options,
      deviceInfo: { kind: 'bot', name: 'MiniMeet load test' },
      handlerFactory: botHandlerFactory(this.media),
    });
  }

  get id(): string {
    return this.client.state.me?.id ?? '';
  }

  /** Joins with camera and microphone. Rejects as the sdk's join() does. */
  async join(): Promise<void> {
    await this.publish();
    await this.client.join();
  }

  /**
   * Joins step by step, and measures each. Rejects as the sdk's join() does, or when what is to be sent is not.
   *
   * @param milliseconds that connecting media and publishing may take after the answer
   */
  async joinMeasured(publishes: boolean, milliseconds: number): Promise<JoinSteps> {
    const began = performance.now();
    await this.client.prepare();
    const connect = performance.now() - began;

    if (publishes) {
      await this.publish();
    }

    await this.client.join();
    const answer = performance.now() - began;

    if (!publishes) {
      return { connect, answer, transport: this.sinceConnected(began), published: null };
    }

    await this.published(milliseconds);
    const published = performance.now() - began;
    await this.media.connected(milliseconds);

    return { connect, answer, transport: this.sinceConnected(began), published };
  }

  /** Sends a camera and a microphone, or will as soon as it has joined. */
  async publish(): Promise<void> {
    await Promise.all([
      this.client.publish('camera', syntheticTrack('video', this.camera)),
      this.client.publish('microphone', syntheticTrack('audio')),
    ]);
  }

  /** Whether the server has both. */
  get publishes(): boolean {
    const media = Object.values(this.client.state.localMedia);

    return media.length === 2 && media.every(({ producerId }) => producerId !== null);
  }

  /** Sees so many of the others, each in a tile of this size. Bots of one meeting see each other equally often. */
  async see(count: number, tile: Pick<ViewedTile, 'width' | 'height'>): Promise<void> {
    const others = this.client.state.participants.map(({ id }) => id);
    await this.client.setView(
      inRing(others, this.id)
        .slice(0, count)
        .map((participantId) => ({ participantId, source: 'camera', pinned: false, ...tile })),
    );
  }

  /** What the server sends now, as far as the sdk knows, and cameras of a view that it should send. */
  expectedTracks(view: readonly Pick<ViewedTile, 'participantId'>[]): ExpectedTrack[] {
    const seen = new Set(view.map(({ participantId }) => participantId));

    return this.client.state.participants.flatMap(({ id, media, connected }) =>
      Object.values(media)
        .filter(({ source, paused, held, track }) => {
          const isWanted = source === 'camera' ? seen.has(id) : track !== null && !held;

          return connected && !paused && isWanted;
        })
        .map(({ source, track }) => ({ participantId: id, source, trackId: track?.id })),
    );
  }

  leave(): Promise<void> {
    return this.client.leave();
  }

  private sinceConnected(began: number): number | null {
    const { connected } = this.media.firsts;

    return connected === null ? null : connected - began;
  }

  /** Resolves once the server has what is sent. */
  private published(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (conclude: () => void) => {
        clearTimeout(timer);
        unsubscribe();
        this.client.off('publish_failed', onFailed);
        conclude();
      };
      const look = () => {
        const { status, error } = this.client.state;

        if (this.publishes) {
          settle(resolve);
        } else if (status === 'failed' || status === 'ended' || status === 'left') {
          settle(() => reject(error ?? new Error(`the meeting was over while it was joined: ${status}`)));
        }
      };
      const onFailed = ({ error }: { error: Error }) => settle(() => reject(error));
      const unsubscribe = this.client.subscribe(look);
      const timer = setTimeout(
        () => settle(() => reject(new Error(`camera and microphone were not published in ${milliseconds / 1000} s`))),
        milliseconds,
      );
      this.client.on('publish_failed', onFailed);
      look();
    });
  }
}

/** In an order in which each of a meeting sees others first: equally many see each. */
export function inRing(ids: readonly string[], own: string): string[] {
  return [...ids.filter((id) => id > own).sort(), ...ids.filter((id) => id < own).sort()];
}

function syntheticTrack(kind: 'audio' | 'video', settings: MediaTrackSettings = {}): MediaStreamTrack {
  return new FakeMediaStreamTrack({ kind, settings }) as unknown as MediaStreamTrack;
}
