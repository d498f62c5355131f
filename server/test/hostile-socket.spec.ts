/** What a client can send that speaks Engine.IO and Socket.IO by hand: every byte of it, against a real server. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Notification, RequestResult, Room, Session } from '@minimeet/protocol';
import { routerRtpCapabilities } from '../src/media/codecs.js';
import { sending } from './access-rules.js';
import { createRoom, guest, startServer, type TestServer } from './harness.js';
import { RawSocket } from './raw-socket.js';
import { until } from './support.js';

type Join = RequestResult<'join_room'>;

describe('a socket whose client sends what it likes', () => {
  let server: TestServer;
  let host: Session;
  let intruder: Session;
  let room: Room;
  let bystander: RawSocket;
  const sockets: RawSocket[] = [];

  beforeAll(async () => {
    server = await startServer();
    [host, intruder] = [await guest(server.url, 'Host'), await guest(server.url, 'Mallory')];
    bystander = await RawSocket.connect(server.url, host.accessToken);
  });

  beforeEach(async () => {
    room = await createRoom(server.url, host.accessToken);
  });

  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.close());
    // The process is the test's own: were it to end, nothing of this would be reached.
    expect(await bystander.ask('ping', {})).toMatchObject({ pong: expect.any(Number) });
    expect(bystander.isClosed).toBe(false);
  });

  afterAll(async () => {
    bystander.close();
    await server.stop();
  });

  async function connected(session = intruder): Promise<RawSocket> {
    const socket = await RawSocket.connect(server.url, session.accessToken);
    sockets.push(socket);

    return socket;
  }

  /** In a meeting in which somebody sends: there is something to be received. */
  async function receiving(): Promise<{ socket: RawSocket; sender: RawSocket; joined: Join; produced: string }> {
    const [sender, socket] = [await connected(host), await connected()];
    const { sendTransport } = await sender.ask<Join>('join_room', { roomId: room.slug });
    const { producerId } = await sender.ask<RequestResult<'produce'>>('produce', sending(sendTransport.id, 'camera'));
    const joined = await socket.ask<Join>('join_room', { roomId: room.slug, rtpCapabilities: routerRtpCapabilities });
    await until(() => socket.told('new_consumer').length === 1);

    return { socket, sender, joined, produced: producerId };
  }

  describe('sends an event', () => {
    it.each(['5', '-1', '1e400', '0.5'])('named by the number %s: there is no such event', async (name) => {
      const socket = await connected();
      socket.send(`427[${name}]`);
      socket.send(`42[${name},{"a":1}]`);
      await until(() => socket.packets.some((packet) => packet.startsWith('437[')));
      expect(socket.packets.find((packet) => packet.startsWith('437['))).toContain('unknown_event');
      await until(() => socket.told('request_failed').length === 1);
      expect(socket.told('request_failed')[0]?.payload).toMatchObject({ error: { code: 'unknown_event' } });
      expect(socket.isClosed).toBe(false);
    });

    it.each(['null', 'true', '{}', '[]', '[["ping"]]', '{"toString":null}'])(
      'named by %s, which Socket.IO does not take: only this connection ends',
      async (name) => {
        const socket = await connected();
        socket.send(`42[${name}]`);
        await until(() => socket.isClosed);
      },
    );
  });

  describe('acknowledges a consumer', () => {
    const nonsense = [
      'true',
      '5',
      '"x"',
      'null',
      '',
      '[]',
      '[[]]',
      '{"error":null}',
      '{"error":5}',
      '{"error":{"message":{"toString":null,"valueOf":null}}}',
      '{"error":{"code":"x","message":{"toString":null,"valueOf":null}}}',
      '{"error":{"code":"x","message":5}}',
      '{"__proto__":{"error":1}}',
      '{"ok":true}',
      '{"a":0},{},5',
      `{"error":{"code":"unsupported_media","message":"${'x'.repeat(5000)}"}}`,
    ];

    it.each(nonsense.map((answer) => [answer.slice(0, 70), answer]))(
      'with %s: it is refused, closed, and nothing else happens',
      async (_, answer) => {
        const { socket } = await receiving();
        const [offer] = socket.told<Notification<'new_consumer'>>('new_consumer');
        socket.send(`43${offer!.id}[${answer}]`);
        await until(() => socket.told('consumer_closed').length === 1);
        expect(socket.told('consumer_closed')[0]?.payload).toEqual({ consumerId: offer!.payload.id });
        // Twice, and under ids that nobody gave out.
        socket.send(`43${offer!.id}[${answer}]`);
        socket.send(`4399999[${answer}]`);
        expect(await socket.ask('ping', {})).toMatchObject({ pong: expect.any(Number) });
      },
    );

    it('as it should: packets flow', async () => {
      const { socket, joined, produced } = await receiving();
      const [offer] = socket.told<Notification<'new_consumer'>>('new_consumer');
      expect(offer!.payload.producerId).toBe(produced);
      socket.send(`43${offer!.id}[{}]`);
      expect(await socket.ask('request_key_frame', { consumerId: offer!.payload.id })).toEqual({});
      expect(joined.participants).toHaveLength(1);
      expect(socket.told('consumer_closed')).toEqual([]);
    });
  });
});
