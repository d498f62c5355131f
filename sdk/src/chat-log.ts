/** The room's messages as this client knows them: stored ones by sequence, own ones that are not stored yet after them. */
import type { ChatMessage, Reaction } from '@minimeet/protocol';
import type { MeetingErrorCode } from './meeting-error.js';
import type { ChatEntry } from './types.js';

interface StoredEntry extends ChatEntry {
  readonly sequence: number;
}

/** Stored messages that lie between two known ones, or were cut off between two visits. */
export interface Gap {
  /** The sequence of the message after the gap. */
  before: number;
  missing: number;
}

/** What is left of a message that was deleted is where it was, by whom and when. */
const deletion = { kind: 'deleted' as const, text: '', reactions: [] };

/** What a log holds at most: beyond, it forgets its older half, which can be loaded again. */
const longestLog = 10_000;

/**
 * A new message costs the same however many there are: it is put behind the others, and what is looked up is looked up
 * by its place. Only what comes from the middle (a page of history, a gap that is closed) moves others.
 */
export class ChatLog {
  /** By sequence; changed in place, and never shown: `entries` is a copy. */
  private readonly stored: StoredEntry[] = [];
  private unsent: readonly ChatEntry[] = [];
  /** `null`: something has changed since it was made. */
  private all: readonly ChatEntry[] | null = [];
  /** Sequences: of one that is deleted while it is being fetched, what was there before may come afterwards. */
  private readonly deleted = new Set<number>();

  /** The same array as long as nothing changes. */
  get entries(): readonly ChatEntry[] {
    return (this.all ??= [...this.stored, ...this.unsent]);
  }

  get firstSequence(): number | null {
    return this.stored[0]?.sequence ?? null;
  }

  get lastSequence(): number {
    return this.stored.at(-1)?.sequence ?? 0;
  }

  /** Adds stored messages that are not known yet, in any order; returns those that were added, by sequence. An own unsent one becomes the stored one. */
  merge(messages: readonly ChatMessage[], isMine: (message: ChatMessage) => boolean): ChatMessage[] {
    const added = new Map<number, ChatMessage>();
    for (const message of messages) {
      if (!this.find(message.sequence)) added.set(message.sequence, message);
      else if (message.kind === 'deleted') this.markDeleted(message.sequence);
      else this.setReactions(message.sequence, message.reactions);
    }
    if (added.size === 0) return [];
    for (const [sequence, message] of added) {
      if (this.deleted.has(sequence)) added.set(sequence, { ...message, ...deletion });
    }
    const inOrder = [...added.values()].sort(bySequence);
    const entries = inOrder.map((message) => storedEntry(message, isMine(message)));
    const isNewest = entries[0]!.sequence > this.lastSequence;
    this.stored.push(...entries);
    if (!isNewest) this.stored.sort(bySequence);
    if (this.unsent.length > 0) {
      const arrived = new Set(entries.flatMap(({ mine, clientMessageId }) => (mine ? [clientMessageId] : [])));
      this.unsent = this.unsent.filter(({ clientMessageId }) => !arrived.has(clientMessageId));
    }
    this.all = null;
    return inOrder;
  }

  addUnsent(entry: ChatEntry): void {
    this.setUnsent([...this.unsent, entry]);
  }

  /** The own unsent message with this id. */
  findUnsent(clientMessageId: string): ChatEntry | undefined {
    return this.unsent.find((entry) => entry.clientMessageId === clientMessageId);
  }

  markUnsent(clientMessageId: string, status: 'sending' | 'failed', problem: MeetingErrorCode | null): void {
    this.setUnsent(
      this.unsent.map((entry) => (entry.clientMessageId === clientMessageId ? { ...entry, status, problem } : entry)),
    );
  }

  /** All that wait to be sent: they wait for the same. */
  markWaiting(problem: MeetingErrorCode): void {
    this.setUnsent(
      this.unsent.map((entry) => (entry.status === 'failed' ? entry : { ...entry, status: 'retrying', problem })),
    );
  }

  /** What people think of a message now. Nothing happens if it is not known. */
  setReactions(sequence: number, reactions: readonly Reaction[]): void {
    const known = this.find(sequence);
    if (!known || JSON.stringify(known.reactions) === JSON.stringify(reactions)) return;
    this.replace({ ...known, reactions });
  }

  /** Its place and its writer stay. One that is not known is remembered, should it still come. */
  markDeleted(sequence: number): void {
    this.deleted.add(sequence);
    const known = this.find(sequence);
    if (known?.kind === 'text') this.replace({ ...known, ...deletion });
  }

  /** The newest gap: sequences have none in themselves, so one means that messages were missed. */
  newestGap(): Gap | null {
    // As many as there are numbers from the first to the last: no gap, without looking at each.
    if (this.lastSequence - (this.firstSequence ?? 1) + 1 === this.stored.length) return null;
    for (let index = this.stored.length - 1; index > 0; index--) {
      const { sequence } = this.stored[index]!;
      const missing = sequence - this.stored[index - 1]!.sequence - 1;
      if (missing > 0) return { before: sequence, missing };
    }
    return null;
  }

  forgetBefore(sequence: number): void {
    this.stored.splice(0, this.placeOf(sequence));
    this.all = null;
  }

  /** Forgets the older half of a log that has grown too long; answers whether it had. */
  forgetOldest(): boolean {
    if (this.stored.length <= longestLog) return false;
    this.stored.splice(0, this.stored.length - longestLog / 2);
    this.all = null;
    return true;
  }

  private find(sequence: number): StoredEntry | undefined {
    const entry = this.stored[this.placeOf(sequence)];
    return entry?.sequence === sequence ? entry : undefined;
  }

  private replace(entry: StoredEntry): void {
    this.stored[this.placeOf(entry.sequence)] = entry;
    this.all = null;
  }

  private setUnsent(unsent: readonly ChatEntry[]): void {
    this.unsent = unsent;
    this.all = null;
  }

  /** Of the first stored message with this sequence or a later one. */
  private placeOf(sequence: number): number {
    let low = 0;
    let high = this.stored.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.stored[middle]!.sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const bySequence = (one: { sequence: number }, other: { sequence: number }) => one.sequence - other.sequence;

function storedEntry(message: ChatMessage, mine: boolean): StoredEntry {
  const { kind, clientMessageId, userId, displayName, isGuest, text, sentAt, sequence, reactions } = message;
  return {
    kind,
    clientMessageId,
    userId,
    displayName,
    isGuest,
    text,
    sentAt,
    sequence,
    mine,
    status: 'sent',
    problem: null,
    reactions,
  };
}
