/** How long a message that could not be sent is tried again. */
import type { MeetingErrorCode } from './meeting-error.js';

/** Something is away for a while; after these the message may be stored already, and the server recognises it by its clientMessageId. */
const outages = new Set<MeetingErrorCode>([
  'chat_unavailable',
  'database_unavailable',
  'timeout',
  'connection_failed',
  'server_stopping',
  'not_joined',
  'meeting_ended',
  'meeting_elsewhere',
  'rate_limited',
]);

/** Milliseconds for which a fault of the server may pass by itself. */
const faultLimit = 30_000;

/** Milliseconds for which to try again after this error: as long as the meeting lasts, for a while, or not at all. */
export function retryLimit(code: MeetingErrorCode): number {
  if (outages.has(code)) return Infinity;
  return code === 'internal_error' ? faultLimit : 0;
}
