/** Fuzz: noise on every port while people meet. Nothing ends, nothing is left unhandled or behind, and everybody keeps sound and picture. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorAnswerSchema, limits, requests, type RequestName, type RequestResult } from '@minimeet/protocol';
import fc from 'fast-check';
import { observer } from 'mediasoup';
import type { WebRtcServer, Worker } from 'mediasoup/types';
import { io, type Socket } from 'socket.io-client';
import { requestRules, routeRules, type Belongings, type World } from '../../server/test/access-rules.js';
import { nearly, samples } from '../../server/test/faulty-inputs.js';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { Meetings } from '../../server/src/meetings/meetings.js';
import { SignalingEvents } from '../../server/src/signaling/signaling-events.js';
import { Bot } from '../src/bot.js';
import { until } from '../src/waiting.js';

const many = '1000000';
const names = (Object.keys(requests) as RequestName[]).filter((name) => name !== 'join_room');
/** What may come of an input that is refused; all else is a mistake of the server's. */
const mistakes = ['internal_error', 'timeout', 'database_unavailable', 'chat_unavailable'];

/** Bytes by which memory may differ from one half of the noise to the other, however much noise it is. */
const HEAP_NOISE = 5_000_000;
/** The same for timers and open handles: what comes and goes with connections and media at any moment. */
const HANDLE_NOISE = 40;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What must not become more. */
interface Figures {
  /** Each number is the same whenever only the two are there. */
  counts: { sockets: number; participants: number; routers: number; objects: number; transports: number };
  handles: number;
  heapBytes: number;
}

