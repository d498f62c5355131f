import { describe, expect, it } from '@jest/globals';
import type { ChatMessage } from '@minimeet/protocol';
import fc from 'fast-check';
import { ChatLog } from './chat-log.js';
import type { ChatEntry } from './types.js';

const messageOf = (sequence: number, userId = 'Bob'): ChatMessage => ({
  id: `message ${sequence}`,
  roomId: 'room',
  sequence,
  kind: 'text',
  clientMessageId: `client message ${sequence}`,
  userId,
  displayName: userId,
  isGuest: false,
  text: `text ${sequence}`,
  sentAt: '2026-01-01T00:00:00.000Z',
  reactions: [],
});

const isMine = ({ userId }: ChatMessage) => userId === 'Ada';
const sequencesOf = ({ entries }: ChatLog) => entries.map(({ sequence }) => sequence);

const unsentOf = (clientMessageId: string): ChatEntry => ({
  kind: 'text',
  clientMessageId,
  userId: 'Ada',
  displayName: 'Ada',
  isGuest: false,
  text: 'hello',
  sentAt: '2026-01-01T00:00:00.000Z',
  sequence: null,
  mine: true,
  status: 'sending',
  problem: null,
  reactions: [],
});

describe('the chat log', () => {
  it('holds each message once and by sequence, in whatever portions they come', () => {
    const portions = fc.array(fc.array(fc.integer({ min: 1, max: 30 }).map((sequence) => messageOf(sequence))));
    fc.assert(
      fc.property(portions, (all) => {
        const log = new ChatLog();
        const added = all.flatMap((portion) => log.merge(portion, isMine));
        const expected = [...new Set(all.flat().map(({ sequence }) => sequence))].sort((one, other) => one - other);
        expect(sequencesOf(log)).toEqual(expected);
        expect(added.map(({ sequence }) => sequence).sort((one, other) => one - other)).toEqual(expected);
      }),
    );
  });

  it('shows own unsent messages last, until they are stored', () => {
    const log = new ChatLog();
    log.addUnsent(unsentOf('client message 2'));
    log.merge([messageOf(1)], isMine);
    expect(log.entries).toMatchObject([
      { sequence: 1, mine: false },
      { sequence: null, mine: true, status: 'sending' },
    ]);

    log.merge([messageOf(3), messageOf(2, 'Ada')], isMine);
    expect(log.entries).toMatchObject([{ sequence: 1 }, { sequence: 2, mine: true, status: 'sent' }, { sequence: 3 }]);
  });

  it('does not take another person for the author because they chose the same id', () => {
    const log = new ChatLog();
    log.addUnsent(unsentOf('client message 1'));
    log.merge([messageOf(1, 'Bob')], isMine);
    expect(log.entries).toHaveLength(2);
  });

  it('changes the status of an unsent message', () => {
    const log = new ChatLog();
    log.addUnsent(unsentOf('one'));
    log.addUnsent(unsentOf('two'));
    log.markUnsent('one', 'failed', 'not_allowed');
    expect(log.entries.map(({ status }) => status)).toEqual(['failed', 'sending']);
    expect(log.findUnsent('one')?.status).toBe('failed');
  });

  it('shows all that wait as retrying, and none that has failed', () => {
    const log = new ChatLog();
    for (const id of ['one', 'two', 'three']) log.addUnsent(unsentOf(id));
    log.markUnsent('one', 'failed', 'not_allowed');
    log.markWaiting('connection_failed');
    expect(log.entries.map(({ status }) => status)).toEqual(['failed', 'retrying', 'retrying']);
    log.markWaiting('rate_limited');
    expect(log.entries.map(({ problem }) => problem)).toEqual(['not_allowed', 'rate_limited', 'rate_limited']);
  });

  it('shows nothing of what was deleted, also where it comes only after that', () => {
    const log = new ChatLog();
    log.merge([messageOf(1)], isMine);
    log.markDeleted(1);
    log.markDeleted(2);
    log.merge([messageOf(1), messageOf(2), messageOf(3)], isMine);
    expect(log.entries.map(({ kind, text }) => [kind, text === ''])).toEqual([
      ['deleted', true],
      ['deleted', true],
      ['text', false],
    ]);
  });

  it('takes the newest reactions of a message, from a notification and from a page', () => {
    const log = new ChatLog();
    log.merge([messageOf(1), messageOf(2)], isMine);
    const [, second] = log.entries;
    log.setReactions(1, [{ emoji: '👍', userIds: ['Ada'] }]);
    log.setReactions(7, [{ emoji: '👍', userIds: ['Ada'] }]);
    expect(log.entries[0]?.reactions).toEqual([{ emoji: '👍', userIds: ['Ada'] }]);
    expect(log.entries[1]).toBe(second);
    log.merge([messageOf(1)], isMine);
    expect(log.entries[0]?.reactions).toEqual([]);
  });

  it('finds the newest gap, and none when all is there', () => {
    const log = new ChatLog();
    expect(log.newestGap()).toBeNull();
    log.merge(
      [1, 2, 5, 6, 10].map((sequence) => messageOf(sequence)),
      isMine,
    );
    expect(log.newestGap()).toEqual({ before: 10, missing: 3 });
    log.merge(
      [7, 8, 9].map((sequence) => messageOf(sequence)),
      isMine,
    );
    expect(log.newestGap()).toEqual({ before: 5, missing: 2 });
    log.forgetBefore(5);
    expect(log.newestGap()).toBeNull();
    expect(sequencesOf(log)).toEqual([5, 6, 7, 8, 9, 10]);
  });

  it('keeps the identity of entries that did not change, and of all of them when nothing is new', () => {
    const log = new ChatLog();
    log.merge([messageOf(1)], isMine);
    const [first] = log.entries;
    log.merge([messageOf(2)], isMine);
    expect(log.entries[0]).toBe(first);
    const before = log.entries;
    log.merge([messageOf(1), messageOf(2)], isMine);
    expect(log.entries).toBe(before);
  });

  it('costs the same for each new message, however many are there', () => {
    const timeOf = (count: number) => {
      const messages = Array.from({ length: count }, (_, index) => messageOf(index + 1));
      const begun = process.cpuUsage();
      const log = new ChatLog();
      for (const message of messages) {
        log.merge([message], isMine);
        log.setReactions(message.sequence, [{ emoji: '👍', userIds: ['Ada'] }]);
        log.newestGap();
      }
      return process.cpuUsage(begun).user / 1000;
    };
    const fastest = (count: number) => Math.min(...Array.from({ length: 4 }, () => timeOf(count)));
    // Copied with each message it would be sixty-four times as much.
    expect(fastest(40_000)).toBeLessThan(24 * fastest(5_000) + 300);
  });

  it('forgets the older half when it has grown too long, and what is left is as before', () => {
    const log = new ChatLog();
    log.merge(
      Array.from({ length: 10_000 }, (_, index) => messageOf(index + 1)),
      isMine,
    );
    expect(log.forgetOldest()).toBe(false);
    log.merge([messageOf(10_001)], isMine);
    expect(log.forgetOldest()).toBe(true);
    expect(sequencesOf(log)).toEqual(Array.from({ length: 5000 }, (_, index) => 5002 + index));
    log.merge([messageOf(5001)], isMine);
    expect(log.firstSequence).toBe(5001);
    expect(log.newestGap()).toBeNull();
  });
});
