/**
 * Which tab of this browser is in a room's meeting: two at once hear each other. Web Locks end with their tab, whatever happens to it, and
 * can be taken from a tab that does not answer.
 */

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

const nameOf = (slug: string) => `minimeet.meeting.${slug}`;
/** Where there are no locks (pages without HTTPS), every tab is by itself. */
const alone: MeetingTab = { release: () => undefined };

/** This tab's hold on the meeting; `null` while another tab has it. */
export async function takeMeeting(
  slug: string,
  { steal = false, patienceMs = 0, onStolen }: TakeOptions,
): Promise<MeetingTab | null> {
  if (!('locks' in navigator)) return alone;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), patienceMs);
  return new Promise((resolve) => {
    let held = false;
    const options: LockOptions = steal ? { steal } : { signal: patience.signal };
    const hold = () =>
      new Promise<void>((release) => {
        held = true;
        clearTimeout(timer);
        resolve({ release });
      });
    navigator.locks.request(nameOf(slug), options, hold).catch((error: unknown) => {
      clearTimeout(timer);
      if (held) return onStolen();
      // Storage may be forbidden, and locks with it.
      resolve((error as { name?: unknown } | null)?.name === 'AbortError' ? null : alone);
    });
  });
}

/** Whether another tab of this browser is in the room's meeting. */
export async function isMeetingElsewhere(slug: string): Promise<boolean> {
  if (!('locks' in navigator)) return false;
  const { held = [] } = await navigator.locks.query().catch(() => ({ held: [] }) as LockManagerSnapshot);
  return held.some(({ name }) => name === nameOf(slug));
}
