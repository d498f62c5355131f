/** One participant without a person: the sdk over the bots' own WebRTC. */
import type { ViewedTile } from '@minimeet/protocol';
import { MeetingClient, type MeetingClientOptions } from '@minimeet/sdk';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { BotMedia } from './bot-media.js';
import type { MediaRates } from './webrtc/synthetic-media.js';

/** What the cameras of bots say of themselves: large enough for two simulcast layers, of which a small tile needs the lower. */
const cameraSize = { width: 640, height: 360 };
/** Decibels below the loudest, for somebody who speaks. */
const speechLevel = 30;

export interface BotOptions extends Pick<MeetingClientOptions, 'url' | 'room' | 'displayName' | 'reconnect'> {
  rates: MediaRates;
}

export class Bot {
  readonly client: MeetingClient;
  readonly media: BotMedia;
  speaking = false;

  constructor({ rates, ...options }: BotOptions) {
    this.media = new BotMedia({ ...rates, loudness: () => (this.speaking ? speechLevel : null) });
    this.client = new MeetingClient({
      ...options,
      deviceInfo: { kind: 'bot', name: 'MiniMeet load test' },
      handlerFactory: this.media.handlerFactory,
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

  /** Sends a camera and a microphone, or will as soon as it has joined. */
  async publish(): Promise<void> {
    await Promise.all([
      this.client.publish('camera', syntheticTrack('video')),
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
    const ring = [...others.filter((id) => id > this.id).sort(), ...others.filter((id) => id < this.id).sort()];
    await this.client.setView(
      ring.slice(0, count).map((participantId) => ({ participantId, source: 'camera', pinned: false, ...tile })),
    );
  }

  leave(): Promise<void> {
    return this.client.leave();
  }
}

function syntheticTrack(kind: 'audio' | 'video'): MediaStreamTrack {
  const settings = kind === 'video' ? cameraSize : {};

  return new FakeMediaStreamTrack({ kind, settings }) as unknown as MediaStreamTrack;
}
