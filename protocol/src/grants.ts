/** What a join token lets somebody do; without zod, so that a client's bundle can use it alone. */
import type { Role } from './roles.js';

/**
 * - `join`: come in; every token has it
 * - `publish`: send a microphone and a camera
 * - `subscribe`: receive what others send
 * - `chat`: write, and react to messages
 * - `screen`: share a screen with its sound
 * - `moderate`: be a moderator or a host
 * - `record`: nothing, as long as there is no recording
 */
export const grants = ['join', 'publish', 'subscribe', 'chat', 'screen', 'moderate', 'record'] as const;
export type Grant = (typeof grants)[number];

/**
 * What a token grants that does not say: to an attendee as to a speaker, so that a moderator can have them speak; to moderate
 * is for those alone who come as moderators or hosts.
 */
export function grantsByDefault(role: Role): Grant[] {
  return role === 'host' || role === 'moderator' ? [...grants] : ['join', 'publish', 'subscribe', 'chat', 'screen'];
}
