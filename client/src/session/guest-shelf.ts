/**
 * The newest tokens of guests, for tabs that are copies of each other. A tab keeps its guest for itself (`sessionStorage`), so that several
 * windows are several people; but a browser that duplicates a tab copies that too, and each refresh token is good once. So what
 * one of the copies got for it lies here, where all of them look before they exchange it.
 */
import type { Session } from '@minimeet/protocol';
import { isSession } from './account';
import type { Shelf } from './renewal';
import { isRecord, readStored, storedUnder, writeStored } from './stored';

interface Kept {
  session: Session;
  /** Milliseconds since 1970. */
  at: number;
}

const prefix = 'minimeet.guest.';
/** Milliseconds after which no refresh token is good any more, unless the server's settings say otherwise. */
const lifetime = 30 * 86_400_000;

/** @param id of a guest, or of what copies of a tab have in common */
export function guestShelf(id: string): Shelf {
  const key = prefix + id;
  return {
    load: () => readStored(() => localStorage, key, isKept)?.session ?? null,
    keep: (session) => {
      // First: where there is no room for the new ones, old ones would be taken for the newest.
      writeStored(() => localStorage, key, null);
      forgetOld();
      if (session) writeStored(() => localStorage, key, { session, at: Date.now() } satisfies Kept);
    },
  };
}

function forgetOld(): void {
  for (const key of storedKeys()) {
    const kept = readStored(() => localStorage, key, isKept);
    if (!kept || Date.now() - kept.at > lifetime) writeStored(() => localStorage, key, null);
  }
}

function storedKeys(): string[] {
  try {
    const before = storedUnder('');
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(before + prefix))
      .map((key) => key.slice(before.length));
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is Kept {
  return isRecord(value) && isSession(value['session']) && typeof value['at'] === 'number';
}
