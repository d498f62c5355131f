/** What every chat store promises, asked of each of them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { limits } from '@minimeet/protocol';
import fc from 'fast-check';
import type { Connection } from 'mongoose';
import type { ChatStore, ChatStoreOptions, NewChatMessage } from '../../src/chat/chat-store.js';
import { EmbeddedChatStore } from '../../src/chat/embedded-chat-store.js';
import { MongoChatStore } from '../../src/chat/mongo-chat-store.js';
import { openMongo } from '../../src/chat/mongo-connection.js';
import { mongoModels, prepareIndexes } from '../../src/chat/mongo-models.js';
import { openDatabase, type TestDatabase } from '../database.js';
import { describeOn, type TestServer } from '../databases.js';

interface Stores {
  /** A store on the same database, as another process has it. */
  another(options?: ChatStoreOptions): Promise<ChatStore>;
  /** Makes a store delete what has expired now, where it does so itself. */
  deleteExpired(store: ChatStore): Promise<void>;
  close(): Promise<void>;
}

const DAY = 86_400_000;

describe('the embedded chat store', () => {
  behavesAsChatStore(async () => {
    const database: TestDatabase = await openDatabase();

    return {
      another: async (options) => new EmbeddedChatStore(await database.openAgain(), options),
      deleteExpired: (store) => (store as EmbeddedChatStore).deleteExpired(),
      close: () => database.close(),
    };
  });
});

