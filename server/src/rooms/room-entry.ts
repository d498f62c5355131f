/** How people come into a room, and how its owner changes that. */
import type { RoomAccess, UpdateRoom } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';
import { hashPassword } from '../users/password.js';

export interface RoomEntry {
  access: RoomAccess;
  /** `null` unless the access is `password`. */
  passwordHash: string | null;
  lobby: boolean;
}

/** Of a room whose owner says nothing else. */
export const openEntry: RoomEntry = { access: 'open', passwordHash: null, lobby: false };

/**
 * What becomes of the entry. A password makes the access `password`, to take it away opens the room, and with another access
 * it is forgotten.
 *
 * @throws invalid_payload for a password without its access, and the other way round
 */
export async function changedEntry(
  entry: RoomEntry,
  change: Pick<UpdateRoom, 'access' | 'password' | 'lobby'>,
): Promise<RoomEntry> {
  const { password } = change;
  const lobby = change.lobby ?? entry.lobby;
  const access = change.access ?? (password === undefined ? entry.access : accessBy(password, entry.access));

  if (access !== 'password') {
    if (typeof password === 'string') {
      throw faultyPassword('goes with the access password only');
    }

    return { access, passwordHash: null, lobby };
  }

  const passwordHash = typeof password === 'string' ? await hashPassword(password) : entry.passwordHash;

  if (passwordHash === null || password === null) {
    throw faultyPassword('is needed for the access password');
  }

  return { access, passwordHash, lobby };
}

function accessBy(password: string | null, before: RoomAccess): RoomAccess {
  if (password !== null) {
    return 'password';
  }

  return before === 'password' ? 'open' : before;
}

function faultyPassword(message: string): DomainError {
  return new DomainError('invalid_payload', undefined, [{ path: ['password'], message }]);
}
