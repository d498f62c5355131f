/** Chat in the embedded SQLite database. */
import { randomUUID } from 'node:crypto';
import type { ChatMessage } from '@minimeet/protocol';
import { Inject, Injectable } from '@nestjs/common';
import { DateUtils, LessThan, type DataSource, type Repository } from 'typeorm';
import { EMBEDDED_DATA_SOURCE } from '../storage/embedded.js';
import { ChatMessageEntity } from './chat-message.entity.js';
import { ChatStore, type ChatPage, type ChatPageRequest, type NewChatMessage } from './chat-store.js';

/** One statement, so that nothing can come between reading the last sequence and taking the next. */
const APPEND = `
  INSERT INTO chat_messages (id, "roomId", sequence, "userId", "displayName", "clientMessageId", text, "sentAt")
  SELECT ?, ?, coalesce(max(sequence), 0) + 1, ?, ?, ?, ?, ? FROM chat_messages WHERE "roomId" = ?
  ON CONFLICT ("roomId", "userId", "clientMessageId") DO NOTHING
  RETURNING sequence`;

@Injectable()
export class EmbeddedChatStore extends ChatStore {
  private readonly messages: Repository<ChatMessageEntity>;

  constructor(@Inject(EMBEDDED_DATA_SOURCE) dataSource: DataSource) {
    super();
    this.messages = dataSource.getRepository(ChatMessageEntity);
  }

  override async append(message: NewChatMessage): Promise<{ message: ChatMessage; stored: boolean }> {
    const { roomId, userId, displayName, clientMessageId, text } = message;
    const id = randomUUID();
    const sentAt = new Date();
    const inserted: { sequence: number }[] = await this.messages.query(APPEND, [
      id,
      roomId,
      userId,
      displayName,
      clientMessageId,
      text,
      DateUtils.mixedDateToUtcDatetimeString(sentAt),
      roomId,
    ]);
    const sequence = inserted[0]?.sequence;
    if (sequence !== undefined) {
      return { message: toChatMessage({ ...message, id, sequence, sentAt }), stored: true };
    }
    const first = await this.messages.findOneByOrFail({ roomId, userId, clientMessageId });
    return { message: toChatMessage(first), stored: false };
  }

  override async page(roomId: string, { before, limit }: ChatPageRequest): Promise<ChatPage> {
    const newestFirst = await this.messages.find({
      where: { roomId, ...(before !== undefined && { sequence: LessThan(before) }) },
      order: { sequence: 'DESC' },
      // One more than asked for, to see whether there is more.
      take: limit + 1,
    });
    return {
      messages: newestFirst.slice(0, limit).reverse().map(toChatMessage),
      hasMore: newestFirst.length > limit,
    };
  }

  override async deleteRoom(roomId: string): Promise<void> {
    await this.messages.delete({ roomId });
  }
}

function toChatMessage({ sentAt, ...message }: ChatMessageEntity): ChatMessage {
  return { ...message, sentAt: sentAt.toISOString() };
}
