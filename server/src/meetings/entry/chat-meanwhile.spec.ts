/** What a joiner finds in the chat although it changed since it was read. */
import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '@minimeet/protocol';
import { ChatMeanwhile } from './chat-meanwhile.js';

const message = (sequence: number): ChatMessage => ({
  id: `message ${sequence}`,
  roomId: 'room',
  kind: 'text',
  sequence,
  userId: 'ada',
  displayName: 'Ada',
  isGuest: false,
  text: `text ${sequence}`,
  clientMessageId: `client ${sequence}`,
  sentAt: '2026-01-01T00:00:00.000Z',
  reactions: [],
});

describe('the chat while somebody joins', () => {
  it('has what was read and what was written since, each once, and the newest of it', () => {
    const meanwhile = new ChatMeanwhile();
    meanwhile.note({ event: 'new_message', payload: { message: message(4) } });
    meanwhile.note({ event: 'new_message', payload: { message: message(3) } });

    expect(meanwhile.newest([1, 2, 3].map(message), 3).map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
  });

  it('has nothing of what was deleted since, whether it was read or just written', () => {
    const meanwhile = new ChatMeanwhile();
    meanwhile.note({ event: 'new_message', payload: { message: message(2) } });
    meanwhile.note({ event: 'message_deleted', payload: { sequence: 1 } });
    meanwhile.note({ event: 'message_deleted', payload: { sequence: 2 } });

    expect(meanwhile.newest([message(1)], 9).map(({ kind, text }) => [kind, text])).toEqual([
      ['deleted', ''],
      ['deleted', ''],
    ]);
  });

  it('has the newest reactions', () => {
    const reactions = [{ emoji: '👍', userIds: ['bob'] }];
    const meanwhile = new ChatMeanwhile();
    meanwhile.note({ event: 'message_reactions', payload: { sequence: 1, reactions } });

    expect(meanwhile.newest([message(1), message(2)], 9).map((each) => each.reactions)).toEqual([reactions, []]);
  });
});
