/** What the load test and the processes that run its bots tell each other. */
import type { Counts, EncodedFigures } from './figures.js';
import type { Plan, Seat } from './plan.js';

export interface Assignment {
  plan: Plan;
  url: string;
  /** Links of the rooms, by their number in the plan. */
  rooms: string[];
  seats: Seat[];
  /** See webrtc/clock.ts. */
  clockOffset: number;
  /** Milliseconds of that clock: the moment from which seats count. */
  startAt: number;
}

export type ToGenerator =
  | { order: 'start'; assignment: Assignment }
  /** Let nothing change any more, and look at what flows. */
  | { order: 'settle' }
  | { order: 'stop' };

/** How a generator does, once a second. */
export interface Tick {
  present: number;
  counts: Counts;
  /** Milliseconds, of the second that has passed; `null` where nothing arrived. */
  latencyP50: number | null;
  latencyP99: number | null;
  /** Of one core. */
  cpu: number;
  /** Milliseconds that its event loop was late by, of the second that has passed. */
  loopDelayP99: number;
}

export interface RoomTracks {
  expected: number;
  received: number;
}

/** Why joins failed: by code or message, how often. */
export type Failures = Record<string, number>;

export interface FinalReport {
  /** By number of the room; rooms in which it has no bots are empty. */
  rooms: EncodedFigures[];
  failures: Failures;
}

export type FromGenerator =
  | { news: 'ready' }
  | { news: 'tick'; tick: Tick }
  /** Every one who is to come has joined or could not. */
  | { news: 'complete' }
  | { news: 'settled'; present: number[]; tracks: RoomTracks[] }
  | { news: 'stopped'; report: FinalReport };
