/** Chat in the embedded SQLite database. */
import { randomUUID } from 'node:crypto';
import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { limits, type ChatMessage, type Reaction } from '@minimeet/protocol';
import { DateUtils, In, MoreThan, type DataSource, type Repository } from 'typeorm';
import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { DomainError } from '../common/domain-error.js';
import { wordsToFind, wordsToKeep } from '../common/words.js';
import { ChatMessageEntity } from './chat-message.entity.js';
import {
  assertMayDelete,
  boundedPage,
  ChatStore,
  type ChatPage,
  type ChatPageRequest,
  type ChatSearch,
  type ChatStoreOptions,
  type MessageDeletion,
  type NewChatMessage,
  type ReactionChange,
} from './chat-store.js';
import { tooManyReactions, type SingleReaction } from './reactions.js';
import { toChatMessage } from './stored-message.js';

/** Messages that are compared with a search before others may ask. */
const SEARCH_CANDIDATES = 300;
/** Messages that are deleted at one time, and bytes of their lists of words: some thousand entries of the index. */
const DELETED_MESSAGES = 50;
const DELETED_WORD_BYTES = 4000;

/** Every change is one statement, so that nothing comes between its parts; triggers keep `chat_rooms` and `chat_words`. */
const APPEND = `
  INSERT INTO chat_messages
    (id, "roomId", sequence, kind, "userId", "displayName", "isGuest", "clientMessageId", text, words, "sentAt")
  SELECT $id, $roomId, coalesce((SELECT "lastSequence" FROM chat_rooms WHERE "roomId" = $roomId), 0) + 1, $kind, $userId, $displayName, $isGuest, $clientMessageId, $text, $words, $sentAt
  WHERE true
  ON CONFLICT ("roomId", "userId", "clientMessageId") DO NOTHING
  RETURNING sequence`;

/** How long the newest messages are, so that no more are read than one answer carries. */
const OUTLINE = `
  SELECT sequence, octet_length(text) AS bytes FROM chat_messages
  WHERE "roomId" = $roomId AND sequence < $before AND "sentAt" > $keptSince ORDER BY sequence DESC LIMIT $limit`;

const OUTLINE_OF_FOUND = `
  SELECT sequence, octet_length(text) AS bytes FROM chat_messages
  WHERE "roomId" = $roomId AND sequence IN (SELECT value FROM json_each($sequences)) AND kind = 'text' AND "sentAt" > $keptSince
  ORDER BY sequence DESC`;

/** Those that have one of the words, newest first, and whether they have the others: some at a time, however many there are. */
const SEARCH_PORTION = `
  SELECT sequence, NOT EXISTS (
    SELECT 1 FROM json_each($others) other
    WHERE NOT EXISTS (
      SELECT 1 FROM chat_words
      WHERE "roomId" = $roomId AND word = other.value AND sequence = candidate.sequence
    )
  ) AS matches
  FROM (
    SELECT sequence FROM chat_words
    WHERE "roomId" = $roomId AND word = $word AND sequence < $before ORDER BY sequence DESC LIMIT ${SEARCH_CANDIDATES}
  ) candidate ORDER BY sequence DESC`;

const ADD_REACTION = `
  INSERT INTO chat_reactions ("roomId", sequence, emoji, "userId")
  SELECT $roomId, $sequence, $emoji, $userId
  WHERE EXISTS (SELECT 1 FROM chat_messages WHERE "roomId" = $roomId AND sequence = $sequence AND kind = 'text')
    AND (
      EXISTS (SELECT 1 FROM chat_reactions WHERE "roomId" = $roomId AND sequence = $sequence AND emoji = $emoji)
      OR (SELECT count(DISTINCT emoji) FROM chat_reactions WHERE "roomId" = $roomId AND sequence = $sequence)
        < ${limits.reactionsPerMessage}
    )
  ON CONFLICT DO NOTHING`;

const TAKE_BACK_REACTION = `
  DELETE FROM chat_reactions WHERE "roomId" = $roomId AND sequence = $sequence AND emoji = $emoji AND "userId" = $userId`;

/** A trigger removes the words that the message had; what a crash leaves of the reactions is not shown any more. */
const DELETE_MESSAGE = [
  `UPDATE chat_messages SET kind = 'deleted', text = '', words = '[]' WHERE "roomId" = $roomId AND sequence = $sequence`,
  `DELETE FROM chat_reactions WHERE "roomId" = $roomId AND sequence = $sequence`,
];

