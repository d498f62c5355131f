/** What happens to a meeting's chat while somebody joins who has read the old messages already. */
import type { ChatMessage, Reaction } from '@minimeet/protocol';
import type { Broadcast } from '../participant-channel.js';

export class ChatMeanwhile {
  private readonly written: ChatMessage[] = [];
  private readonly deleted = new Set<number>();
  private readonly reactions = new Map<number, Reaction[]>();

  note({ event, payload }: Broadcast): void {
    if (event === 'new_message') {
      this.written.push(payload.message);
    } else if (event === 'message_deleted') {
      this.deleted.add(payload.sequence);
    } else if (event === 'message_reactions') {
      this.reactions.set(payload.sequence, payload.reactions);
    }
  }

  /** Of the messages that were read and of those since, the newest as they are now: each once, by sequence, at most so many. */
  newest(read: readonly ChatMessage[], count: number): ChatMessage[] {
    const bySequence = new Map([...read, ...this.written].map((message) => [message.sequence, message]));

    return [...bySequence.values()]
      .sort((one, other) => one.sequence - other.sequence)
      .slice(-count)
      .map((message) => this.asItIsNow(message));
  }

  private asItIsNow(message: ChatMessage): ChatMessage {
    const { sequence, reactions } = message;

    return this.deleted.has(sequence)
      ? { ...message, kind: 'deleted', text: '', reactions: [] }
      : { ...message, reactions: this.reactions.get(sequence) ?? reactions };
  }
}
