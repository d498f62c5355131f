/** Chat in the embedded SQLite database. */
import { randomUUID } from 'node:crypto';
import { Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { limits, type ChatMessage, type Reaction } from '@minimeet/protocol';
import { DateUtils, In, LessThan, MoreThan, type DataSource, type Repository } from 'typeorm';
import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { DomainError } from '../common/domain-error.js';
import { wordsToFind, wordsToKeep } from '../common/words.js';
import { ChatMessageEntity } from './chat-message.entity.js';
import {
  assertMayDelete,
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

/** Every change is one statement, so that nothing comes between its parts; triggers keep `chat_rooms` and `chat_words`. */
const APPEND = `
  INSERT INTO chat_messages
    (id, "roomId", sequence, kind, "userId", "displayName", "clientMessageId", text, words, "sentAt")
  SELECT $id, $roomId, coalesce((SELECT "lastSequence" FROM chat_rooms WHERE "roomId" = $roomId), 0) + 1, $kind, $userId, $displayName, $clientMessageId, $text, $words, $sentAt
  WHERE true
  ON CONFLICT ("roomId", "userId", "clientMessageId") DO NOTHING
  RETURNING sequence`;

const SEARCH = `
  SELECT sequence FROM chat_words
  WHERE "roomId" = $roomId AND word IN (SELECT value FROM json_each($words)) AND sequence < $before
  GROUP BY sequence HAVING count(*) = json_array_length($words)
  ORDER BY sequence DESC LIMIT $limit`;

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

/** First what everybody sees; what a crash leaves of the rest is not found any more. */
const DELETE_MESSAGE = [
  `UPDATE chat_messages SET kind = 'deleted', text = '', words = '[]' WHERE "roomId" = $roomId AND sequence = $sequence`,
  `DELETE FROM chat_words WHERE "roomId" = $roomId AND sequence = $sequence`,
  `DELETE FROM chat_reactions WHERE "roomId" = $roomId AND sequence = $sequence`,
];

const REACTIONS = `
  SELECT sequence, emoji, "userId" FROM chat_reactions
  WHERE "roomId" = $roomId AND sequence IN (SELECT value FROM json_each($sequences)) ORDER BY id`;

/** Few at a time, because nothing else happens while the embedded database works. */
const DELETE_EXPIRED = `
  DELETE FROM chat_messages WHERE id IN (SELECT id FROM chat_messages WHERE "sentAt" <= $keptSince LIMIT 200) RETURNING 1`;

const DELETE_PORTION_OF_ROOM = `
  DELETE FROM chat_messages WHERE id IN (SELECT id FROM chat_messages WHERE "roomId" = $roomId LIMIT 200) RETURNING 1`;

/** Milliseconds between two deletions of what has expired. */
const EXPIRY_INTERVAL = 3_600_000;

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
    const { roomId, kind = 'text', userId, displayName, clientMessageId, text, sentAt = this.now() } = message;
    const id = randomUUID();
    const inserted = await this.ask<{ sequence: number }>(APPEND, {
      id,
      roomId,
      kind,
      userId,
      displayName,
      clientMessageId,
      text,
      words: JSON.stringify(wordsToKeep(text)),
      sentAt: DateUtils.mixedDateToUtcDatetimeString(sentAt),
    });
    const sequence = inserted[0]?.sequence;
    if (sequence !== undefined) {
      return { message: toChatMessage({ ...message, id, sequence, kind, sentAt }, []), stored: true };
    }
    const first = await this.messages.findOneByOrFail({ roomId, userId, clientMessageId });
    return { message: (await this.withReactions(roomId, [first]))[0]!, stored: false };
  }

  override async page(roomId: string, { before, limit }: ChatPageRequest): Promise<ChatPage> {
    const newestFirst = await this.messages.find({
      where: {
        roomId,
        sentAt: MoreThan(this.keptSince),
        ...(before !== undefined && { sequence: LessThan(before) }),
      },
      order: { sequence: 'DESC' },
      // One more than asked for, to see whether there is more.
      take: limit + 1,
    });
    return {
      messages: await this.withReactions(roomId, newestFirst.slice(0, limit).reverse()),
      hasMore: newestFirst.length > limit,
    };
  }

  override async search(roomId: string, { text, before, limit }: ChatSearch): Promise<ChatPage> {
    const words = wordsToFind(text);
    if (words.length === 0) {
      return { messages: [], hasMore: false };
    }
    const found = await this.ask<{ sequence: number }>(SEARCH, {
      roomId,
      words: JSON.stringify(words),
      before: before ?? Number.MAX_SAFE_INTEGER,
      limit: limit + 1,
    });
    const newestFirst = await this.messages
      .createQueryBuilder('message')
      .where("message.roomId = :roomId AND message.kind = 'text' AND message.sentAt > :keptSince", {
        roomId,
        keptSince: DateUtils.mixedDateToUtcDatetimeString(this.keptSince),
      })
      .andWhere('message.sequence IN (:...sequences)', { sequences: [0, ...found.map(({ sequence }) => sequence)] })
      .orderBy('message.sequence', 'DESC')
      .getMany();
    return {
      messages: await this.withReactions(roomId, newestFirst.slice(0, limit)),
      hasMore: newestFirst.length > limit,
    };
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

  override async delete({ roomId, sequence, writtenBy }: MessageDeletion): Promise<void> {
    const message = await this.messages.findOneBy({
      roomId,
      sequence,
      kind: In(['text', 'deleted']),
      sentAt: MoreThan(this.keptSince),
    });
    assertMayDelete(message, writtenBy);
    for (const statement of DELETE_MESSAGE) {
      await this.ask(statement, { roomId, sequence });
    }
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
    await this.deleteInPortions(DELETE_EXPIRED, { keptSince: DateUtils.mixedDateToUtcDatetimeString(this.keptSince) });
  }

  private async deleteInPortions(statement: string, parameters: Record<string, unknown>): Promise<void> {
    let deleted: unknown[];
    do {
      deleted = await this.ask(statement, parameters);
      // Others come in between.
      await new Promise(setImmediate);
    } while (deleted.length > 0);
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
    return messages.map((message) =>
      toChatMessage(
        message,
        single.filter(({ sequence }) => sequence === message.sequence),
      ),
    );
  }
}
