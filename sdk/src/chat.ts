/** Chat: sends until stored, merges what arrives, and fetches what was missed. */
import { limits, type ChatMessage } from '@minimeet/protocol';
import { ChatLog } from './chat-log.js';
import { MeetingError } from './meeting-error.js';
import { randomId } from './random-id.js';
import { retryLimit } from './send-retry.js';
import type { Signaling } from './signaling.js';
import type { StateStore } from './state-store.js';
import type { ChatEntry, FoundMessages, OwnParticipant } from './types.js';
import { backoff, delay } from './waiting.js';

/** Milliseconds between attempts to send a message, and to fetch what a join could not give. */
const retryBackoff = { first: 500, longest: 5000 };

/** Gaps up to this many messages are closed; beyond, the older part is forgotten and can be loaded again by scrolling. */
const longestGap = 5 * limits.historyPage;

/** Control characters, as a paste may bring them along, and halves of characters: no server takes them. */
const unsendable = /(?![\t\n\r])[\p{Cc}\p{Cs}]/gu;

export class Chat {
  private readonly log = new ChatLog();
  /** Users that this client has been: a guest whose token expired comes back as another one. */
  private readonly ownUserIds = new Set<string>();
  private me: OwnParticipant | null = null;
  private signaling: Signaling | null = null;
  private left = new AbortController();
  /** Messages after this one are news. */
  private newsAfter: number | null = null;
  private startOfHistory = false;
  private sending: Promise<unknown> = Promise.resolve();
  private filling = false;
  /** What was told on a connection before what was missed was known; `null`: nothing waits. */
  private held: (() => void)[] | null = null;
  private loadingOlder: Promise<void> | null = null;

  constructor(private readonly store: StateStore) {}

  /** Listens to a connection on which this client is about to join or to come back; what is told waits until then. */
  listenTo(signaling: Signaling): void {
    this.held = [];
    const hear = (handle: () => void) => {
      if (this.held) this.held.push(handle);
      else handle();
    };
    signaling.on('new_message', ({ message }) =>
      hear(() => {
        // Where nobody could say yet what was there before, all that is told is news.
        this.newsAfter ??= message.sequence - 1;
        this.receive([message]);
      }),
    );
    signaling.on('message_deleted', ({ sequence }) =>
      hear(() => {
        this.log.markDeleted(sequence);
        this.show();
      }),
    );
    signaling.on('message_reactions', ({ sequence, reactions }) =>
      hear(() => {
        this.log.setReactions(sequence, reactions);
        this.show();
      }),
    );
  }

  /** Joined, or joined again. */
  enter(signaling: Signaling, me: OwnParticipant, recent: readonly ChatMessage[]): void {
    this.signaling = signaling;
    this.me = me;
    this.ownUserIds.add(me.userId);
    this.receive(recent);
    // An empty room, or the server could not read its messages in time.
    if (recent.length === 0) void this.fetchNewest(signaling);
    else this.newsAfter ??= this.log.lastSequence;
    this.release();
  }

  /** Back on the same seat. */
  resume(signaling: Signaling): void {
    this.signaling = signaling;
    void this.fetchMissed(signaling);
  }

  private release(): void {
    const held = this.held ?? [];
    this.held = null;
    for (const handle of held) handle();
  }

  /**
   * What was written since, and how people reacted meanwhile to what is known. What was told since coming back waits, so
   * that messages are news in their order; not for a chat that cannot be read now, though: then the next message shows the gap.
   */
  private async fetchMissed(signaling: Signaling): Promise<void> {
    const first = this.log.firstSequence ?? 1;
    const missed: ChatMessage[] = [];
    try {
      for (let before: number | undefined; missed.length < longestGap;) {
        const request = { ...(before !== undefined && { before }), limit: limits.historyPage };
        const { messages, hasMore } = await signaling.request('chat_history', request);
        missed.unshift(...messages);
        before = messages[0]?.sequence;
        if (!hasMore || before === undefined || before <= first) break;
      }
    } catch {
      if (this.signaling === signaling) void this.fetchNewest(signaling);
    }
    if (this.signaling !== signaling) return;
    this.receive(missed);
    this.release();
  }

  /** What the answer to a join did not give; tried as long as its connection lasts. */
  private async fetchNewest(signaling: Signaling): Promise<void> {
    const left = this.left.signal;
    for (let attempt = 0; this.signaling === signaling; attempt++) {
      try {
        const { messages, hasMore } = await signaling.request('chat_history', {});
        if (this.signaling !== signaling) return;
        this.newsAfter ??= messages.at(-1)?.sequence ?? 0;
        if (!hasMore) this.startOfHistory = true;
        return this.receive(messages);
      } catch {
        await delay(backoff(attempt, retryBackoff), left).catch(() => undefined);
      }
    }
  }

  /** The connection was lost: what is being sent waits for the next. */
  pause(): void {
    this.signaling = null;
  }

  /** The meeting is over for this client: what is being sent has failed. */
  leave(cause: MeetingError): void {
    this.pause();
    this.me = null;
    this.left.abort(cause);
    this.left = new AbortController();
  }

  /** Resolves with the stored message, however long that takes. Rejects when it is no message or will not be stored; see resend(). */
  async send(text: string): Promise<ChatMessage> {
    const trimmed = text.replace(unsendable, '').trim();
    if (!this.me) throw new MeetingError('not_joined', 'Join a room first');
    if (trimmed.length === 0 || trimmed.length > limits.messageText) {
      throw new MeetingError('invalid_payload', `A message has 1 to ${limits.messageText} characters`);
    }
    const entry: ChatEntry = {
      kind: 'text',
      clientMessageId: randomId(),
      userId: this.me.userId,
      displayName: this.me.displayName,
      isGuest: this.me.isGuest,
      text: trimmed,
      sentAt: new Date().toISOString(),
      sequence: null,
      mine: true,
      status: 'sending',
      problem: null,
      reactions: [],
    };
    this.log.addUnsent(entry);
    this.show();
    return this.deliverInOrder(entry);
  }