describe('fuzz: a meeting of two', () => {
  let server: TestServer;
  let roomSlug: string;
  let token: string;
  const bots: Bot[] = [];
  const sockets: Socket[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  const workers: Worker[] = [];
  const webRtcServers: WebRtcServer[] = [];
  /** Sockets that the server has admitted and not seen close. */
  let open = 0;
  let before: Figures;

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    observer.on('newworker', (worker) => {
      workers.push(worker);
      worker.observer.on('newwebrtcserver', (webRtcServer) => webRtcServers.push(webRtcServer));
    });
    server = await startServer({
      // So that noise comes further than to the limits.
      RATE_LIMIT_SOCKET_REQUESTS: many,
      RATE_LIMIT_SOCKET_BURST: many,
      RATE_LIMIT_CHAT_MESSAGES: many,
      RATE_LIMIT_FAILED_LOGINS: many,
      RATE_LIMIT_LOGINS: many,
      RATE_LIMIT_ADDRESS_REQUESTS: many,
      RATE_LIMIT_ADDRESS_CHAT_MESSAGES: many,
      RATE_LIMIT_ADDRESS_CONNECTIONS: many,
      RATE_LIMIT_ADDRESS_JOINS: many,
    });
    const events = server.app.get(SignalingEvents);
    events.on('socket_admitted', () => (open += 1));
    events.on('socket_closed', () => (open -= 1));
    const host = await guest(server.url, 'Grace');
    ({ slug: roomSlug } = await createRoom(server.url, host.accessToken));
    // No host of the meeting: those may end it.
    ({ accessToken: token } = await guest(server.url, 'Mallory'));
    for (const displayName of ['Ada', 'Bob']) {
      const bot = new Bot({
        url: server.url,
        room: roomSlug,
        displayName,
        rates: { framesPerSecond: 10, voicePacketsPerSecond: 20 },
      });
      bots.push(bot);
      await bot.join();
    }
    await everybodySees();
    before = await figures();
  });

  afterAll(async () => {
    sockets.forEach((socket) => socket.disconnect());
    await Promise.all(bots.map((bot) => bot.leave()));
    await server.stop();
    process.off('unhandledRejection', note);
  });

  /** Pictures arrive from now on. */
  async function everybodySees(): Promise<void> {
    const packets = ({ media }: Bot) =>
      [...media.incoming.values()].reduce((sum, { kind, packets }) => (kind === 'video' ? sum + packets : sum), 0);
    const before = bots.map(packets);
    await until('pictures arrive at both', () => bots.every((bot, index) => packets(bot) > (before[index] ?? 0) + 10));
  }

  async function everythingIsWell(): Promise<void> {
    await everybodySees();
    expect(bots.map(({ client }) => client.state.status)).toEqual(['joined', 'joined']);
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200);
    expect(unhandled).toEqual([]);
  }

  /** What there is, once only the two are there. */
  async function figures(): Promise<Figures> {
    sockets.splice(0).forEach((socket) => socket.disconnect());
    await until('the intruders are gone', () => open === 2 && server.app.get(Meetings).placesTaken === 2);
    const [dumps, servers] = await Promise.all([
      Promise.all(workers.map((worker) => worker.dump())),
      Promise.all(webRtcServers.map((webRtcServer) => webRtcServer.dump())),
    ]);
    // What a registry of finalizers or a closed handle refers to goes in a later turn of the event loop.
    for (let round = 0; round < 6; round += 1) {
      collectGarbage();
      await delay(20);
    }

    return {
      counts: {
        sockets: open,
        participants: server.app.get(Meetings).placesTaken,
        routers: dumps.reduce((sum, { routerIds }) => sum + routerIds.length, 0),
        // All that can be asked something has a handler: routers, transports, producers, consumers, observers.
        objects: dumps.reduce(
          (sum, { channelMessageHandlers }) => sum + channelMessageHandlers.channelRequestHandlers.length,
          0,
        ),
        transports: servers.reduce(
          (sum, { webRtcTransportIds, localIceUsernameFragments }) =>
            sum + webRtcTransportIds.length + localIceUsernameFragments.length,
          0,
        ),
      },
      handles: process.getActiveResourcesInfo().length,
      heapBytes: process.memoryUsage().heapUsed,
    };
  }

  const ask = (socket: Socket, name: string, payload: unknown): Promise<object> =>
    socket.timeout(20_000).emitWithAck(name, payload);

  async function intruder(): Promise<{ socket: Socket; own: Belongings; port: number }> {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, forceNew: true, auth: { token } });
    sockets.push(socket);
    const joined = (await ask(socket, 'join_room', { roomId: roomSlug })) as RequestResult<'join_room'>;
    const { participant, resumeToken, sendTransport, recvTransport } = joined;

    return {
      socket,
      port: sendTransport.iceCandidates.find(({ protocol }) => protocol === 'udp')?.port ?? 0,
      own: {
        participantId: participant.id,
        resumeToken,
        sendTransportId: sendTransport.id,
        recvTransportId: recvTransport.id,
        producerId: 'none',
        consumerId: 'none',
        sequence: 1,
      },
    };
  }

  async function sendRequests(): Promise<void> {
    for (const name of names) {
      const { socket, own } = await intruder();
      const sent = [...samples(nearly(requestRules[name].payload(own, roomSlug)), 30)]
        // Who sends more is disconnected, which is another test's.
        .filter((payload) => JSON.stringify(payload).length < limits.packetBytes / 2);
      const answers = await Promise.all(sent.map((payload) => ask(socket, name, payload)));
      const codes = answers.map((answer) => errorAnswerSchema.safeParse(answer).data?.error.code);

      expect({ name, mistakes: codes.filter((code) => code !== undefined && mistakes.includes(code)) }).toEqual({
        name,
        mistakes: [],
      });
      socket.disconnect();
    }
  }

  async function sendBodies(): Promise<void> {
    const world = {
      callerId: '',
      otherId: '',
      roomSlug,
      meetingId: '',
      refreshToken: 'none',
      apiKeyId: '',
      joinToken: 'none',
    } satisfies World;

    for (const [route, { body, path }] of Object.entries(routeRules)) {
      const [method, template] = route.split(' ') as [string, string];
      const address = template.replace(/\{(\w+)\}/g, (_, name: string) => path?.(world)[name] || roomSlug);
      for (const payload of body ? samples(nearly(body(world)), 15) : []) {
        const { status } = await fetch(server.url + address, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(payload),
        });
        expect({ route, status, isMistake: status >= 500 }).toEqual({ route, status, isMistake: false });
      }
    }
  }

  /** To the port of pages and sockets: no HTTP, and no WebSocket after it. */
  async function sendBytes(): Promise<void> {
    const { port } = new URL(server.url);
    const upgrade =
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
    const beginnings = ['', 'GET / HTTP/1.1\r\n', 'POST /auth/login HTTP/1.1\r\nContent-Length: 5\r\n\r\n', upgrade];
    const noise = fc.tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 2000 }));

    for (const [beginning, bytes] of samples(noise, 150)) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      socket.resume().end(Buffer.concat([Buffer.from(beginning), bytes]));
      await Promise.race([once(socket, 'close'), delay(50)]);
      socket.destroy();
    }
  }

  /** To the media port: what looks like STUN, DTLS, RTP and RTCP. */
  async function sendPackets(): Promise<void> {
    const { port } = await intruder();
    // By their first byte (RFC 7983): STUN, DTLS, RTP and RTCP, and what is none of them.
    const heads = [
      [0x00, 0x01, 0x00, 0x08, 0x21, 0x12, 0xa4, 0x42],
      [0x01, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42],
      [0x16, 0xfe, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x01],
      [0x17, 0xfe, 0xfd, 0x00, 0x01],
      [0x80, 0x60],
      [0x9f, 0xff],
      [0x80, 0xc8, 0x00, 0x06],
      [0x81, 0xc9, 0x00, 0x07],
      [0x8f, 0xce, 0xff, 0xff],
      [],
    ];
    const packet = fc
      .tuple(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }))
      .map(([head, bytes]) => Buffer.from([...head, ...bytes]));
    const socket = createSocket('udp4');
    let sent = 0;

    for (const noise of samples(packet, 5000)) {
      socket.send(noise, port, '127.0.0.1');
      sent += 1;
      // The kernel's buffer is not to drop them before the worker sees them.
      if (sent % 100 === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    socket.close();
  }

  it('goes on while a third sends requests that nearly fit', async () => {
    await sendRequests();
    await everythingIsWell();
  });

  it('goes on while bodies that nearly fit come to the REST API', async () => {
    await sendBodies();
    await everythingIsWell();
  });

  it('goes on while bytes come to the port of pages and sockets that are no HTTP, and no WebSocket after it', async () => {
    await sendBytes();
    await everythingIsWell();
  });

  it('goes on while packets come to the media port that look like STUN, DTLS, RTP and RTCP', async () => {
    await sendPackets();
    await everythingIsWell();
  });

  it('has no more of anything after as much noise again', async () => {
    const half = await figures();
    await sendRequests();
    await sendBodies();
    await sendBytes();
    await sendPackets();
    await everythingIsWell();
    const whole = await figures();

    expect(half.counts).toEqual(before.counts);
    expect(whole.counts).toEqual(before.counts);
    expect(whole.handles - half.handles).toBeLessThan(HANDLE_NOISE);
    expect(whole.heapBytes - half.heapBytes).toBeLessThan(HEAP_NOISE);
  });
});
