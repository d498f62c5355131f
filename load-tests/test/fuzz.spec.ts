/** Fuzz: noise on every port while people meet. Nothing ends, nothing is left unhandled, and everybody keeps sound and picture. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorAnswerSchema, limits, requests, type RequestName, type RequestResult } from '@minimeet/protocol';
import fc from 'fast-check';
import { io, type Socket } from 'socket.io-client';
import { requestRules, routeRules, type Belongings, type World } from '../../server/test/access-rules.js';
import { nearly, samples } from '../../server/test/faulty-inputs.js';
import { createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { Bot } from '../src/bot.js';
import { until } from '../src/waiting.js';

const many = '1000000';
const names = (Object.keys(requests) as RequestName[]).filter((name) => name !== 'join_room');
/** What may come of an input that is refused; all else is a mistake of the server's. */
const mistakes = ['internal_error', 'timeout', 'database_unavailable', 'chat_unavailable'];

describe('fuzz: a meeting of two', () => {
  let server: TestServer;
  let roomSlug: string;
  let token: string;
  const bots: Bot[] = [];
  const sockets: Socket[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    server = await startServer({
      // So that noise comes further than to the limits.
      RATE_LIMIT_SOCKET_REQUESTS: many,
      RATE_LIMIT_SOCKET_BURST: many,
      RATE_LIMIT_CHAT_MESSAGES: many,
      RATE_LIMIT_FAILED_LOGINS: many,
      RATE_LIMIT_LOGINS: many,
    });
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

  it('goes on while a third sends requests that nearly fit', async () => {
    for (const name of names) {
      const { socket, own } = await intruder();
      const sent = [...samples(nearly(requestRules[name].payload(own, roomSlug)), 60)]
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
    await everythingIsWell();
  });

  it('goes on while bodies that nearly fit come to the REST API', async () => {
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
      for (const payload of body ? samples(nearly(body(world)), 30) : []) {
        const { status } = await fetch(server.url + address, {
          method,
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify(payload),
        });
        expect({ route, status, isMistake: status >= 500 }).toEqual({ route, status, isMistake: false });
      }
    }
    await everythingIsWell();
  });

  it('goes on while bytes come to the port of pages and sockets that are no HTTP, and no WebSocket after it', async () => {
    const { port } = new URL(server.url);
    const upgrade =
      `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
    const beginnings = ['', 'GET / HTTP/1.1\r\n', 'POST /auth/login HTTP/1.1\r\nContent-Length: 5\r\n\r\n', upgrade];
    const noise = fc.tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 2000 }));

    for (const [beginning, bytes] of samples(noise, 300)) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      socket.resume().end(Buffer.concat([Buffer.from(beginning), bytes]));
      await Promise.race([once(socket, 'close'), delay(50)]);
      socket.destroy();
    }
    await everythingIsWell();
  });

  it('goes on while packets come to the media port that look like STUN, DTLS, RTP and RTCP', async () => {
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

    for (const noise of samples(packet, 10_000)) {
      socket.send(noise, port, '127.0.0.1');
      sent += 1;
      // The kernel's buffer is not to drop them before the worker sees them.
      if (sent % 100 === 0) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    await everythingIsWell();
    socket.close();
  });
});
