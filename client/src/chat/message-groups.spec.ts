import { describe, expect, it } from '@jest/globals';
import type { ChatEntry } from '@minimeet/sdk';
import { groupMessages } from './message-groups';

let count = 0;
const message = (writer: string, sentAt: Date, kind: ChatEntry['kind'] = 'text'): ChatEntry => ({
  kind,
  clientMessageId: String(++count),
  userId: writer,
  displayName: writer,
  text: 'hello',
  sentAt: sentAt.toISOString(),
  sequence: count,
  mine: false,
  status: 'sent',
  problem: null,
  reactions: [],
});
const at = (hour: number, minute: number, day = 3) => new Date(2026, 4, day, hour, minute);
const shape = (messages: ChatEntry[]) =>
  groupMessages(messages).map((group) => `${group.displayName}${group.messages.length}`);

describe('groupMessages', () => {
  it('puts what one person wrote in a row together', () => {
    expect(
      shape([message('Ada', at(9, 0)), message('Ada', at(9, 1)), message('Bo', at(9, 2)), message('Ada', at(9, 3))]),
    ).toEqual(['Ada2', 'Bo1', 'Ada1']);
  });

  it('puts what the server wrote in a row together, whomever it is about', () => {
    expect(
      shape([
        message('Ada', at(9, 0), 'joined'),
        message('Bo', at(9, 20), 'joined'),
        message('Bo', at(9, 21)),
        message('Bo', at(9, 22), 'left'),
      ]),
    ).toEqual(['Ada2', 'Bo1', 'Bo1']);
  });

  it('begins anew after a pause', () => {
    expect(shape([message('Ada', at(9, 0)), message('Ada', at(9, 4)), message('Ada', at(9, 9))])).toEqual([
      'Ada2',
      'Ada1',
    ]);
  });

  it('begins anew on another day and says so', () => {
    const groups = groupMessages([
      message('Ada', at(23, 59, 3)),
      message('Ada', at(0, 1, 4)),
      message('Bo', at(0, 2, 4)),
    ]);
    expect(groups.map((group) => group.beginsDay)).toEqual([true, true, false]);
  });

  it('begins anew when the name has changed', () => {
    expect(shape([message('Ada', at(9, 0)), { ...message('Ada', at(9, 1)), displayName: 'Countess' }])).toEqual([
      'Ada1',
      'Countess1',
    ]);
  });
});
