/** What a client can send that speaks Engine.IO and Socket.IO by hand: every byte of it, against a real server. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorAnswer, Notification, RequestResult, Room, Session } from '@minimeet/protocol';
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

  describe('sends what is no packet of this protocol', () => {
    it.each([
      ['an unknown type', '47["ping"]'],
      ['an attachment that was not announced', new Uint8Array([1, 2, 3])],
      ['an event with attachments that never come', '451-["ping",{"_placeholder":true,"num":0}]'],
      ['an acknowledgement with attachments', '461-1[{"_placeholder":true,"num":0}]'],
      ['another namespace', '42/admin,["ping",{}]'],
      ['a namespace of fifty thousand characters', `42/${'n'.repeat(50_000)},["ping"]`],
      ['an id of fifty thousand digits', `42${'9'.repeat(50_000)}["ping"]`],
      ['an error of connecting', '44{"message":"no"}'],
      ['JSON that ends too soon', '42["ping",{'],
      ['a reserved name', '42["disconnect"]'],
    ])('such as %s: the connection ends with a code', async (_, packet) => {
      const socket = await connected();
      socket.send(packet);
      await until(() => socket.isClosed);
      expect(socket.endedWith).toBe('invalid_payload');
    });

    it('of Engine.IO: the connection ends', async () => {
      for (const packet of ['9', '2', 'x', '']) {
        const socket = await connected();
        socket.send(packet);
        await until(() => socket.isClosed);
      }
    });

    it('and the seat is kept, as with any connection that is lost', async () => {
      const { socket, sender, joined } = await receiving();
      socket.send('49');
      await until(() => socket.isClosed);
      await until(() => sender.told('participant_connection').length === 1);
      const again = await connected();
      const { id: participantId } = joined.participant;
      const answer = await again.ask<Partial<ErrorAnswer>>('resume_session', {
        participantId,
        resumeToken: joined.resumeToken,
      });
      expect(answer.error).toBeUndefined();
    });
  });

  describe('connects', () => {
    it.each(
      [
        '',
        '{}',
        '{"token":null}',
        '{"token":5}',
        '{"token":{"toString":null,"valueOf":null}}',
        '{"token":["a"]}',
        '{"__proto__":{"token":"x"}}',
        `{"token":"${'x'.repeat(20_000)}"}`,
        `{"token":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      ].map((credentials) => [credentials.slice(0, 40), credentials]),
    )('with the credentials %s: unauthorized', async (_, credentials) => {
      const socket = await RawSocket.open(server.url);
      sockets.push(socket);
      socket.send(`40${credentials}`);
      await until(() => socket.packets.some((packet) => packet.startsWith('44')));
      expect(socket.packets.find((packet) => packet.startsWith('44'))).toContain('unauthorized');
      await until(() => socket.isClosed);
    });

    it.each(['40["x"]', '40/admin,{"token":"x"}', '42["ping",{}]', '41', '43["x"]'])(
      'with %s instead: the connection ends',
      async (packet) => {
        const socket = await RawSocket.open(server.url);
        socket.send(packet);
        await until(() => socket.isClosed);
      },
    );

    it('again over the same connection: it ends', async () => {
      const socket = await connected();
      socket.send(`40${JSON.stringify({ token: intruder.accessToken })}`);
      await until(() => socket.isClosed);
    });
  });

  describe('sends a payload', () => {
    const many = (count: number, item: (index: number) => string) =>
      Array.from({ length: count }, (_, i) => item(i)).join();

    it.each([
      ['of a great many tiles', 'set_view', `{"tiles":[${many(15_000, () => '{}')}]}`],
      ['of a great many keys', 'set_view', `{${many(5000, (index) => `"k${index}":0`)}}`],
      [
        'of a great many codec parameters',
        'set_rtp_capabilities',
        `{"rtpCapabilities":{"codecs":[{"parameters":{${many(4000, (index) => `"p${index}":0`)}}}]}}`,
      ],
      ['of a great many levels', 'set_view', `${'['.repeat(25_000)}${']'.repeat(25_000)}`],
    ])('%s: it is refused before anything reads it', async (_, event, payload) => {
      const socket = await connected();
      socket.send(`421["${event}",${payload}]`);
      await until(() => socket.packets.some((packet) => packet.startsWith('431[')));
      expect(socket.packets.at(-1)).toContain('The payload is too large');
      expect(socket.isClosed).toBe(false);
    });

    it('larger than a packet may be: the connection ends', async () => {
      const socket = await connected();
      socket.send(`42["send_message",{"text":"${'x'.repeat(70_000)}"}]`);
      await until(() => socket.isClosed);
    });

    it('as large as any that a client needs: it is taken', async () => {
      const socket = await connected(host);
      await socket.ask('join_room', { roomId: room.slug, rtpCapabilities: routerRtpCapabilities });
      // JSON may write each character with six.
      const text = String.raw`\u00e9`.repeat(4000);
      socket.send(`429999["send_message",{"text":"${text}","clientMessageId":"long"}]`);
      const answerOf = () => socket.packets.find((packet) => packet.startsWith('439999['));
      await until(() => answerOf() !== undefined);
      const [answer] = JSON.parse(answerOf()!.slice('439999'.length)) as [RequestResult<'send_message'>];
      expect(answer.message.text).toBe('é'.repeat(4000));
    });
  });

  describe('floods', () => {
    /** Sends for as long as it is let, as fast as it goes. */
    async function flood(socket: RawSocket, packet: string): Promise<number> {
      let sent = 0;

      while (!socket.isClosed) {
        for (let count = 0; count < 500 && socket.unsent < 1_000_000; count += 1) {
          socket.send(packet);
          sent += 1;
        }

        await new Promise((resolve) => setImmediate(resolve));
      }

      return sent;
    }

    const answersIn = ({ packets }: RawSocket) => packets.filter((packet) => packet.startsWith('43'));

    it('with requests that are refused: it is answered for a while, then not any more, then it is ended with a code', async () => {
      const socket = await connected();
      const refusedBefore = await refusals('requests');
      await flood(socket, '421["ping",{}]');

      // 50 a second and 200 more are taken, 300 refusals are answered, and the connection ends with 1500; on a slow machine
      // more than one second passes.
      expect(socket.endedWith).toBe('rate_limited');
      const limited = answersIn(socket).filter((packet) => packet.includes('rate_limited'));
      expect(limited.length).toBeGreaterThan(0);
      expect(limited.length).toBeLessThanOrEqual(300);
      expect((await refusals('requests')) - refusedBefore).toBeLessThanOrEqual(1501);
      expect(await refusals('socket_refusals')).toBeGreaterThan(0);
    });

    it.each([
      ['acknowledgements of nothing', '43999[{}]'],
      ['events that there are none of', '42[5]'],
      ['heartbeats', '3'],
      ['chat that is refused', '42["send_message",{"text":"x","clientMessageId":"x"}]'],
    ])('with %s: it is ended', async (_, packet) => {
      const socket = await connected();
      await flood(socket, packet);
      expect(socket.endedWith).toBe('rate_limited');
    });

    it('while others go on: each of their requests is answered between those of the flood', async () => {
      // One after the other, as who comes back at once.
      const flooding = (async () => {
        for (let turn = 0; turn < 5; turn += 1) {
          await flood(await connected(), '421["ping",{"unknown":1}]');
        }
      })();
      const delays: number[] = [];
      let isOver = false;
      void flooding.then(() => (isOver = true));

      while (!isOver || delays.length < 20) {
        const begin = performance.now();
        await bystander.ask('ping', {});
        delays.push(performance.now() - begin);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }

      await flooding;
      // Client, server and flood share this process, and the machine has other things to do: a queue of seconds is what must not be.
      const [median] = delays.sort((one, other) => one - other).slice(Math.floor(delays.length / 2));
      expect(median).toBeLessThan(500);
    });

    async function refusals(limit: string): Promise<number> {
      const text = await (await fetch(`${server.url}/metrics`)).text();

      return Number(new RegExp(`minimeet_refusals_total\\{limit="${limit}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
    }
  });

  describe('speaks long polling', () => {
    async function opened(): Promise<string> {
      const response = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`);

      return `${server.url}/socket.io/?EIO=4&transport=polling&sid=${
        (JSON.parse((await response.text()).slice(1)) as { sid: string }).sid
      }`;
    }

    it('which is there for whom a proxy lets no WebSocket through', async () => {
      const url = await opened();
      const body = `40${JSON.stringify({ token: intruder.accessToken })}`;
      expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
      let received = '';
      await until(async () => (received += await (await fetch(url)).text()).includes('"welcome"'));
    });

    it('by scripts of other pages (JSONP): it is refused', async () => {
      expect((await fetch(`${server.url}/socket.io/?EIO=4&transport=polling&j=0`)).status).toBe(400);
      const url = await opened();
      expect((await fetch(`${url}&j=0`)).status).toBe(400);
    });

    it('with tens of thousands of packets in one body: it is ended', async () => {
      const url = await opened();
      await fetch(url, { method: 'POST', body: Array(30_000).fill('3').join('\x1e') }).catch(() => undefined);
      await until(async () => (await fetch(url)).status === 400);
    });

    it('with too large a body: it is refused', async () => {
      expect((await fetch(await opened(), { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
    });
  });
});
