/**
 * Which tab of this browser is in a room's meeting: two at once hear each other. Web Locks end with their tab, whatever happens to it, and
 * can be taken from a tab that does not answer.
 */
import { storedUnder } from './stored';

/** A tab's hold on a room's meeting. */
export interface MeetingTab {
  release(): void;
}

interface TakeOptions {
  /** Take it from the tab that has it. */
  steal?: boolean;
  /** How long to wait for another tab to let go, in milliseconds: one that is reloaded takes a moment. */
  patienceMs?: number;
  /** Called when another tab has taken it. */
  onStolen: () => void;
}

const nameOf = (slug: string) => storedUnder(`minimeet.meeting.${slug}`);
/** Where there are no locks (pages without HTTPS), every tab is by itself. */
const alone: MeetingTab = { release: () => undefined };

/** Milliseconds between two looks whether the other tab has let go. */
const lookIntervalMs = 100;

/** This tab's hold on the meeting; `null` while another tab has it. */
export async function takeMeeting(
  slug: string,
  { steal = false, patienceMs = 0, onStolen }: TakeOptions,
): Promise<MeetingTab | null> {
  if (!('locks' in navigator)) return alone;
  const lastLook = Date.now() + patienceMs;
  for (;;) {
    // The browser's own answer, however long a busy one takes for it: a time limit would mistake slowness for another tab.
    const tab = await request(slug, steal ? { steal } : { ifAvailable: true }, onStolen);
    if (tab || Date.now() >= lastLook) return tab;
    await new Promise((resolve) => setTimeout(resolve, lookIntervalMs));
  }
}

function request(slug: string, options: LockOptions, onStolen: () => void): Promise<MeetingTab | null> {
  return new Promise((resolve) => {
    let held = false;
    const hold = (lock: Lock | null) => {
      if (!lock) return resolve(null);
      held = true;
      return new Promise<void>((release) => resolve({ release }));
    };
    navigator.locks.request(nameOf(slug), options, hold).catch(() => {
      if (held) onStolen();
      // Storage may be forbidden, and locks with it.
      else resolve(alone);
    });
  });
}

/** Whether another tab of this browser is in the room's meeting. */
export async function isMeetingElsewhere(slug: string): Promise<boolean> {
  if (!('locks' in navigator)) return false;
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] }) as LockManagerSnapshot);
  return held.some(({ name }) => name === nameOf(slug));
}
