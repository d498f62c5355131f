/** Where chat messages are kept. */
import { limits, type ChatMessage, type ChatMessageKind, type Reaction } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';

export interface NewChatMessage {
  roomId: string;
  /** Without it, `text`. */
  kind?: ChatMessageKind;
  /** Who wrote it, or whom it is about. */
  userId: string;
  /** The user's name at that time. */
  displayName: string;
  /** Whether the user has no account. Without it, they have one. */
  isGuest?: boolean;
  /** Empty unless the kind is `text`. */
  text: string;
  /** Chosen by the client, so that it can send a message again without storing it twice. */
  clientMessageId: string;
  /** When it was written, or happened; without it, now. */
  sentAt?: Date;
}

export interface ChatPageRequest {
  /** Only messages with a smaller sequence than this; without it, the newest. */
  before?: number | undefined;
  limit: number;
}

export interface ChatSearch extends ChatPageRequest {
  text: string;
}

export interface ChatPage {
  messages: ChatMessage[];
  /** Whether there are messages older than these. */
  hasMore: boolean;
}

export interface ReactionChange {
  roomId: string;
  sequence: number;
  userId: string;
  emoji: string;
  /** `false` takes it back. */
  reacted: boolean;
}

export interface MessageDeletion {
  roomId: string;
  sequence: number;
  /** Only where this user wrote it; `null`: whoever did. */
  writtenBy: string | null;
}

export interface ChatStoreOptions {
  /** Messages that were sent longer ago are not given any more, and are deleted some time later. Without it, they stay. */
  retentionDays?: number | undefined;
  now?: () => Date;
}

/**
 * A page is bounded in bytes (`limits.historyBytes`) as well as in messages, as thousands of people may ask for one at once.
 *
 * Each room's messages are numbered 1, 2, 3, … without gaps, also where several processes write at the same time, and no
 * number is given twice, also when the newest messages were deleted because of their age.
 *
 * Every method rejects within some seconds when the database does not answer; what it was to do may then be done or not.
 * An abstract class, so that it is the injection token of whichever adapter is used.
 */
export abstract class ChatStore {
  private readonly retentionDays: number | undefined;
  protected readonly now: () => Date;

  constructor({ retentionDays, now = () => new Date() }: ChatStoreOptions) {
    this.retentionDays = retentionDays;
    this.now = now;
  }

  /**
   * Stores a message; it is durable once the promise is resolved. Where the same user already wrote one with this
   * `clientMessageId` in the room, that message is the answer and `stored` is false.
   */
  abstract append(message: NewChatMessage): Promise<{ message: ChatMessage; stored: boolean }>;

  /** Oldest first. */
  abstract page(roomId: string, request: ChatPageRequest): Promise<ChatPage>;

  /**
   * The written messages that have all words of the text (of many, the eight longest), newest first. Whole words count, in whatever order, without
   * regard to capitals and accents; a text without words finds nothing.
   */
  abstract search(roomId: string, search: ChatSearch): Promise<ChatPage>;

  /**
   * Adds or takes back a reaction; what is so already stays so. Answers with all reactions of the message. One more emoji
   * than `limits.reactionsPerMessage` is not added.
   *
   * @throws message_not_found where there is no written message with this sequence
   */
  abstract react(change: ReactionChange): Promise<Reaction[]>;

  /**
   * Deletes what was written: its place in the sequence stays, with the kind `deleted`, who wrote it and when; its text, its words
   * and its reactions are gone. Deleting again changes nothing, and costs one look.
   *
   * @returns whether it was there until now
   * @throws message_not_found where there is no written or deleted message with this sequence, not_allowed where another user wrote it
   */
  abstract delete(deletion: MessageDeletion): Promise<boolean>;

  /** Forgets a room's messages. */
  abstract deleteRoom(roomId: string): Promise<void>;

  /** Whether a failure is about what was to be stored, and will be the same again; otherwise it passes when the database is back. */
  abstract refuses(error: unknown): boolean;

  /** Whether messages are deleted because of their age. */
  protected get retains(): boolean {
    return this.retentionDays !== undefined;
  }

  /** Messages that were sent before this moment are too old to be given. */
  protected get keptSince(): Date {
    return this.retentionDays === undefined
      ? new Date(0)
      : new Date(this.now().getTime() - this.retentionDays * 86_400_000);
  }
}

/**
 * As many of the newest messages as one answer may carry, and one at least.
 *
 * @param newestFirst those that were asked for, and one more where there are older ones
 * @param limit how many were asked for
 */
export function boundedPage(newestFirst: readonly ChatMessage[], limit: number): ChatPage {
  let bytes = 0;
  const tooMany = newestFirst.findIndex((message, index) => {
    bytes += Buffer.byteLength(JSON.stringify(message));

    return index > 0 && bytes > limits.historyBytes;
  });
  const messages = newestFirst.slice(0, tooMany === -1 ? limit : Math.min(limit, tooMany));

  return { messages, hasMore: newestFirst.length > messages.length };
}

/** @throws message_not_found, not_allowed */
export function assertMayDelete(message: { userId: string } | null, writtenBy: string | null): void {
  if (!message) {
    throw new DomainError('message_not_found');
  }

  if (writtenBy !== null && message.userId !== writtenBy) {
    throw new DomainError('not_allowed', 'Only moderators delete what others wrote');
  }
}
