/** What is measured of growth, and how. */
import type { MediaRates } from '../webrtc/synthetic-media.js';

export interface GrowthOptions {
  /** Participants of each meeting, in order. */
  sizes: readonly number[];
  /** Pictures on the screen of each bot. */
  tiles: number;
  rates: MediaRates;
  /** Of so many participants one speaks. */
  speakerOf: number;
  /** Seconds over which packets are counted. */
  seconds: number;
  /** Milliseconds between two looks at what has settled. */
  apart: number;
  workers: number;
  /** Called with each thing that is worth a line. */
  say(line: string): void;
}

/** What one meeting was like, per participant and second where nothing else is said. */
export interface GrowthFigures {
  participants: number;
  speakers: number;
  packets: number;
  videoPackets: number;
  /** What the server says that it sent. */
  bytes: number;
  /** Of one core, all media workers and all participants together. */
  workerCpu: number;
  /** Of all packets, 0 to 1. */
  lost: number;
  /** Of packets that were tried whether the keys fit, those of which they did not; the same for all. */
  undecipherable: number;
}

export interface GrowthReport {
  options: Omit<GrowthOptions, 'say'>;
  /** The server as it is, with views. Each of the two ends before the first size that the machine cannot carry. */
  plan: GrowthFigures[];
  /** Everyone sees everyone, and as many voices get through as the server can be told to. */
  everything: GrowthFigures[];
}

/** Sizes from which on a meeting counts as large: what is forwarded shall not grow any more. */
export const largeFrom = 16;