const REACTIONS = `
  SELECT sequence, emoji, "userId" FROM chat_reactions
  WHERE "roomId" = $roomId AND sequence IN (SELECT value FROM json_each($sequences)) ORDER BY id`;

/** Few at a time, because nothing else happens while the embedded database works: one at least, whatever its words. */
const deletePortion = (which: string) => `
  DELETE FROM chat_messages WHERE id IN (
    SELECT id FROM (
      SELECT id, sum(octet_length(words)) OVER (ORDER BY number) - octet_length(words) AS before
      FROM (SELECT rowid AS number, id, words FROM chat_messages WHERE ${which} LIMIT ${DELETED_MESSAGES})
    ) WHERE before < ${DELETED_WORD_BYTES}
  ) RETURNING 1`;

const DELETE_EXPIRED = deletePortion('"sentAt" <= $keptSince');
const DELETE_PORTION_OF_ROOM = deletePortion('"roomId" = $roomId');

/** Milliseconds between two deletions of what has expired. */
const EXPIRY_INTERVAL = 3_600_000;

/** What is known of a message without reading it. */
interface Outline {
  sequence: number;
  bytes: number;
}

export class EmbeddedChatStore extends ChatStore implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(EmbeddedChatStore.name);
  private expiry: NodeJS.Timeout | undefined;
  private readonly messages: Repository<ChatMessageEntity>;

  constructor(
    private readonly dataSource: DataSource,
    options: ChatStoreOptions = {},
  ) {
    super(options);
    this.messages = dataSource.getRepository(ChatMessageEntity);
  }

  onModuleInit(): void {
    if (this.retains) {
      const deleteExpired = () => void this.deleteExpired().catch((error: unknown) => this.logger.error(String(error)));
      deleteExpired();
      this.expiry = setInterval(deleteExpired, EXPIRY_INTERVAL).unref();
    }
  }

  onModuleDestroy(): void {
    clearInterval(this.expiry);
  }

  override async append(message: NewChatMessage): Promise<{ message: ChatMessage; stored: boolean }> {
    const { roomId, kind = 'text', userId, displayName, isGuest = false } = message;
    const { clientMessageId, text, sentAt = this.now() } = message;
    const id = randomUUID();
    const inserted = await this.ask<{ sequence: number }>(APPEND, {
      id,
      roomId,
      kind,
      userId,
      displayName,
      isGuest: Number(isGuest),
      clientMessageId,
      text,
      words: JSON.stringify(wordsToKeep(text)),
      sentAt: DateUtils.mixedDateToUtcDatetimeString(sentAt),
    });
    const sequence = inserted[0]?.sequence;
    if (sequence !== undefined) {
      return { message: toChatMessage({ ...message, id, sequence, kind, isGuest, sentAt }, []), stored: true };
    }
    const first = await this.messages.findOneByOrFail({ roomId, userId, clientMessageId });
    return { message: (await this.withReactions(roomId, [first]))[0]!, stored: false };
  }

  override async page(roomId: string, { before, limit }: ChatPageRequest): Promise<ChatPage> {
    const outline = await this.ask<Outline>(OUTLINE, {
      roomId,
      before: before ?? Number.MAX_SAFE_INTEGER,
      keptSince: this.keptSinceText,
      // One more than asked for, to see whether there is more.
      limit: limit + 1,
    });
    const { messages, hasMore } = await this.load(roomId, outline, limit);
    return { messages: messages.reverse(), hasMore };
  }

  override async search(roomId: string, { text, before, limit }: ChatSearch): Promise<ChatPage> {
    const words = wordsToFind(text);
    if (words.length === 0) {
      return { messages: [], hasMore: false };
    }
    const sequences = JSON.stringify(await this.find(roomId, words, before ?? Number.MAX_SAFE_INTEGER, limit + 1));
    const outline = await this.ask<Outline>(OUTLINE_OF_FOUND, { roomId, sequences, keptSince: this.keptSinceText });
    return this.load(roomId, outline, limit);
  }

  override async react({ roomId, sequence, userId, emoji, reacted }: ReactionChange): Promise<Reaction[]> {
    const message = await this.messages.findOneBy({ roomId, sequence, kind: 'text', sentAt: MoreThan(this.keptSince) });
    if (!message) {
      throw new DomainError('message_not_found');
    }
    await this.ask(reacted ? ADD_REACTION : TAKE_BACK_REACTION, { roomId, sequence, emoji, userId });
    const { reactions } = (await this.withReactions(roomId, [message]))[0]!;
    if (reacted && reactions.length >= limits.reactionsPerMessage && !reactions.some((one) => one.emoji === emoji)) {
      throw tooManyReactions();
    }
    return reactions;
  }

  override async delete({ roomId, sequence, writtenBy }: MessageDeletion): Promise<boolean> {
    const message = await this.messages.findOneBy({
      roomId,
      sequence,
      kind: In(['text', 'deleted']),
      sentAt: MoreThan(this.keptSince),
    });
    assertMayDelete(message, writtenBy);
    if (message?.kind === 'deleted') {
      return false;
    }
    for (const statement of DELETE_MESSAGE) {
      await this.ask(statement, { roomId, sequence });
    }
    return true;
  }

  override async deleteRoom(roomId: string): Promise<void> {
    await this.deleteInPortions(DELETE_PORTION_OF_ROOM, { roomId });
    // Last, and with whatever was written meanwhile: until then its number is known.
    await this.ask('DELETE FROM chat_rooms WHERE "roomId" = $roomId', { roomId });
  }

  override refuses(error: unknown): boolean {
    return !isDatabaseUnavailable(error);
  }

  /** Deletes what is too old to be given. */
  async deleteExpired(): Promise<void> {
    await this.deleteInPortions(DELETE_EXPIRED, { keptSince: this.keptSinceText });
  }

  private async deleteInPortions(statement: string, parameters: Record<string, unknown>): Promise<void> {
    let deleted: unknown[];
    do {
      deleted = await this.ask(statement, parameters);
      // Others come in between.
      await new Promise(setImmediate);
    } while (deleted.length > 0);
  }

  /** The sequences of messages that have all these words, newest first; others may ask in between. */
  private async find(roomId: string, [word, ...others]: string[], newest: number, most: number): Promise<number[]> {
    const found: number[] = [];
    for (let before = newest; found.length < most;) {
      const portion = await this.ask<{ sequence: number; matches: 0 | 1 }>(SEARCH_PORTION, {
        roomId,
        word,
        others: JSON.stringify(others),
        before,
      });
      found.push(...portion.flatMap(({ sequence, matches }) => (matches ? [sequence] : [])));
      if (portion.length < SEARCH_CANDIDATES) {
        break;
      }
      before = portion.at(-1)!.sequence;
      await new Promise(setImmediate);
    }
    return found.slice(0, most);
  }

  /** The messages of an outline, newest first, as far as one answer carries them. @param limit how many were asked for */
  private async load(roomId: string, outline: readonly Outline[], limit: number): Promise<ChatPage> {
    let bytes = 0;
    const sequences = outline
      .slice(0, limit)
      .filter((message, index) => (bytes += message.bytes) <= limits.historyBytes || index === 0)
      .map(({ sequence }) => sequence);
    const newestFirst = await this.messages.find({
      where: { roomId, sequence: In(sequences) },
      order: { sequence: 'DESC' },
    });
    const { messages } = boundedPage(await this.withReactions(roomId, newestFirst), limit);
    return { messages, hasMore: outline.length > messages.length };
  }

  private get keptSinceText(): string {
    return DateUtils.mixedDateToUtcDatetimeString(this.keptSince);
  }

  /** Runs a statement; its parameters are named. */
  private ask<Row>(statement: string, parameters: Record<string, unknown>): Promise<Row[]> {
    return this.dataSource.query(statement, [parameters]);
  }

  private async withReactions(roomId: string, messages: ChatMessageEntity[]): Promise<ChatMessage[]> {
    if (messages.length === 0) {
      return [];
    }
    const sequences = JSON.stringify(messages.map(({ sequence }) => sequence));
    const single = await this.ask<SingleReaction & { sequence: number }>(REACTIONS, { roomId, sequences });
    const bySequence = new Map<number, SingleReaction[]>(messages.map(({ sequence }) => [sequence, []]));
    single.forEach((reaction) => bySequence.get(reaction.sequence)?.push(reaction));
    return messages.map((message) => toChatMessage(message, bySequence.get(message.sequence) ?? []));
  }
}
