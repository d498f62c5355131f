/** Where chat messages are kept. */
import type { ChatMessage } from '@minimeet/protocol';

export interface NewChatMessage {
  roomId: string;
  userId: string;
  /** The writer's name at the time of writing. */
  displayName: string;
  text: string;
  /** Chosen by the client, so that it can send a message again without storing it twice. */
  clientMessageId: string;
}

export interface ChatPageRequest {
  /** Only messages with a smaller sequence than this; without it, the newest. */
  before?: number;
  limit: number;
}

export interface ChatPage {
  /** Oldest first. */
  messages: ChatMessage[];
  /** Whether there are messages older than these. */
  hasMore: boolean;
}

/**
 * Each room's messages are numbered 1, 2, 3, … without gaps, also where several processes write at the same time.
 * An abstract class, so that it is the injection token of whichever adapter is used.
 */
export abstract class ChatStore {
  /**
   * Stores a message; it is durable once the promise is resolved. Where the same user already wrote one with this
   * `clientMessageId` in the room, that message is the answer and `stored` is false.
   */
  abstract append(message: NewChatMessage): Promise<{ message: ChatMessage; stored: boolean }>;

  abstract page(roomId: string, request: ChatPageRequest): Promise<ChatPage>;

  /** Forgets a room's messages. */
  abstract deleteRoom(roomId: string): Promise<void>;
}
