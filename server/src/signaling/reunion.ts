/** Makes up for what other servers said while this one could not hear them: that somebody's access ended, that a room was deleted. */
import { DomainError } from '../common/domain-error.js';

export interface ReunionOptions<Connection> {
  connections: Iterable<Connection>;
  /** @throws unauthorized */
  authenticate(connection: Connection): Promise<unknown>;
  disconnect(connection: Connection): void;
  roomIds: Iterable<string>;
  /** @throws room_not_found */
  resolveRoom(roomId: string): Promise<unknown>;
  closeRoom(roomId: string): Promise<void>;
}

/** Looks at everything again, one after the other, as there is no hurry. What cannot be looked at now stays as it is. */
export async function catchUp<Connection>(options: ReunionOptions<Connection>): Promise<void> {
  const { connections, authenticate, disconnect, roomIds, resolveRoom, closeRoom } = options;

  for (const connection of [...connections]) {
    if (await fails(authenticate(connection), 'unauthorized')) {
      disconnect(connection);
    }
  }

  for (const roomId of [...roomIds]) {
    if (await fails(resolveRoom(roomId), 'room_not_found')) {
      await closeRoom(roomId);
    }
  }
}

async function fails(attempt: Promise<unknown>, code: DomainError['code']): Promise<boolean> {
  try {
    await attempt;

    return false;
  } catch (error) {
    return error instanceof DomainError && error.code === code;
  }
}
