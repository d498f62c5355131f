/** What every chat store promises, asked of the embedded one. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import type { ChatStore, NewChatMessage } from '../src/chat/chat-store.js';
import { EmbeddedChatStore } from '../src/chat/embedded-chat-store.js';
import { openDatabase, type TestDatabase } from './database.js';

describe('the embedded chat store', () => {
  let database: TestDatabase;
  let store: ChatStore;
  let roomId: string;

  const storeIn = (dataSource: DataSource) => new EmbeddedChatStore(dataSource);

  beforeAll(async () => {
    database = await openDatabase();
    store = storeIn(database.dataSource);
  });

  beforeEach(() => {
    roomId = randomUUID();
  });

  afterAll(() => database.close());

  const written = (fields: Partial<NewChatMessage> = {}): NewChatMessage => ({
    roomId,
    userId: 'ada',
    displayName: 'Ada',
    text: 'Hello',
    clientMessageId: randomUUID(),
    ...fields,
  });

  const texts = async (request: { before?: number; limit: number }) => {
    const { messages, hasMore } = await store.page(roomId, request);

    return { texts: messages.map(({ text }) => text), hasMore };
  };

  it('keeps a message as it was written, with a number, an id and the time', async () => {
    const before = Date.now();
    const { message, stored } = await store.append(
      written({ text: 'Grüße 👋\nzwei Zeilen', clientMessageId: 'first' }),
    );
    const { messages } = await store.page(roomId, { limit: 10 });

    expect(stored).toBe(true);
    expect(message).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      roomId,
      sequence: 1,
      clientMessageId: 'first',
      userId: 'ada',
      displayName: 'Ada',
      text: 'Grüße 👋\nzwei Zeilen',
      sentAt: expect.stringMatching(/Z$/),
    });
    expect(Date.parse(message.sentAt)).toBeGreaterThanOrEqual(before);
    expect(messages).toEqual([message]);
  });

  it('numbers each room on its own, without gaps', async () => {
    const other = randomUUID();
    const sequences = [];
    for (const room of [roomId, other, roomId, roomId, other]) {
      sequences.push((await store.append(written({ roomId: room }))).message.sequence);
    }

    expect(sequences).toEqual([1, 1, 2, 3, 2]);
  });

  it('stores a message that is sent again only once, and answers with the first', async () => {
    const first = await store.append(written({ clientMessageId: 'same', text: 'once' }));
    const again = await store.append(written({ clientMessageId: 'same', text: 'twice' }));
    const next = await store.append(written());

    expect(again).toEqual({ message: first.message, stored: false });
    expect(next.message.sequence).toBe(2);
  });

  it('lets two users, and two rooms, have the same client message id', async () => {
    const other = randomUUID();
    const appended = await Promise.all(
      [{}, { userId: 'bob' }, { roomId: other }].map((fields) =>
        store.append(written({ clientMessageId: 'same', ...fields })),
      ),
    );

    expect(appended.map(({ stored }) => stored)).toEqual([true, true, true]);
  });

  it('numbers without gaps and stores each message once when two processes write at the same time', async () => {
    const stores = [store, storeIn(await database.openAgain())];
    const ids = Array.from({ length: 100 }, (_, index) => `message ${index}`);
    // Each message goes to both, as when a client sends it again over another server.
    const appended = await Promise.all(
      ids.flatMap((clientMessageId) => stores.map((store) => store.append(written({ clientMessageId })))),
    );
    const { messages } = await store.page(roomId, { limit: 1000 });

    expect(appended.filter(({ stored }) => stored)).toHaveLength(ids.length);
    expect(messages.map(({ sequence }) => sequence)).toEqual(ids.map((_, index) => index + 1));
    expect(new Set(messages.map(({ clientMessageId }) => clientMessageId))).toEqual(new Set(ids));
  });

  it('gives the newest page, then older ones, each oldest first', async () => {
    for (const text of ['one', 'two', 'three', 'four', 'five']) {
      await store.append(written({ text }));
    }

    expect(await texts({ limit: 2 })).toEqual({ texts: ['four', 'five'], hasMore: true });
    expect(await texts({ before: 4, limit: 2 })).toEqual({ texts: ['two', 'three'], hasMore: true });
    expect(await texts({ before: 2, limit: 2 })).toEqual({ texts: ['one'], hasMore: false });
    expect(await texts({ limit: 5 })).toEqual({ texts: ['one', 'two', 'three', 'four', 'five'], hasMore: false });
  });

  it('has an empty page for a room where nobody wrote', async () => {
    expect(await store.page(roomId, { limit: 10 })).toEqual({ messages: [], hasMore: false });
  });

  it('forgets the messages of a deleted room and of no other', async () => {
    const other = randomUUID();
    await store.append(written());
    await store.append(written({ roomId: other }));
    await store.deleteRoom(roomId);

    expect((await store.page(roomId, { limit: 10 })).messages).toEqual([]);
    expect((await store.page(other, { limit: 10 })).messages).toHaveLength(1);
  });
});
