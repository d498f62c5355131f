/**
 * Chat through the client, with the server's real store.
 *
 * @jest-environment ./sdk/test/webrtc-environment.js
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChatMessage, Room, Session } from '@minimeet/protocol';
import type { ChatEntry } from '@minimeet/sdk';
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
    await until(() => people.every(({ state }) => state.messages.length === 9));
    const [first, ...others] = people.map(texts);
    for (const other of others) expect(other).toEqual(first);
    for (const index of [0, 1, 2]) {
      expect(first!.filter((text) => text.startsWith(`${index}-`))).toEqual(
        [1, 2, 3].map((number) => `${index}-${number}`),
      );
    }
    expect(people[0]!.state.messages.filter(({ mine }) => mine)).toHaveLength(3);
  });

  it('shows an own message at once, and as sent when it is stored', async () => {
    const [ada, bob] = [await joined('Ada'), await joined('Bob')];
    const heard: ChatMessage[] = [];
    for (const { client } of [ada, bob]) client.on('message', (message) => heard.push(message));

    const sending = ada.client.sendMessage('  hello ');
    expect(ada.state.messages).toMatchObject([{ text: 'hello', status: 'sending', sequence: null, mine: true }]);
    const stored = await sending;
    expect(ada.state.messages).toMatchObject([
      { text: 'hello', status: 'sent', sequence: stored.sequence, mine: true },
    ]);
    await until(() => heard.length > 0);
    expect(heard).toEqual([stored]);
    expect(bob.state.messages).toMatchObject([{ text: 'hello', mine: false, displayName: 'Ada' }]);
  });

  it('refuses what is no message, and whoever has not joined', async () => {
    const [ada, bob] = [await joined('Ada'), person('Bob')];
    await expect(ada.client.sendMessage('   ')).rejects.toMatchObject({ code: 'invalid_payload' });
    await expect(ada.client.sendMessage('x'.repeat(4001))).rejects.toMatchObject({ code: 'invalid_payload' });
    await expect(bob.client.sendMessage('hello')).rejects.toMatchObject({ code: 'not_joined' });
    await expect(ada.client.resendMessage('unknown')).rejects.toMatchObject({ code: 'not_found' });
    expect(ada.state.messages).toEqual([]);
  });

  it('gives a late comer the newest messages, and the older ones page by page', async () => {
    const ada = await joined('Ada');
    const written = Array.from({ length: 120 }, (_, index) => `message ${index + 1}`);
    for (const text of written) await ada.client.sendMessage(text);

    const bob = await joined('Bob');
    const heard: ChatMessage[] = [];
    bob.client.on('message', (message) => heard.push(message));
    expect(texts(bob)).toEqual(written.slice(70));
    expect(bob.state.hasOlderMessages).toBe(true);

    await Promise.all([bob.client.loadOlderMessages(), bob.client.loadOlderMessages()]);
    expect(texts(bob)).toEqual(written.slice(20));
    await bob.client.loadOlderMessages();
    expect(texts(bob)).toEqual(written);
    expect(bob.state.hasOlderMessages).toBe(false);
    await bob.client.loadOlderMessages();
    expect(texts(bob)).toEqual(written);
    expect(heard).toEqual([]);
  });

  it('stores once what is sent again because the answer was lost', async () => {
    const network = await signalingNetworkTo(server.url);
    const [ada, bob] = [await joined('Ada', { url: network.url }), await joined('Bob')];
    // Cut at different moments: before the message gets out, while it is under way, before its answer comes back.
    const written: string[] = [];
    for (let moment = 0; moment < 12; moment += 2) {
      written.push(`message ${moment}`);
      const sending = ada.client.sendMessage(`message ${moment}`);
      await new Promise((resolve) => setTimeout(resolve, moment));
      network.cut();
      await sending;
      await until(() => ada.state.status === 'joined');
    }
    await until(() => bob.state.messages.length === written.length);
    expect(texts(bob)).toEqual(written);
    expect(texts(ada)).toEqual(written);
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
    const written = Array.from({ length: 170 }, (_, index) => `message ${index + 1}`);
    for (const text of written) await bob.client.sendMessage(text);
    const reply = ada.client.sendMessage('I am away');
    network.down = false;

    await reply;
    await until(() => ada.state.messages.length === 172);
    expect(texts(ada)).toEqual(['before', ...written, 'I am away']);
    await until(() => heard.length === 171);
    expect(new Set(heard)).toEqual(new Set(['before', ...written]));
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
    expect(ada.state.messages).toMatchObject([{ text: 'goodbye', status: 'failed' } satisfies Partial<ChatEntry>]);

    network.down = false;
    await ada.client.join();
    const { clientMessageId } = ada.state.messages[0]!;
    await ada.client.resendMessage(clientMessageId);
    expect(ada.state.messages).toMatchObject([{ text: 'goodbye', status: 'sent', clientMessageId }]);
    await ada.goHome();
    await network.stop();
  });
});
