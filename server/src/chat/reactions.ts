/** Reactions as stores keep them, one by one, and as the wire carries them, by emoji. */
import { limits, type Reaction } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';

export interface SingleReaction {
  emoji: string;
  userId: string;
}

/** @param single in the order in which people reacted */
export function byEmoji(single: readonly SingleReaction[]): Reaction[] {
  const users = new Map<string, string[]>();

  for (const { emoji, userId } of single) {
    users.set(emoji, [...(users.get(emoji) ?? []), userId]);
  }

  return [...users].map(([emoji, userIds]) => ({ emoji, userIds }));
}

/** Of the one who asked for another emoji than a message has room for. */
export function tooManyReactions(): DomainError {
  return new DomainError('not_allowed', `A message has at most ${limits.reactionsPerMessage} different reactions`);
}
