/** Messages that are about to be deleted, and for a moment can be kept. */
import { MeetingError, type MeetingClient } from '@minimeet/sdk';
import type { Store } from '../common/use-store';

/** Milliseconds in which a deletion can be undone. */
const undoTime = 5000;

/** `state`: sequences of the messages that will be deleted. */
export class PendingDeletions implements Store<ReadonlySet<number>> {
  private current: ReadonlySet<number> = new Set();
  private readonly timers = new Map<number, ReturnType<typeof setTimeout>>();
  private readonly listeners = new Set<() => void>();

  /** @param remove deletes a message for good */
  constructor(private readonly remove: (sequence: number) => Promise<void>) {}

  get state(): ReadonlySet<number> {
    return this.current;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** Deletes the message after a moment. @param failed called where that could not be done */
  add(sequence: number, failed: () => void): void {
    if (this.timers.has(sequence)) return;
    const timer = setTimeout(() => void this.commit(sequence, failed), undoTime);
    this.timers.set(sequence, timer);
    this.set(new Set([...this.current, sequence]));
  }

  undo(sequence: number): void {
    clearTimeout(this.timers.get(sequence));
    this.forget(sequence);
  }

  /** At once, when the meeting is left. */
  commitAll(): void {
    for (const sequence of [...this.timers.keys()]) {
      clearTimeout(this.timers.get(sequence));
      void this.commit(sequence, () => undefined);
    }
  }

  private async commit(sequence: number, failed: () => void): Promise<void> {
    this.timers.delete(sequence);
    try {
      await this.remove(sequence);
    } catch (error) {
      // It is hidden no longer. Where the meeting was left meanwhile, nobody is there to be told.
      if (!(error instanceof MeetingError && error.code === 'aborted')) failed();
    }
    this.forget(sequence);
  }

  private forget(sequence: number): void {
    this.timers.delete(sequence);
    this.set(new Set([...this.current].filter((each) => each !== sequence)));
  }

  private set(state: ReadonlySet<number>): void {
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}

const ofClients = new WeakMap<MeetingClient, PendingDeletions>();

/** Those of a meeting, also while the chat is closed. */
export function pendingDeletions(client: MeetingClient): PendingDeletions {
  const known = ofClients.get(client);
  if (known) return known;
  const pending = new PendingDeletions((sequence) => client.deleteMessage(sequence));
  ofClients.set(client, pending);
  return pending;
}
