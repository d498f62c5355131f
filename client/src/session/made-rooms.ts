/**
 * Which guest made a room, for the browser: a tab's guest goes with the tab, and who made a room has to find back to it as its owner.
 * One tab at a time is that guest, so that several windows of one browser are several people.
 */
import type { Session } from '@minimeet/protocol';
import { guestShelf } from './guest-shelf';
import { isRecord, readStored, writeStored } from './stored';

interface Made {
  userId: string;
  /** Milliseconds since 1970. */
  at: number;
}

const prefix = 'minimeet.made.';
/** Rooms that are remembered: more than anybody makes as a guest. */
const most = 50;

/** A guest has made this room. */
export function keepMaker(slug: string, session: Session): void {
  forgetOldest();
  writeStored(() => localStorage, prefix + slug, { userId: session.user.id, at: Date.now() } satisfies Made);
  guestShelf(session.user.id).keep(session);
  holdGuest(session.user.id);
}

/** The newest session of the guest who made this room, unless another tab has it. */
export async function makerOf(slug: string): Promise<Session | null> {
  const made = readStored(() => localStorage, prefix + slug, isMade);
  const session = made && guestShelf(made.userId).load();
  return session && !(await isHeld(session.user.id)) ? session : null;
}

const held = new Set<string>();

/** This tab is that guest, as long as it is open. */
export function holdGuest(userId: string): void {
  if (held.has(userId)) return;
  held.add(userId);
  // Never released: the browser does so when the tab closes.
  void locks()?.request(nameOf(userId), { mode: 'shared' }, () => new Promise(() => undefined));
}

async function isHeld(userId: string): Promise<boolean> {
  if (held.has(userId)) return false;
  const { held: all = [] } = (await locks()?.query()) ?? {};
  return all.some(({ name }) => name === nameOf(userId));
}

const nameOf = (userId: string) => `minimeet.guest-tab.${userId}`;
/** Pages that are not served safely have none, and no camera either. */
const locks = () => (navigator as Partial<Navigator>).locks;

function forgetOldest(): void {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    const at = (key: string) => readStored(() => localStorage, key, isMade)?.at ?? 0;
    keys
      .sort((one, other) => at(other) - at(one))
      .slice(most - 1)
      .forEach((key) => writeStored(() => localStorage, key, null));
  } catch {
    // Where nothing is stored, there is nothing to forget.
  }
}

function isMade(value: unknown): value is Made {
  return isRecord(value) && typeof value['userId'] === 'string' && typeof value['at'] === 'number';
}