  /** Sends a failed message again, under the same id. */
  async resend(clientMessageId: string): Promise<ChatMessage> {
    const entry = this.log.findUnsent(clientMessageId);
    if (!this.me) throw new MeetingError('not_joined', 'Join a room first');
    if (entry?.status !== 'failed') throw new MeetingError('not_found', 'There is no such failed message');
    this.log.markUnsent(clientMessageId, 'sending', null);
    this.show();
    return this.deliverInOrder(entry);
  }

  /** Adds the page of history before the oldest known message. */
  loadOlder(): Promise<void> {
    this.loadingOlder ??= this.loadPage().finally(() => (this.loadingOlder = null));
    return this.loadingOlder;
  }

  /** Adds pages of history until the message with this sequence is known, if it is there. */
  async loadSince(sequence: number): Promise<void> {
    for (let first = this.log.firstSequence; first !== null && first > sequence && !this.startOfHistory;) {
      await this.loadPageInTime(limits.historyPage);
      const next = this.log.firstSequence;
      if (next === first) return;
      first = next;
    }
  }

  async react(sequence: number, emoji: string, reacted: boolean): Promise<void> {
    const { reactions } = await this.connection().request('react_to_message', { sequence, emoji, reacted });
    this.log.setReactions(sequence, reactions);
    this.show();
  }

  async delete(sequence: number): Promise<void> {
    await this.connection().request('delete_message', { sequence });
    this.log.markDeleted(sequence);
    this.show();
  }

  search(text: string, page: { before?: number; limit?: number }): Promise<FoundMessages> {
    return this.connection().request('search_messages', { text, ...page });
  }

  /** Far back there may be more pages than one user may ask for at once. */
  private async loadPageInTime(limit: number): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.loadPage(limit);
      } catch (error) {
        if (MeetingError.from(error, 'internal_error').code !== 'rate_limited') throw error;
        await delay(backoff(attempt, retryBackoff), this.left.signal);
      }
    }
  }

  private async loadPage(limit: number = limits.recentMessages): Promise<void> {
    const before = this.log.firstSequence;
    if (before === null || this.startOfHistory) return;
    const { messages, hasMore } = await this.connection().request('chat_history', { before, limit });
    this.startOfHistory = !hasMore;
    this.receive(messages);
    this.show();
  }

  /** One message after the other, so that they are stored in the order in which they were written. */
  private deliverInOrder(entry: ChatEntry): Promise<ChatMessage> {
    const { signal } = this.left;
    const delivery = this.sending.then(() => this.deliver(entry, signal));
    this.sending = delivery.catch(() => undefined);
    return delivery;
  }

  private async deliver({ clientMessageId, text }: ChatEntry, left: AbortSignal): Promise<ChatMessage> {
    const begun = Date.now();
    for (let attempt = 0; ; attempt++) {
      try {
        left.throwIfAborted();
        const { message } = await this.connection().request('send_message', { text, clientMessageId });
        this.receive([message]);
        return message;
      } catch (thrown) {
        const error = MeetingError.from(thrown, 'internal_error');
        const pause = backoff(attempt, retryBackoff);
        if (left.aborted || Date.now() + pause - begun > retryLimit(error.code)) {
          this.log.markUnsent(clientMessageId, 'failed', error.code);
          this.show();
          throw error;
        }
        this.log.markWaiting(error.code);
        this.show();
        await delay(pause, left).catch(() => undefined);
      }
    }
  }

  private receive(messages: readonly ChatMessage[]): void {
    const lastBefore = this.log.lastSequence;
    const added = this.log.merge(messages, ({ kind, userId }) => isWritten(kind) && this.ownUserIds.has(userId));
    // Only with what is new: who loads history wants to keep it.
    if (this.log.lastSequence > lastBefore && this.log.forgetOldest()) this.startOfHistory = false;
    this.show();
    for (const message of added) {
      const news = this.newsAfter !== null && message.sequence > this.newsAfter;
      const isFromOther = message.kind === 'text' && !this.ownUserIds.has(message.userId);
      if (news && isFromOther) this.store.emit('message', message);
    }
    void this.fillGaps();
  }

  /** Fetches what lies between the messages that are known, newest first. A failure is made up for at the next message. */
  private async fillGaps(): Promise<void> {
    if (this.filling) return;
    this.filling = true;
    try {
      for (let gap = this.log.newestGap(); gap && this.signaling; gap = this.log.newestGap()) {
        const limit = Math.min(gap.missing, limits.historyPage);
        const fetched =
          gap.missing > longestGap
            ? []
            : (await this.signaling.request('chat_history', { before: gap.before, limit })).messages;
        this.receive(fetched);
        const open = this.log.newestGap();
        if (open?.before === gap.before) {
          this.log.forgetBefore(gap.before);
          this.startOfHistory = false;
          this.show();
        }
      }
    } catch {
      return;
    } finally {
      this.filling = false;
    }
  }

  private connection(): Signaling {
    if (!this.signaling) throw new MeetingError('connection_failed', 'The connection was lost');
    return this.signaling;
  }

  private show(): void {
    const first = this.log.firstSequence;
    const hasOlderMessages = first !== null && first > 1 && !this.startOfHistory;
    this.store.update({ messages: this.log.entries, hasOlderMessages });
  }
}

/** By a person, as all of an own message that is not told yet is: also when it is deleted before this client learns of it. */
function isWritten(kind: ChatMessage['kind']): boolean {
  return kind === 'text' || kind === 'deleted';
}
