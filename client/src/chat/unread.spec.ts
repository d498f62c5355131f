import { describe, expect, it } from '@jest/globals';
import type { ChatEntry } from '@minimeet/sdk';
import { countUnread, mostCounted, newestSequence } from './unread';

const messageOf = (sequence: number | null, change: Partial<ChatEntry> = {}) =>
  ({ kind: 'text', mine: false, sequence, ...change }) as ChatEntry;

describe('unread messages', () => {
  it('are those that others wrote afterwards', () => {
    const messages = [
      messageOf(1),
      messageOf(2),
      messageOf(3, { kind: 'joined' }),
      messageOf(4, { mine: true }),
      messageOf(5),
      messageOf(null, { mine: true }),
    ];
    expect(newestSequence(messages)).toBe(5);
    expect(countUnread(messages, 1)).toBe(2);
    expect(countUnread(messages, 5)).toBe(0);
    expect(newestSequence([])).toBe(0);
  });

  it('are not looked for among all that was ever written', () => {
    let looks = 0;
    const many = new Proxy(
      Array.from({ length: 5000 }, (_, index) => messageOf(index + 1)),
      { get: (target, key) => (typeof key === 'string' && /^\d+$/.test(key) && looks++, Reflect.get(target, key)) },
    );
    expect(countUnread(many, 0)).toBe(mostCounted);
    expect(looks).toBeLessThanOrEqual(mostCounted);
  });
});
