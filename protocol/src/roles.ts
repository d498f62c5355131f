/** What somebody may be in a meeting; without zod, so that a client's bundle can use it alone. */

/**
 * - `host`: the room's owner, an administrator, and whom one of them made a host
 * - `moderator`: keeps the meeting in order
 * - `speaker`: sends and writes, as far as the meeting's switches let them; what everybody is at first
 * - `attendee`: sees, hears and writes, and sends nothing
 */
export const roles = ['host', 'moderator', 'speaker', 'attendee'] as const;
export type Role = (typeof roles)[number];