describe('the embedded chat store, which works in the process of the server', () => {
  let database: TestDatabase;
  let store: EmbeddedChatStore;
  /** As many different words as a message may have, each of its own. */
  const text = (number: number) =>
    Array.from({ length: 4000 }, (_, index) => String.fromCodePoint(0x4e00 + ((index + number * 97) % 20_000))).join(
      '',
    );

  const count = async (table: string): Promise<number> =>
    Number(((await database.dataSource.query(`SELECT count(*) AS n FROM ${table}`)) as { n: number }[])[0]!.n);

  const write = (roomId: string, number: number) =>
    store.append({ roomId, userId: 'ada', displayName: 'Ada', text: text(number), clientMessageId: `${number}` });

  /** The most entries of the index that one statement removed, and how often others came in between. */
  const watch = async (work: () => Promise<unknown>) => {
    let left = await count('chat_words');
    let most = 0;
    let over = false;
    let turns = 0;
    const done = work().finally(() => (over = true));
    while (!over) {
      await new Promise(setImmediate);
      const now = await count('chat_words');
      most = Math.max(most, left - now);
      left = now;
      turns += 1;
    }
    await done;

    return { most, turns };
  };

  beforeAll(async () => {
    database = await openDatabase();
    store = new EmbeddedChatStore(database.dataSource, { retentionDays: 7 });
  });

  afterAll(() => database.close());

  it('writes so many entries of its index with a message and not more', async () => {
    const roomId = randomUUID();
    await write(roomId, 1);

    expect(await count('chat_words')).toBe(limits.messageWords);
    await store.delete({ roomId, sequence: 1, writtenBy: null });
    expect(await count('chat_words')).toBe(0);
  });

  it('deletes a room in portions, and others come in between', async () => {
    const roomId = randomUUID();
    await Promise.all(Array.from({ length: 16 }, (_, index) => write(roomId, index)));
    expect(await count('chat_words')).toBe(16 * limits.messageWords);
    const { most, turns } = await watch(() => store.deleteRoom(roomId));

    expect(await store.page(roomId, { limit: 1 })).toEqual({ messages: [], hasMore: false });
    expect(await count('chat_words')).toBe(0);
    expect(most).toBeLessThanOrEqual(4 * limits.messageWords);
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  it('deletes what is too old in portions as well', async () => {
    const roomId = randomUUID();
    const sentAt = new Date(Date.now() - 8 * DAY);
    await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        store.append({
          roomId,
          userId: 'ada',
          displayName: 'Ada',
          text: text(index),
          clientMessageId: `${index}`,
          sentAt,
        }),
      ),
    );
    const { most, turns } = await watch(() => store.deleteExpired());

    expect(await count('chat_words')).toBe(0);
    expect(most).toBeLessThanOrEqual(4 * limits.messageWords);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});

describeOn('mongodb', 'the chat store', (server) => {
  behavesAsChatStore(() => openMongoStores(server));

  describe('keeps its indexes as the settings say', () => {
    const expiryAfter = async (...settings: (number | undefined)[]) => {
      const database = await server().createDatabase();
      const connection = await connectTo(database.url);
      const models = mongoModels(connection);
      for (const retentionDays of settings) {
        await prepareIndexes(models, retentionDays);
      }
      const indexes = await models.messages.collection.listIndexes().toArray();
      await connection.close();
      await database.drop();

      return indexes.find(({ name }) => name === 'chat_messages_expiry')?.expireAfterSeconds;
    };

    it('when messages are to be deleted, later, sooner, or not any more', async () => {
      expect(await expiryAfter(undefined)).toBeUndefined();
      expect(await expiryAfter(7)).toBe(7 * 86_400);
      expect(await expiryAfter(7, 7, 1)).toBe(86_400);
      expect(await expiryAfter(7, undefined)).toBeUndefined();
    });

    it('when several servers start at once', async () => {
      const database = await server().createDatabase();
      const connections = await Promise.all([1, 2, 3].map(() => connectTo(database.url)));
      await Promise.all(connections.map((connection) => prepareIndexes(mongoModels(connection), 7)));
      const indexes = await mongoModels(connections[0]!).messages.collection.listIndexes().toArray();
      await Promise.all(connections.map((connection) => connection.close()));
      await database.drop();

      expect(indexes.map(({ name }) => name).sort()).toEqual([
        '_id_',
        'chat_messages_client_message',
        'chat_messages_expiry',
        'chat_messages_sequence',
        'chat_messages_words',
      ]);
    });
  });
});

/** As senders do: what was not acknowledged is sent again. */
async function persistently<Outcome>(step: () => Promise<Outcome>): Promise<Outcome> {
  return step().catch(() => persistently(step));
}

function connectTo(url: string): Promise<Connection> {
  return openMongo({ url, timeoutSeconds: 20, log: () => undefined, failed: () => undefined });
}

async function openMongoStores(server: () => TestServer): Promise<Stores> {
  const database = await server().createDatabase();
  const connections: Connection[] = [];

  return {
    async another(options) {
      const connection = await connectTo(database.url);
      connections.push(connection);
      const models = mongoModels(connection);
      await prepareIndexes(models, undefined);

      return new MongoChatStore(models, options);
    },
    // As its own expiry does, which comes once a minute by the real clock.
    deleteExpired: async (store) => {
      const keptSince = (store as unknown as { keptSince: Date }).keptSince;
      await mongoModels(connections[0]!).messages.deleteMany({ sentAt: { $lte: keptSince } });
    },
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
      await database.drop();
    },
  };
}

function behavesAsChatStore(open: () => Promise<Stores>) {
  let stores: Stores;
  let store: ChatStore;
  let roomId: string;

  beforeAll(async () => {
    stores = await open();
    store = await stores.another();
  });

  beforeEach(() => {
    roomId = randomUUID();
  });

  afterAll(() => stores.close());

  const written = (fields: Partial<NewChatMessage> = {}): NewChatMessage => ({
    roomId,
    userId: 'ada',
    displayName: 'Ada',
    text: 'Hello',
    clientMessageId: randomUUID(),
    ...fields,
  });

  const write = async (...texts: string[]) => {
    for (const text of texts) {
      await store.append(written({ text }));
    }
  };

  const textsOf = async (request: { before?: number; limit: number }, from = store) => {
    const { messages, hasMore } = await from.page(roomId, request);

    return { texts: messages.map(({ text }) => text), hasMore };
  };

  const sequencesOf = async (from = store) =>
    (await from.page(roomId, { limit: 1000 })).messages.map(({ sequence }) => sequence);

  describe('keeps messages', () => {
    it('as they were written, with a number, an id and the time', async () => {
      const before = Date.now();
      const { message, stored } = await store.append(
        written({ text: 'Grüße 👋\nzwei Zeilen', clientMessageId: 'first', isGuest: true }),
      );
      const { messages } = await store.page(roomId, { limit: 10 });

      expect(stored).toBe(true);
      expect(message).toEqual({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        roomId,
        sequence: 1,
        kind: 'text',
        clientMessageId: 'first',
        userId: 'ada',
        displayName: 'Ada',
        isGuest: true,
        text: 'Grüße 👋\nzwei Zeilen',
        sentAt: expect.stringMatching(/Z$/),
        reactions: [],
      });
      expect(Date.parse(message.sentAt)).toBeGreaterThanOrEqual(before);
      expect(messages).toEqual([message]);
    });

    it('of the server, with the time at which it happened', async () => {
      const sentAt = new Date(Date.now() - 90_000);
      await store.append(written({ kind: 'joined', text: '', sentAt }));
      await store.append(written({ kind: 'left', text: '' }));
      await store.append(written({ kind: 'removed', text: '' }));
      const { messages } = await store.page(roomId, { limit: 10 });

      expect(messages.map(({ kind, sequence }) => [kind, sequence])).toEqual([
        ['joined', 1],
        ['left', 2],
        ['removed', 3],
      ]);
      expect(messages[0]?.sentAt).toBe(sentAt.toISOString());
    });

    it('numbered in each room on its own, without gaps', async () => {
      const other = randomUUID();
      const sequences = [];
      for (const room of [roomId, other, roomId, roomId, other]) {
        sequences.push((await store.append(written({ roomId: room }))).message.sequence);
      }

      expect(sequences).toEqual([1, 1, 2, 3, 2]);
    });

    it('once, however often they are sent, and answers with the first', async () => {
      const first = await store.append(written({ clientMessageId: 'same', text: 'once' }));
      const again = await store.append(written({ clientMessageId: 'same', text: 'twice' }));
      const next = await store.append(written());

      expect(again).toEqual({ message: first.message, stored: false });
      expect(next.message.sequence).toBe(2);
    });

    it('of two users, and of two rooms, with the same client message id', async () => {
      const other = randomUUID();
      const appended = await Promise.all(
        [{}, { userId: 'bob' }, { roomId: other }].map((fields) =>
          store.append(written({ clientMessageId: 'same', ...fields })),
        ),
      );

      expect(appended.map(({ stored }) => stored)).toEqual([true, true, true]);
    });

    it('in the order in which one writer sends them without waiting', async () => {
      const texts = Array.from({ length: 30 }, (_, index) => `message ${index}`);
      await Promise.all(texts.map((text) => store.append(written({ text }))));

      expect(await textsOf({ limit: 100 })).toEqual({ texts, hasMore: false });
    });

    it('without gaps and each once when three processes write at the same time', async () => {
      const all = [store, await stores.another(), await stores.another()];
      const ids = Array.from({ length: 30 }, (_, index) => `message ${index}`);
      // Each message goes to all, as when a client sends it again over another server.
      const appended = await Promise.all(
        ids.flatMap((clientMessageId) =>
          all.map((one) => persistently(() => one.append(written({ clientMessageId })))),
        ),
      );
      const { messages } = await store.page(roomId, { limit: 1000 });

      expect(appended.filter(({ stored }) => stored).length).toBeLessThanOrEqual(ids.length);
      expect(new Set(appended.map(({ message }) => message.id)).size).toBe(ids.length);
      expect(messages.map(({ sequence }) => sequence)).toEqual(ids.map((_, index) => index + 1));
      expect(new Set(messages.map(({ clientMessageId }) => clientMessageId))).toEqual(new Set(ids));
    });
  });

  describe('gives pages', () => {
    it('from the newest to older ones, each oldest first', async () => {
      await write('one', 'two', 'three', 'four', 'five');

      expect(await textsOf({ limit: 2 })).toEqual({ texts: ['four', 'five'], hasMore: true });
      expect(await textsOf({ before: 4, limit: 2 })).toEqual({ texts: ['two', 'three'], hasMore: true });
      expect(await textsOf({ before: 2, limit: 2 })).toEqual({ texts: ['one'], hasMore: false });
      expect(await textsOf({ limit: 5 })).toEqual({ texts: ['one', 'two', 'three', 'four', 'five'], hasMore: false });
    });

    it('that hold as much as one answer carries, one message at least, and are asked for until the first', async () => {
      const long = '\u4e00'.repeat(limits.messageText);
      await write(...Array.from({ length: 12 }, () => long), 'short');
      const pages: number[][] = [];
      let before: number | undefined;
      let more = true;
      while (more) {
        const { messages, hasMore } = await store.page(roomId, { ...(before !== undefined && { before }), limit: 100 });
        expect(Buffer.byteLength(JSON.stringify(messages))).toBeLessThanOrEqual(limits.historyBytes + messages.length);
        pages.push(messages.map(({ sequence }) => sequence));
        [before, more] = [messages[0]!.sequence, hasMore];
      }

      expect(pages.map(({ length }) => length).every((length) => length >= 1 && length < 8)).toBe(true);
      expect(pages.reverse().flat()).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
      const { messages, hasMore } = await store.search(roomId, { text: long.slice(0, 2), limit: 100 });
      expect(messages.length).toBeLessThan(8);
      expect(messages[0]?.sequence).toBe(12);
      expect(hasMore).toBe(true);
    });

    it('that are empty for a room where nobody wrote', async () => {
      expect(await store.page(roomId, { limit: 10 })).toEqual({ messages: [], hasMore: false });
    });
  });

  describe('searches', () => {
    const found = async (text: string, request: { before?: number; limit?: number } = {}) => {
      const { messages, hasMore } = await store.search(roomId, { text, limit: 10, ...request });

      return { texts: messages.map((message) => message.text), hasMore };
    };

    it('for messages that have all the words, newest first, whatever their capitals and accents', async () => {
      await write('The café opens', 'Opens at noon', 'CAFE: who opens?', 'cafes', 'Das Straßencafé');

      expect(await found('opens café')).toEqual({ texts: ['CAFE: who opens?', 'The café opens'], hasMore: false });
      expect((await found('STRASSENCAFE')).texts).toEqual(['Das Straßencafé']);
      expect((await found('nothing')).texts).toEqual([]);
    });

    it('page by page', async () => {
      await write('tea 1', 'coffee', 'tea 2', 'tea 3');

      expect(await found('tea', { limit: 2 })).toEqual({ texts: ['tea 3', 'tea 2'], hasMore: true });
      expect(await found('tea', { limit: 2, before: 3 })).toEqual({ texts: ['tea 1'], hasMore: false });
    });

    it('through more messages with one of the words than are compared at one time', async () => {
      await write('tea with biscuits');

      // In parts, as a call of a store may wait for so long and no longer.
      for (let begin = 0; begin < 700; begin += 50) {
        await Promise.all(
          Array.from({ length: 50 }, (_, index) => store.append(written({ text: `biscuits ${begin + index}` }))),
        );
      }

      await write('biscuits and tea', 'tea');

      expect(await found('biscuits tea')).toEqual({ texts: ['biscuits and tea', 'tea with biscuits'], hasMore: false });
      expect(await found('biscuits tea', { limit: 1 })).toEqual({ texts: ['biscuits and tea'], hasMore: true });
    });

    it('inside texts that have no spaces', async () => {
      await write('我们明天开会议吧', '明日のミーティング', 'ประชุมพรุ่งนี้');

      expect((await found('会议')).texts).toEqual(['我们明天开会议吧']);
      expect((await found('ミーティング')).texts).toEqual(['明日のミーティング']);
      expect((await found('พรุ่งนี้')).texts).toEqual(['ประชุมพรุ่งนี้']);
    });

    it('in this room only, and only what people wrote', async () => {
      await store.append(written({ roomId: randomUUID(), text: 'secret' }));
      await store.append(written({ kind: 'joined', text: '', displayName: 'secret' }));

      expect((await found('secret')).texts).toEqual([]);
    });

    it('for any text at all: what was written is found by itself, and nothing is an error', async () => {
      const operators = fc.constantFrom(
        '"',
        '*',
        'NEAR(a b)',
        'a AND',
        'text:x',
        '-hello',
        '$where',
        '^',
        '%_',
        "';--",
      );
      await fc.assert(
        fc.asyncProperty(fc.oneof(operators, fc.string({ unit: 'grapheme', minLength: 1 })), async (text) => {
          const room = randomUUID();
          await store.append(written({ roomId: room, text: `before ${text} after` }));
          const { messages } = await store.search(room, { text, limit: 10 });
          const hasWords = /[\p{L}\p{N}]/u.test(text);

          expect(messages.length).toBeLessThanOrEqual(1);
          if (hasWords && /^[\p{L}\p{N}\s]*$/u.test(text)) {
            expect(messages).toHaveLength(1);
          }
        }),
        { numRuns: 60 },
      );
    });
  });

  describe('deletes what was written', () => {
    const remove = (sequence: number, writtenBy: string | null = null) => store.delete({ roomId, sequence, writtenBy });

    it('so that its place stays, and its text, words and reactions are gone', async () => {
      await write('Something regrettable');
      await write('Something else');
      await store.react({ roomId, sequence: 1, userId: 'ada', emoji: '👍', reacted: true });
      const { messages: before } = await store.page(roomId, { limit: 10 });
      expect(await remove(1)).toBe(true);
      expect(await remove(1)).toBe(false);

      const { messages } = await store.page(roomId, { limit: 10 });
      expect(messages).toEqual([{ ...before[0], kind: 'deleted', text: '', reactions: [] }, before[1]]);
      expect((await store.search(roomId, { text: 'regrettable', limit: 10 })).messages).toEqual([]);
      expect((await store.search(roomId, { text: 'something', limit: 10 })).messages).toEqual([before[1]]);
      const reacting = store.react({ roomId, sequence: 1, userId: 'ada', emoji: '👍', reacted: true });
      await expect(reacting).rejects.toMatchObject({ code: 'message_not_found' });
      await write('Another');
      expect((await store.page(roomId, { limit: 1 })).messages[0]?.sequence).toBe(3);
    });

    it('but not what another one wrote, what the server did, or what is not there', async () => {
      await store.append(written({ userId: 'ada' }));
      await store.append(written({ kind: 'joined', text: '' }));

      await expect(remove(1, 'bob')).rejects.toMatchObject({ code: 'not_allowed' });
      await expect(remove(2)).rejects.toMatchObject({ code: 'message_not_found' });
      await expect(remove(3)).rejects.toMatchObject({ code: 'message_not_found' });
      await remove(1, 'ada');
      expect((await store.page(roomId, { limit: 10 })).messages.map(({ kind }) => kind)).toEqual(['deleted', 'joined']);
    });
  });

  describe('takes reactions', () => {
    const react = (emoji: string, userId: string, reacted = true, sequence = 1, from = store) =>
      from.react({ roomId, sequence, userId, emoji, reacted });

    it('in the order in which they come, and says all of them', async () => {
      await write('Lunch?');
      await react('👍', 'ada');
      await react('🎉', 'bob');
      const reactions = await react('👍', 'bob');

      expect(reactions).toEqual([
        { emoji: '👍', userIds: ['ada', 'bob'] },
        { emoji: '🎉', userIds: ['bob'] },
      ]);
      expect((await store.page(roomId, { limit: 1 })).messages[0]?.reactions).toEqual(reactions);
      expect((await store.search(roomId, { text: 'lunch', limit: 1 })).messages[0]?.reactions).toEqual(reactions);
    });

    it('and gives them back, each as often as it likes', async () => {
      await write('Lunch?');
      await react('👍', 'ada');
      expect(await react('👍', 'ada')).toEqual([{ emoji: '👍', userIds: ['ada'] }]);
      expect(await react('🎉', 'ada', false)).toEqual([{ emoji: '👍', userIds: ['ada'] }]);
      expect(await react('👍', 'ada', false)).toEqual([]);
      expect(await react('👍', 'ada', false)).toEqual([]);
    });

    it('from many at once over two processes, none lost and none twice', async () => {
      await write('Lunch?');
      const other = await stores.another();
      const users = Array.from({ length: 20 }, (_, index) => `user ${index}`);
      await Promise.all(users.flatMap((user) => [react('👍', user), react('👍', user, true, 1, other)]));
      const [reaction] = (await store.page(roomId, { limit: 1 })).messages[0]?.reactions ?? [];

      expect([...(reaction?.userIds ?? [])].sort()).toEqual([...users].sort());
    });

    it('of so many emoji and not more, also when they come at once', async () => {
      await write('Lunch?');
      const emoji = Array.from({ length: limits.reactionsPerMessage + 5 }, (_, index) =>
        String.fromCodePoint(0x1f600 + index),
      );
      const answers = await Promise.allSettled(emoji.map((one) => react(one, 'ada')));
      const { reactions } = (await store.page(roomId, { limit: 1 })).messages[0]!;

      expect(reactions).toHaveLength(limits.reactionsPerMessage);
      const refused = answers.filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(5);
      expect(refused[0]).toMatchObject({ reason: { code: 'not_allowed' } });
      expect(await react(reactions[0]!.emoji, 'bob')).toContainEqual({
        emoji: reactions[0]!.emoji,
        userIds: ['ada', 'bob'],
      });
    });

    it('only to what people wrote', async () => {
      await store.append(written({ kind: 'joined', text: '' }));
      await expect(react('👍', 'ada')).rejects.toMatchObject({ code: 'message_not_found' });
      await expect(react('👍', 'ada', true, 2)).rejects.toMatchObject({ code: 'message_not_found' });
    });
  });

  describe('forgets', () => {
    it('the messages of a deleted room and of no other', async () => {
      const other = randomUUID();
      await write('one', 'two');
      await store.react({ roomId, sequence: 1, userId: 'ada', emoji: '👍', reacted: true });
      await store.append(written({ roomId: other }));
      await store.deleteRoom(roomId);

      expect(await sequencesOf()).toEqual([]);
      expect((await store.search(roomId, { text: 'one', limit: 10 })).messages).toEqual([]);
      expect((await store.page(other, { limit: 10 })).messages).toHaveLength(1);

      const { message } = await store.append(written());
      expect(message.sequence).toBe(1);
      expect((await store.page(roomId, { limit: 10 })).messages).toEqual([message]);
    });

    it('more messages of a deleted room than are deleted at once', async () => {
      for (let portion = 0; portion < 11; portion++) {
        await Promise.all(Array.from({ length: 50 }, () => store.append(written({ text: 'one' }))));
      }
      await store.deleteRoom(roomId);

      expect(await sequencesOf()).toEqual([]);
      expect((await store.append(written())).message.sequence).toBe(1);
    });

    it('what is older than it is to keep, and goes on counting', async () => {
      await store.append(written({ text: 'old one', sentAt: new Date(Date.now() - 8 * DAY) }));
      await store.append(written({ text: 'old two', sentAt: new Date(Date.now() - 7 * DAY) }));
      await store.append(written({ text: 'young one' }));
      const forgetful = await stores.another({ retentionDays: 7 });

      expect(await textsOf({ limit: 1 }, forgetful)).toEqual({ texts: ['young one'], hasMore: false });
      const { messages } = await forgetful.search(roomId, { text: 'one', limit: 10 });
      expect(messages.map(({ text }) => text)).toEqual(['young one']);
      await expect(
        forgetful.react({ roomId, sequence: 1, userId: 'ada', emoji: '👍', reacted: true }),
      ).rejects.toMatchObject({ code: 'message_not_found' });

      await stores.deleteExpired(forgetful);
      expect(await sequencesOf()).toEqual([3]);
    });

    it('even the newest message without giving its number again', async () => {
      await write('one', 'two');
      const later = await stores.another({ retentionDays: 1, now: () => new Date(Date.now() + 2 * DAY) });
      await stores.deleteExpired(later);
      expect(await sequencesOf(later)).toEqual([]);

      const { message } = await later.append(written());
      expect(message.sequence).toBe(3);
    });

    it('messages without giving their numbers again on a server that knew an earlier one', async () => {
      let time = Date.now();
      const forgetful = { retentionDays: 1, now: () => new Date(time) };
      const [quiet, busy] = [await stores.another(forgetful), await stores.another(forgetful)];
      await quiet.append(written());
      await busy.append(written());
      await busy.append(written());
      time += 2 * DAY;
      await stores.deleteExpired(busy);

      const { message } = await quiet.append(written());
      expect(message.sequence).toBe(4);
    });
  });
}
