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

export class ChatLog {
  private stored: readonly StoredEntry[] = [];
  private unsent: readonly ChatEntry[] = [];
  private all: readonly ChatEntry[] = [];
  /** Sequences: of one that is deleted while it is being fetched, what was there before may come afterwards. */
  private readonly deleted = new Set<number>();

  get entries(): readonly ChatEntry[] {
    return this.all;
  }

  get firstSequence(): number | null {
    return this.stored[0]?.sequence ?? null;
  }

  get lastSequence(): number {
    return this.stored.at(-1)?.sequence ?? 0;
  }

  /** Adds stored messages that are not known yet, in any order; returns those that were added, by sequence. An own unsent one becomes the stored one. */
  merge(messages: readonly ChatMessage[], isMine: (message: ChatMessage) => boolean): ChatMessage[] {
    const known = new Set(this.stored.map(({ sequence }) => sequence));
    const added = new Map<number, ChatMessage>();
    for (const message of messages) {
      if (!known.has(message.sequence)) added.set(message.sequence, message);
      else if (message.kind === 'deleted') this.markDeleted(message.sequence);
      else this.setReactions(message.sequence, message.reactions);
    }
    if (added.size === 0) return [];
    for (const [sequence, message] of added) {
      if (this.deleted.has(sequence)) added.set(sequence, { ...message, ...deletion });
    }
    const entries = [...added.values()].map((message) => storedEntry(message, isMine(message)));
    this.stored = [...this.stored, ...entries].sort((one, other) => one.sequence - other.sequence);
    const arrived = new Set(entries.flatMap(({ mine, clientMessageId }) => (mine ? [clientMessageId] : [])));
    this.unsent = this.unsent.filter(({ clientMessageId }) => !arrived.has(clientMessageId));
    this.rebuild();
    return [...added.values()].sort((one, other) => one.sequence - other.sequence);
  }

  addUnsent(entry: ChatEntry): void {
    this.unsent = [...this.unsent, entry];
    this.rebuild();
  }

  /** The own unsent message with this id. */
  findUnsent(clientMessageId: string): ChatEntry | undefined {
    return this.unsent.find((entry) => entry.clientMessageId === clientMessageId);
  }

  markUnsent(clientMessageId: string, status: 'sending' | 'failed', problem: MeetingErrorCode | null): void {
    this.unsent = this.unsent.map((entry) =>
      entry.clientMessageId === clientMessageId ? { ...entry, status, problem } : entry,
    );
    this.rebuild();
  }

  /** All that wait to be sent: they wait for the same. */
  markWaiting(problem: MeetingErrorCode): void {
    this.unsent = this.unsent.map((entry) =>
      entry.status === 'failed' ? entry : { ...entry, status: 'retrying', problem },
    );
    this.rebuild();
  }

  /** What people think of a message now. Nothing happens if it is not known. */
  setReactions(sequence: number, reactions: readonly Reaction[]): void {
    const known = this.stored.find((entry) => entry.sequence === sequence);
    if (!known || JSON.stringify(known.reactions) === JSON.stringify(reactions)) return;
    this.stored = this.stored.map((entry) => (entry === known ? { ...entry, reactions } : entry));
    this.rebuild();
  }

  /** Its place and its writer stay. One that is not known is remembered, should it still come. */
  markDeleted(sequence: number): void {
    this.deleted.add(sequence);
    const known = this.stored.find((entry) => entry.sequence === sequence);
    if (known?.kind !== 'text') return;
    this.stored = this.stored.map((entry) => (entry === known ? { ...known, ...deletion } : entry));
    this.rebuild();
  }

  /** The newest gap: sequences have none in themselves, so one means that messages were missed. */
  newestGap(): Gap | null {
    for (let index = this.stored.length - 1; index > 0; index--) {
      const { sequence } = this.stored[index]!;
      const missing = sequence - this.stored[index - 1]!.sequence - 1;
      if (missing > 0) return { before: sequence, missing };
    }
    return null;
  }

  forgetBefore(sequence: number): void {
    this.stored = this.stored.filter((entry) => entry.sequence >= sequence);
    this.rebuild();
  }

  private rebuild(): void {
    this.all = [...this.stored, ...this.unsent];
  }
}

function storedEntry(message: ChatMessage, mine: boolean): StoredEntry {
  const { kind, clientMessageId, userId, displayName, text, sentAt, sequence, reactions } = message;
  return {
    kind,
    clientMessageId,
    userId,
    displayName,
    text,
    sentAt,
    sequence,
    mine,
    status: 'sent',
    problem: null,
    reactions,
  };
}
