/** What every store keeps of a message, and how it becomes one on the wire. */
import type { ChatMessage } from '@minimeet/protocol';
import { byEmoji, type SingleReaction } from './reactions.js';

export type StoredMessage = Omit<ChatMessage, 'sentAt' | 'reactions'> & { sentAt: Date };

/** Takes what belongs on the wire and leaves the store's own fields. `reactions` in the order in which people reacted. */
export function toChatMessage(message: StoredMessage, reactions: readonly SingleReaction[]): ChatMessage {
  const { id, roomId, sequence, kind, clientMessageId, userId, displayName, isGuest, text, sentAt } = message;
  return {
    id,
    roomId,
    sequence,
    kind,
    clientMessageId,
    userId,
    displayName,
    isGuest,
    text,
    sentAt: sentAt.toISOString(),
    reactions: byEmoji(reactions),
  };
}
