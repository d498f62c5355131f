/** How a server that is not there, or does not take this client in, is looked for: after which errors, how often, for how long. */
import type { MeetingErrorCode } from './meeting-error.js';
import type { ReconnectOptions } from './types.js';
import { backoff, delay } from './waiting.js';

/** A restart takes a second or two, and to wait for long between two looks would add to that. Milliseconds. */
const usual: Required<Omit<ReconnectOptions, 'muteAfter'>> = { attempts: 90, firstDelay: 250, longestDelay: 5000 };
/** With each attempt, so that the wait that is in vain stays a fraction of how long the server was away. */
const growth = 1.25;

/** Milliseconds that pass for each of those whose meeting was ended together before they come back, and at most. */
const turnOfEach = 20;
const longestTurns = 4000;

/**
 * For how long, in milliseconds, a server that does not take this client in is believed that another one hosts the
 * meeting: longer than a room is kept for a server that died.
 */
export const elsewherePatience = 20_000;

/** Coming back cannot help against these. */
export const finalCodes = new Set<MeetingErrorCode>([
  'unauthorized',
  'invalid_token',
  'access_ended',
  'not_allowed',
  'password_required',
  'wrong_password',
  'lobby_refused',
  'invalid_payload',
  'unsupported_media',
  'not_supported',
]);

/** Against these, another attempt to come back to the same seat may help. */
export const passingCodes = new Set<MeetingErrorCode>([
  'connection_failed',
  'timeout',
  'rate_limited',
  // The server may not have noticed yet that connections of before are gone.
  'too_many_connections',
  'unauthorized',
]);

/** With these, a server that was found stopping is not back yet. */
export const restartCodes = new Set<MeetingErrorCode>(['server_stopping', 'connection_failed', 'timeout']);

export class Search {
  private readonly options: Required<Omit<ReconnectOptions, 'muteAfter'>>;

  constructor(options: ReconnectOptions = {}) {
    this.options = { ...usual, ...options };
  }

  get attempts(): number {
    return this.options.attempts;
  }

  /** Before the attempt of this number, counted from 0; rejects with the signal's reason. */
  pause(attempt: number, signal: AbortSignal): Promise<void> {
    const { firstDelay: first, longestDelay: longest } = this.options;
    return delay(backoff(attempt, { first, longest, growth }), signal);
  }
}

/** Milliseconds, by chance, after which one of so many comes back, so that they do not all ask to be let in at once. */
export function turnAmong(count: number): number {
  return Math.random() * Math.min(count * turnOfEach, longestTurns);
}
