/** A show that a benchmark fills a worker with: a few send, many watch, be it through MiniMeet or through bare mediasoup. */
import type { BotMedia } from '../bot-media.js';
import type { Sent } from '../examined-server.js';
import type { MediaRates } from '../webrtc/synthetic-media.js';
import type { RouterCalls } from './router-calls.js';

/** What is sent, and how much of it everyone who watches is sent. */
export interface ShowOptions {
  /** Each sends a camera in two layers and a microphone. */
  publishers: number;
  /** So many of them speak, all the time; these are heard by everyone. */
  speakers: number;
  rates: MediaRates;
}

export interface Show extends AsyncDisposable {
  /** What arrives at everyone, in the order in which they came: first the publishers. */
  readonly everyone: readonly BotMedia[];
  /** Lets others come until there are so many who watch: every camera in its upper layer, and every voice. */
  grow(viewers: number): Promise<void>;
}

/** Where shows take place, one at a time: a server with one media worker. */
export interface Venue extends AsyncDisposable {
  readonly kind: 'meeting' | 'bare';
  /** The router of the show. */
  readonly router: RouterCalls;
  begin(options: ShowOptions): Promise<Show>;
  sent(): Promise<Sent>;
}

/** Nine pictures and four voices for everyone who watches, as a page shows them. */
export const fullShow: ShowOptions = {
  publishers: 9,
  speakers: 4,
  // As much of each layer as the sdk lets a camera send.
  rates: { framesPerSecond: 30, voicePacketsPerSecond: 50, bitrateShare: 1 },
};

export const shortShow: ShowOptions = {
  publishers: 2,
  speakers: 1,
  rates: { framesPerSecond: 15, voicePacketsPerSecond: 50 },
};

/** Joins that are under way at one time. */
export const joinsAtOnce = 8;
/** What cameras say of themselves, large enough for two layers, and what viewers show, so large that it takes the upper one. */
export const cameraSize = { width: 640, height: 360 };
/** Decibels below the loudest, for somebody who speaks. */
export const speechLevel = 30;

/** The show once it is open; of one that cannot be opened, nothing is left. */
export async function opened<Opening extends Show & { open(): Promise<void> }>(show: Opening): Promise<Opening> {
  try {
    await show.open();

    return show;
  } catch (error) {
    await show[Symbol.asyncDispose]();
    throw error;
  }
}
