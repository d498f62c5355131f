/**
 * Chat through the client, with the server's real store.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChatMessage, Room, Session } from '@minimeet/protocol';
import type { ChatEntry } from '@minimeet/sdk';
import { ChatStore } from '../../server/src/chat/chat-store.js';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { signalingNetworkTo } from './networks.js';
import { everyoneGoesHome, Person, until } from './people.js';

describe('chat', () => {
  let server: TestServer;
  let host: Session;
  let room: Room;

  beforeAll(async () => {
    server = await startServer({ RATE_LIMIT_CHAT_MESSAGES: '1000' });
    host = await guest(server.url, 'Host');
  });

  beforeEach(async () => {
    room = await createRoom(server.url, host.accessToken);
  });

  afterEach(everyoneGoesHome);
  afterAll(() => server.stop());

  const person = (displayName: string, changes = {}) =>
    new Person({ url: server.url, room: room.slug, displayName, ...changes });

  const joined = async (displayName: string, changes = {}) => {
    const someone = person(displayName, changes);
    await someone.client.join();
    return someone;
  };

  const written = ({ state }: Person) => state.messages.filter(({ kind }) => kind === 'text');
  const texts = (person: Person) => written(person).map(({ text }) => text);
  const lines = ({ state }: Person) => state.messages.map(({ kind, displayName }) => `${displayName} ${kind}`);

  it('shows everyone the same messages in the same order', async () => {
    const people = await Promise.all(['Ada', 'Bob', 'Eve'].map((name) => joined(name)));
    await Promise.all(
      people.flatMap(({ client }, index) => [1, 2, 3].map((number) => client.sendMessage(`${index}-${number}`))),
    );
    await until(() => people.every((person) => written(person).length === 9));
    const [first, ...others] = people.map(texts);
    for (const other of others) expect(other).toEqual(first);
    for (const index of [0, 1, 2]) {
      expect(first!.filter((text) => text.startsWith(`${index}-`))).toEqual(
        [1, 2, 3].map((number) => `${index}-${number}`),
      );
    }
    expect(people[0]!.state.messages.filter(({ mine }) => mine)).toHaveLength(3);
    await until(() => lines(people[0]!).filter((line) => line.endsWith('joined')).length === 3);
  });

  it('shows an own message at once, and as sent when it is stored', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    const heard: ChatMessage[] = [];
    for (const { client } of [ada, bob]) client.on('message', (message) => heard.push(message));

    const sending = ada.client.sendMessage('  hello ');
    expect(written(ada)).toMatchObject([{ text: 'hello', status: 'sending', sequence: null, mine: true }]);
    const stored = await sending;
    expect(written(ada)).toMatchObject([{ text: 'hello', status: 'sent', sequence: stored.sequence, mine: true }]);
    await until(() => heard.length > 0);
    expect(heard).toEqual([stored]);
    expect(written(bob)).toMatchObject([{ text: 'hello', mine: false, displayName: 'Ada' }]);
  });

  it('refuses what is no message, and whoever has not joined', async () => {
    const [ada, bob] = [await joined('Ada'), person('Bob')];
    await expect(ada.client.sendMessage('   ')).rejects.toMatchObject({ code: 'invalid_payload' });
    await expect(ada.client.sendMessage('x'.repeat(4001))).rejects.toMatchObject({ code: 'invalid_payload' });
    await expect(bob.client.sendMessage('hello')).rejects.toMatchObject({ code: 'not_joined' });
    await expect(ada.client.resendMessage('unknown')).rejects.toMatchObject({ code: 'not_found' });
    expect(written(ada)).toEqual([]);
  });

  it('gives a late comer the newest messages, and the older ones page by page', async () => {
    const ada = await joined('Ada');
    await until(() => lines(ada).length === 1);
    const all = Array.from({ length: 120 }, (_, index) => `message ${index + 1}`);
    for (const text of all) await ada.client.sendMessage(text);

    const bob = await joined('Bob');
    const heard: ChatMessage[] = [];
    bob.client.on('message', (message) => heard.push(message));
    expect(texts(bob)).toEqual(all.slice(70));
    expect(bob.state.hasOlderMessages).toBe(true);

    await Promise.all([bob.client.loadOlderMessages(), bob.client.loadOlderMessages()]);
    expect(texts(bob)).toEqual(all.slice(20));
    await bob.client.loadOlderMessages();
    expect(texts(bob)).toEqual(all);
    expect(bob.state.hasOlderMessages).toBe(false);
    await bob.client.loadOlderMessages();
    expect(texts(bob)).toEqual(all);
    expect(lines(bob)[0]).toBe('Ada joined');
    expect(heard).toEqual([]);
  });

  it('tells who joined and left, as lines of the chat and not as messages', async () => {
    const ada = await joined('Ada');
    const heard: ChatMessage[] = [];
    ada.client.on('message', (message) => heard.push(message));
    const bob = await joined('Bob');
    await until(() => lines(ada).length === 2);
    await bob.goHome();
    await until(() => lines(ada).length === 3);
    expect(lines(ada)).toEqual(['Ada joined', 'Bob joined', 'Bob left']);
    expect(ada.state.messages.some(({ mine }) => mine)).toBe(false);
    expect(heard).toEqual([]);
  });

  it('shows everyone the reactions to a message', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    const { sequence } = await ada.client.sendMessage('Lunch?');
    const reactions = ({ state }: Person) => state.messages.find((message) => message.sequence === sequence)?.reactions;
    const thumb = { emoji: '👍', userIds: [bob.state.me!.userId] };

    await bob.client.react(sequence, '👍', true);
    expect(reactions(bob)).toEqual([thumb]);
    await until(() => reactions(ada)?.length === 1);
    expect(reactions(ada)).toEqual([thumb]);
    const late = await joined('Eve');
    expect(reactions(late)).toEqual([thumb]);
    await bob.client.react(sequence, '👍', false);
    await until(() => [ada, bob, late].every((person) => reactions(person)?.length === 0));
    await expect(bob.client.react(9999, '👍', true)).rejects.toMatchObject({ code: 'message_not_found' });
  });

  it('finds messages, and loads what lies between them and now', async () => {
    const ada = await joined('Ada');
    const { sequence } = await ada.client.sendMessage('The needle');
    for (let index = 0; index < 130; index++) await ada.client.sendMessage(`hay ${index}`);
    const bob = await joined('Bob');
    const { messages, hasMore } = await bob.client.searchMessages('NEEDLE');
    expect(messages.map((message) => message.sequence)).toEqual([sequence]);
    expect(hasMore).toBe(false);
    expect(texts(bob)).not.toContain('The needle');

    await bob.client.loadMessagesSince(sequence);
    expect(texts(bob).slice(0, 2)).toEqual(['The needle', 'hay 0']);
  });

  describe('while the server cannot store messages', () => {
    const away = () => Promise.reject(new Error('the database is away'));
    let restore: () => void;

    const takeStoreAway = () => {
      const store = server.app.get(ChatStore);
      const { append, page } = store;
      restore = () => void Object.assign(store, { append, page });
      Object.assign(store, { append: away, page: away });
    };

    afterEach(() => restore());

    it('shows what waits as retrying, and sends it in order once it can', async () => {
      const [ada, bob] = [await joined('Ada'), await joined('Bob')];
      await until(() => lines(bob).length >= 1 && lines(ada).length === 2);
      takeStoreAway();
      const all = ['one', 'two', 'three'];
      const sending = all.map((text) => ada.client.sendMessage(text));
      await until(() => written(ada).every(({ status }) => status === 'retrying'));
      expect(texts(ada)).toEqual(all);
      expect(texts(bob)).toEqual([]);

      restore();
      await Promise.all(sending);
      await until(() => texts(bob).length === 3);
      expect([texts(ada), texts(bob)]).toEqual([all, all]);
      expect(new Set(written(ada).map(({ status }) => status))).toEqual(new Set(['sent']));
    });

    it('lets people join, who get the old messages later and none of them as news', async () => {
      const ada = await joined('Ada');
      await ada.client.sendMessage('old');
      takeStoreAway();
      const bob = person('Bob');
      const heard: string[] = [];
      bob.client.on('message', ({ text }) => heard.push(text));
      await bob.client.join();
      expect(texts(bob)).toEqual([]);

      restore();
      await until(() => texts(bob).length === 1);
      await ada.client.sendMessage('new');
      await until(() => heard.length > 0);
      expect(heard).toEqual(['new']);
      expect(texts(bob)).toEqual(['old', 'new']);
    });
  });

  it('says of what is too much at once that it waits for that, and sends it by itself', async () => {
    const slow = await startServer({ RATE_LIMIT_CHAT_MESSAGES: '2' });
    try {
      const owner = await guest(slow.url, 'Owner');
      const { slug } = await createRoom(slow.url, owner.accessToken);
      const ada = await joined('Ada', { url: slow.url, room: slug });
      const all = ['one', 'two', 'three'];
      const sending = all.map((text) => ada.client.sendMessage(text));
      await until(() => written(ada).at(-1)?.status === 'retrying');
      expect(written(ada).map(({ status, problem }) => [status, problem])).toEqual([
        ['sent', null],
        ['sent', null],
        ['retrying', 'rate_limited'],
      ]);
      await Promise.all(sending);
      expect(written(ada).map(({ status, problem }) => [status, problem])).toEqual(all.map(() => ['sent', null]));
      expect(texts(ada)).toEqual(all);
      await ada.goHome();
    } finally {
      await slow.stop();
    }
  });

  it('stores once what is sent again because the answer was lost', async () => {
    const network = await signalingNetworkTo(server.url);
    const [ada, bob] = [await joined('Ada', { url: network.url }), await joined('Bob')];
    // Cut at different moments: before the message gets out, while it is under way, before its answer comes back.
    const all: string[] = [];
    for (let moment = 0; moment < 12; moment += 2) {
      all.push(`message ${moment}`);
      const sending = ada.client.sendMessage(`message ${moment}`);
      await new Promise((resolve) => setTimeout(resolve, moment));
      network.cut();
      await sending;
      await until(() => ada.state.status === 'joined');
    }
    await until(() => texts(bob).length === all.length && texts(ada).length === all.length);
    expect(texts(bob)).toEqual(all);
    expect(texts(ada)).toEqual(all);
    await ada.goHome();
    await network.stop();
  });

  it('fetches what was written while the connection was lost', async () => {
    const network = await signalingNetworkTo(server.url);
    const [ada, bob] = [await joined('Ada', { url: network.url }), await joined('Bob')];
    const heard: string[] = [];
    ada.client.on('message', ({ text }) => heard.push(text));
    await bob.client.sendMessage('before');
    await until(() => heard.length === 1);

    network.down = true;
    network.cut();
    const all = Array.from({ length: 170 }, (_, index) => `message ${index + 1}`);
    for (const text of all) await bob.client.sendMessage(text);
    const reply = ada.client.sendMessage('I am away');
    network.down = false;

    await reply;
    await until(() => texts(ada).length === 172);
    expect(texts(ada)).toEqual(['before', ...all, 'I am away']);
    await until(() => heard.length === 171);
    expect(new Set(heard)).toEqual(new Set(['before', ...all]));
    await ada.goHome();
    await network.stop();
  });

  it('marks as failed what is not sent when the meeting is left', async () => {
    const network = await signalingNetworkTo(server.url);
    const ada = await joined('Ada', { url: network.url });
    network.down = true;
    network.cut();
    await until(() => ada.state.status === 'reconnecting');
    const sending = expect(ada.client.sendMessage('goodbye')).rejects.toMatchObject({ code: 'aborted' });
    await ada.client.leave();
    await sending;
    expect(written(ada)).toMatchObject([{ text: 'goodbye', status: 'failed' } satisfies Partial<ChatEntry>]);

    network.down = false;
    await ada.client.join();
    const { clientMessageId } = written(ada)[0]!;
    await ada.client.resendMessage(clientMessageId);
    expect(written(ada)).toMatchObject([{ text: 'goodbye', status: 'sent', clientMessageId }]);
    await ada.goHome();
    await network.stop();
  });
});
