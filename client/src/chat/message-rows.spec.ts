import { describe, expect, it } from '@jest/globals';
import type { ChatEntry } from '@minimeet/sdk';
import { beginsDay, beginsGroup } from './message-rows';

let count = 0;
const message = (writer: string, sentAt: Date, kind: ChatEntry['kind'] = 'text'): ChatEntry => ({
  kind,
  clientMessageId: String(++count),
  userId: writer,
  displayName: writer,
  isGuest: false,
  text: 'hello',
  sentAt: sentAt.toISOString(),
  sequence: count,
  mine: false,
  status: 'sent',
  problem: null,
  reactions: [],
});
const at = (hour: number, minute: number, day = 3) => new Date(2026, 4, day, hour, minute);
const beginnings = (messages: ChatEntry[], begins: typeof beginsGroup) =>
  messages.map((each, index) => begins(messages[index - 1], each));

describe('the rows of the chat', () => {
  it('put what one person wrote in a row together', () => {
    const messages = [
      message('Ada', at(9, 0)),
      message('Ada', at(9, 1)),
      message('Bo', at(9, 2)),
      message('Ada', at(9, 3)),
    ];
    expect(beginnings(messages, beginsGroup)).toEqual([true, false, true, true]);
  });

  it('put what the server wrote in a row together, whomever it is about', () => {
    const messages = [
      message('Ada', at(9, 0), 'joined'),
      message('Bo', at(9, 20), 'joined'),
      message('Bo', at(9, 21)),
      message('Bo', at(9, 22), 'left'),
    ];
    expect(beginnings(messages, beginsGroup)).toEqual([true, false, true, true]);
  });

  it('begin anew after a pause', () => {
    const messages = [message('Ada', at(9, 0)), message('Ada', at(9, 4)), message('Ada', at(9, 9))];
    expect(beginnings(messages, beginsGroup)).toEqual([true, false, true]);
  });

  it('begin anew on another day and say so', () => {
    const messages = [message('Ada', at(23, 59, 3)), message('Ada', at(0, 1, 4)), message('Bo', at(0, 2, 4))];
    expect(beginnings(messages, beginsGroup)).toEqual([true, true, true]);
    expect(beginnings(messages, beginsDay)).toEqual([true, true, false]);
  });

  it('begin anew when the name has changed', () => {
    const messages = [message('Ada', at(9, 0)), { ...message('Ada', at(9, 1)), displayName: 'Countess' }];
    expect(beginnings(messages, beginsGroup)).toEqual([true, true]);
  });
});
