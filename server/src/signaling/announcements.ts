/** What a meeting says to all its participants: at once while little happens, together while much does. */

/** Milliseconds for which things are collected that are then told in one packet. */
const WINDOW = 200;
/** So many packets in a window are told at once; when there are more, it is a rush. */
const AT_ONCE = 10;

export interface Announcement {
  event: string;
  payload: object;
}

/** Where it is heard. */
export interface Audience {
  toAll(announcement: Announcement, exceptIds: readonly string[]): void;
  toOne(participantId: string, announcement: Announcement): void;
}

/**
 * A participant gets what is said after they came, in order, and nothing else: while things are collected, who comes, and who is not to
 * hear one of them, has a list of their own. In a rush, each packet is encoded once for all the others.
 */
export class Announcements {
  private timer: NodeJS.Timeout | undefined;
  private toldInWindow = 0;
  /** `null` while there is no rush. */
  private collected: Announcement[] | null = null;
  /** By participant id. */
  private readonly ownLists = new Map<string, Announcement[]>();

  constructor(private readonly audience: Audience) {}

  /** @param exceptId the participant who is not to hear it */
  say(announcement: Announcement, exceptId: string | null): void {
    if (this.collected === null && this.toldInWindow < AT_ONCE) {
      this.toldInWindow += 1;
      this.audience.toAll(announcement, exceptId === null ? [] : [exceptId]);
    } else {
      this.collect(announcement, exceptId);
    }

    this.timer ??= setTimeout(() => this.endWindow(), WINDOW);
  }

  /** What was said until now is known to this participant, or is none of their business. */
  begin(participantId: string): void {
    if (this.collected !== null) {
      this.ownLists.set(participantId, []);
    }
  }

  leave(participantId: string): void {
    this.ownLists.delete(participantId);
  }

  /** Tells what is collected now. */
  flush(): void {
    const collected = this.collected ?? [];
    const ownLists = [...this.ownLists];
    this.ownLists.clear();
    this.collected &&= [];

    if (collected.length > 0) {
      this.audience.toAll(
        together(collected),
        ownLists.map(([participantId]) => participantId),
      );
    }

    for (const [participantId, own] of ownLists) {
      if (own.length > 0) {
        this.audience.toOne(participantId, together(own));
      }
    }
  }

  /** Nothing is said any more. What is collected is told first. */
  close(): void {
    this.flush();
    clearTimeout(this.timer);
  }

  private collect(announcement: Announcement, exceptId: string | null): void {
    this.collected ??= [];

    if (exceptId !== null && !this.ownLists.has(exceptId)) {
      this.ownLists.set(exceptId, [...this.collected]);
    }

    this.collected.push(announcement);

    for (const [participantId, own] of this.ownLists) {
      if (participantId !== exceptId) {
        own.push(announcement);
      }
    }
  }

  /** The rush is over when nothing happened for a whole window. */
  private endWindow(): void {
    const isRush = this.collected !== null && this.collected.length > 0;
    this.flush();
    this.toldInWindow = 0;

    if (isRush) {
      this.timer = setTimeout(() => this.endWindow(), WINDOW);
    } else {
      this.timer = undefined;
      this.collected = null;
    }
  }
}

function together(announcements: readonly Announcement[]): Announcement {
  const [first] = announcements;

  return first && announcements.length === 1 ? first : { event: 'batch', payload: { notifications: announcements } };
}
