/**
 * Fuzz: noise on every port while people meet. Nothing ends, nothing is left unhandled or behind, and everybody keeps sound and picture.
 * A failure names what was sent, and the seed (`FUZZ_SEED`) that makes the same noise again.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  errorAnswerSchema,
  limits,
  requests,
  type ErrorAnswer,
  type JoinToken,
  type NewApiKey,
  type Notification,
  type RequestName,
  type RequestResult,
  type Session,
  type User,
} from '@minimeet/protocol';
import fc from 'fast-check';
import { observer } from 'mediasoup';
import type { WebRtcServer, WebRtcTransport, Worker } from 'mediasoup/types';
import { io, type Socket } from 'socket.io-client';
import { routeRules, sending, type Belongings, type World } from '../../server/test/access-rules.js';
import { around, repeatedWith, samples } from '../../server/test/faulty-inputs.js';
import { api, basic, createRoom, guest, startServer, type TestServer } from '../../server/test/harness.js';
import { bodiesOf, payloadsOf } from '../../server/test/request-seeds.js';
import { toldIn } from '../../server/test/support.js';
import { routerRtpCapabilities } from '../../server/src/media/codecs.js';
import { Meetings } from '../../server/src/meetings/meetings.js';
import { SignalingEvents } from '../../server/src/signaling/signaling-events.js';
import { Bot } from '../src/bot.js';
import { residentBytes } from '../src/examined-server.js';
import { until } from '../src/waiting.js';
import { MediaConnection } from '../src/webrtc/media-connection.js';
import { bindingRequestTo } from '../src/webrtc/stun.js';
import { withoutLimits } from './adversary/arena.js';
import { packet, rtcp, rtp } from './adversary/media-packets.js';

const many = '1000000';
const names = Object.keys(requests) as RequestName[];
/** What a connection may do once: each input of these has one of its own. */
const onceEach: readonly RequestName[] = ['join_room', 'resume_session', 'set_rtp_capabilities'];
const admin = { email: 'admin@example.org', password: 'administrator' };
/** Who may call a route and can read its body: the first of these that its rule names. */
const callers = ['owner', 'admin', 'application'] as const;
/** What may come of an input that is refused; all else is a mistake of the server's. */
const mistakes = ['internal_error', 'timeout', 'database_unavailable', 'chat_unavailable'];

/** Bytes by which memory may differ from one half of the noise to the other, however much noise it is. */
const HEAP_NOISE = 5_000_000;
/** The same for what the media workers occupy. */
const WORKER_NOISE = 10_000_000;
/** The same for timers and open handles of the two, who go on sending: far less than there are inputs. */
const HANDLE_NOISE = 5;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What must not become more. */
interface Figures {
  /** Each number is the same whenever only the two are there. */
  counts: { sockets: number; participants: number; routers: number; objects: number; transports: number };
  heapBytes: number;
  /** Resident, of the media workers. */
  workerBytes: number;
}

type Joined = RequestResult<'join_room'>;

/** Somebody in a meeting, with a microphone or a camera and a line in the chat. */
interface Intruder {
  socket: Socket;
  joined: Joined;
  belongings: Belongings;
}

/** Inputs that the server got, of whichever kind. */
let inputs = 0;
/** At least as many in all. */
const leastInputs = 100_000;

/** What became of a kind of inputs. */
class Outcomes {
  accepted = 0;
  refused = 0;
  readonly mistakes: { input: unknown; outcome: unknown }[] = [];

  constructor(private readonly what: string) {}

  note(input: unknown, outcome: { isAccepted: boolean; isMistake: boolean; outcome: unknown }): void {
    if (outcome.isMistake) {
      this.mistakes.push({ input, outcome: outcome.outcome });
    }

    this[outcome.isAccepted ? 'accepted' : 'refused'] += 1;
    inputs += 1;
  }

  /** Both came to pass, or the inputs were all alike to the server. */
  expectVariety(): void {
    const { what, mistakes, accepted, refused } = this;

    expect({ what, repeatedWith, mistakes, someAccepted: accepted > 0, someRefused: refused > 0 }).toEqual({
      what,
      repeatedWith,
      mistakes: [],
      someAccepted: true,
      someRefused: true,
    });
  }
}

describe('fuzz: a meeting of two', () => {
  let server: TestServer;
  let roomSlug: string;
  let token: string;
  const bots: Bot[] = [];
  const sockets: Socket[] = [];
  const connections: MediaConnection[] = [];
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  const workers: Worker[] = [];
  const webRtcServers: WebRtcServer[] = [];
  /** Those that are open, by id. */
  const transports = new Map<string, WebRtcTransport>();
  /** Sockets that the server has admitted and not seen close. */
  let open = 0;
  let before: Figures;
  let handlesBefore: number;

  beforeAll(async () => {
    // Where the process itself ends, no failure could say it.
    process.stderr.write(`fuzz: ${repeatedWith}\n`);
    process.on('unhandledRejection', note);
    observer.on('newworker', (worker) => {
      workers.push(worker);
      worker.observer.on('newwebrtcserver', (webRtcServer) => webRtcServers.push(webRtcServer));
      worker.observer.on('newrouter', (router) =>
        router.observer.on('newtransport', (transport) => {
          transports.set(transport.id, transport as WebRtcTransport);
          transport.observer.once('close', () => transports.delete(transport.id));
        }),
      );
    });
    server = await startServer({
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
      ...withoutLimits,
      RATE_LIMIT_LOGINS: many,
      RATE_LIMIT_GUESTS: many,
      RATE_LIMIT_ADDRESS_REQUESTS: many,
      RATE_LIMIT_ADDRESS_CHAT_MESSAGES: many,
      RATE_LIMIT_ADDRESS_CONNECTIONS: many,
      RATE_LIMIT_ADDRESS_JOINS: many,
      MAX_CONNECTIONS_PER_ADDRESS: many,
      MEDIA_MAX_INCOMING_BITRATE: '1000000000',
    });
    const events = server.app.get(SignalingEvents);
    events.on('socket_admitted', () => (open += 1));
    events.on('socket_closed', () => (open -= 1));
    const host = await guest(server.url, 'Grace');
    ({ slug: roomSlug } = await createRoom(server.url, host.accessToken, { maxParticipants: limits.maxParticipants }));
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
    handlesBefore = handles();
  });

  afterAll(async () => {
    sockets.forEach((socket) => socket.disconnect());
    connections.forEach((connection) => connection.close());
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
    // Another one in its place would carry the meeting on.
    expect(workers.map(({ closed }) => closed)).toEqual([false]);
  }

  /** What there is, once only the two are there. */
  async function figures(): Promise<Figures> {
    sockets.splice(0).forEach((socket) => socket.disconnect());
    connections.splice(0).forEach((connection) => connection.close());
    await until('the intruders are gone', () => open === 2 && server.app.get(Meetings).placesTaken === 2);
    const [dumps, servers, resident] = await Promise.all([
      Promise.all(workers.map((worker) => worker.dump())),
      Promise.all(webRtcServers.map((webRtcServer) => webRtcServer.dump())),
      Promise.all(workers.map(({ pid }) => residentBytes(pid))),
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
      heapBytes: process.memoryUsage().heapUsed,
      workerBytes: resident.reduce((sum, bytes) => sum + bytes, 0),
    };
  }

  /** Timers, sockets and child processes that keep this process going. */
  const handles = () => process.getActiveResourcesInfo().length;

  const ask = (socket: Socket, name: string, payload: unknown): Promise<object> =>
    socket.timeout(20_000).emitWithAck(name, payload);

  const codeOf = (answer: object) => errorAnswerSchema.safeParse(answer).data?.error.code;

  function connectAs(token: string): Socket {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, forceNew: true, auth: { token } });
    sockets.push(socket);

    return socket;
  }

  /** Joins as a browser that shows others, or as one that has not said yet what it can. */
  async function join(socket: Socket, roomId: string, canReceive: boolean): Promise<Joined> {
    return (await ask(socket, 'join_room', {
      roomId,
      ...(canReceive && { rtpCapabilities: routerRtpCapabilities }),
    })) as Joined;
  }

  /** Joins a meeting in which somebody sends, and has in it what requests are about. */
  async function intrude(token: string, slug: string): Promise<Intruder> {
    const socket = connectAs(token);
    const consumerId = new Promise<string>((resolve) =>
      socket.onAny((event: string, payload: unknown, accept?: (answer: object) => void) => {
        for (const told of toldIn(event, payload).filter((told) => told.event === 'new_consumer')) {
          accept?.({});
          resolve((told.payload as Notification<'new_consumer'>).id);
        }
      }),
    );
    const joined = await join(socket, slug, true);
    const { participant, resumeToken, sendTransport, recvTransport } = joined;
    const [{ producerId }, { message }] = (await Promise.all([
      ask(socket, 'produce', sending(sendTransport.id, 'camera')),
      ask(socket, 'send_message', { text: 'Hello', clientMessageId: crypto.randomUUID() }),
    ])) as [RequestResult<'produce'>, RequestResult<'send_message'>];

    return {
      socket,
      joined,
      belongings: {
        participantId: participant.id,
        resumeToken,
        sendTransportId: sendTransport.id,
        recvTransportId: recvTransport.id,
        producerId,
        consumerId: await consumerId,
        sequence: message.sequence,
      },
    };
  }

  /** The host of a meeting of their own, in which they can keep order over somebody else. */
  async function hostElsewhere(): Promise<Intruder & { slug: string; token: string }> {
    const [host, victim] = [await guest(server.url, 'Heidi'), await guest(server.url, 'Victor')];
    const { slug } = await createRoom(server.url, host.accessToken);
    const socket = connectAs(victim.accessToken);
    const { participant, sendTransport } = await join(socket, slug, false);
    await ask(socket, 'produce', sending(sendTransport.id, 'camera'));
    const { belongings, ...intruder } = await intrude(host.accessToken, slug);

    return {
      ...intruder,
      slug,
      token: host.accessToken,
      belongings: { ...belongings, participantId: participant.id },
    };
  }

  /** As somebody who may not in the meeting of the two, and as somebody who may in one of their own. */
  async function sendRequests(): Promise<void> {
    for (const name of names) {
      const outcomes = new Outcomes(name);
      const intruders = [{ ...(await intrude(token, roomSlug)), slug: roomSlug, token }, await hostElsewhere()];

      for (const { socket, slug, belongings, joined, token } of intruders) {
        const own = name === 'resume_session' ? { ...belongings, participantId: joined.participant.id } : belongings;
        const sent = [...around(name, payloadsOf(name, own, slug), 80)]
          // Who sends more is disconnected, which is another test's.
          .filter((payload) => JSON.stringify(payload).length < limits.packetBytes / 2);
        await Promise.all(
          sent.map(async (payload) => {
            const asking = onceEach.includes(name) ? connectAs(token) : socket;
            if (name === 'set_rtp_capabilities') {
              await join(asking, slug, false);
            }
            const code = codeOf(await ask(asking, name, payload));
            outcomes.note(payload, {
              isAccepted: code === undefined,
              isMistake: code !== undefined && mistakes.includes(code),
              outcome: code,
            });
          }),
        );
      }

      outcomes.expectVariety();
      sockets.splice(0).forEach((socket) => socket.disconnect());
    }
  }

  /** An account with a room, a key and what else bodies and paths name, and who may call about them. */
  async function belongingsOfAnOwner() {
    const { url } = server;
    const register = async () => {
      const login = { email: `${crypto.randomUUID()}@example.org`, password: 'a long enough password' };
      const { body: user } = await api(url).post<User>('/users', { ...login, username: 'Owner' });

      return { user, login };
    };
    const { user, login } = await register();
    const { accessToken } = (await api(url).post<Session>('/auth/login', login)).body;
    const newKey = { label: 'Shop', currentPassword: login.password };
    const key = (await api(url, accessToken).post<NewApiKey>('/api-keys', newKey)).body;
    const { slug } = await createRoom(url, accessToken);
    const visitor = { identity: 'customer 7', name: 'Grace' };
    const { token: joinToken } = (await api(url, key).post<JoinToken>(`/rooms/${slug}/tokens`, visitor)).body;
    const other = (await register()).user;
    const { accessToken: adminToken } = (await api(url).post<Session>('/auth/login', admin)).body;

    return {
      world: {
        callerId: user.id,
        otherId: other.id,
        roomSlug: slug,
        meetingId: '',
        refreshToken: '',
        apiKeyId: key.id,
        joinToken,
      } satisfies World,
      authorizations: { owner: `Bearer ${accessToken}`, admin: `Bearer ${adminToken}`, application: basic(key) },
    };
  }

  async function sendBodies(): Promise<void> {
    const { world, authorizations } = await belongingsOfAnOwner();
    // Of the tests of who may; there is one such account.
    await api(server.url).post('/users', {
      email: 'account@example.org',
      username: 'Account',
      password: 'a long enough password',
    });

    for (const [route, { path, may }] of Object.entries(routeRules).filter(([, { body }]) => body)) {
      const outcomes = new Outcomes(route);
      const [method, template] = route.split(' ') as [string, string];
      const { refreshToken } = await guest(server.url, 'Grace');
      const address = template.replace(/\{(\w+)\}/g, (_, name: string) => path?.(world)[name] ?? '');
      const caller = callers.find((role) => may.includes(role));

      for (const payload of around(route, bodiesOf(route, { ...world, refreshToken }), 80)) {
        const response = await fetch(server.url + address, {
          method,
          headers: {
            'content-type': 'application/json',
            ...(caller && { authorization: authorizations[caller] }),
          },
          body: JSON.stringify(payload),
        });
        const { status, ok } = response;
        const outcome = `${status} ${ok ? '' : ((await response.json()) as ErrorAnswer).error.code}`;
        outcomes.note(payload, { isAccepted: ok, isMistake: status >= 500, outcome });
      }

      outcomes.expectVariety();
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

    const outcomes = new Outcomes('bytes');

    for (const [beginning, bytes] of [[upgrade, new Uint8Array()] as const, ...samples('bytes', noise, 300)]) {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
      let answer = '';
      socket.on('data', (data) => (answer += data.toString('latin1')));
      socket.end(Buffer.concat([Buffer.from(beginning), bytes]));
      await Promise.race([once(socket, 'data').catch(() => undefined), once(socket, 'close'), delay(500)]);
      await Promise.race([once(socket, 'close'), delay(20)]);
      const [status] = answer.split('\r\n');
      outcomes.note([beginning, [...bytes]], {
        isAccepted: answer.startsWith('HTTP/1.1 101'),
        isMistake: answer.startsWith('HTTP/1.1 5'),
        outcome: status,
      });
      socket.destroy();
    }

    outcomes.expectVariety();
  }

  /** The kernel's buffer is not to drop them before the worker sees them. */
  async function slowly<Packet>(packets: Iterable<Packet>, send: (packet: Packet) => void): Promise<void> {
    let sent = 0;

    for (const one of packets) {
      send(one);
      sent += 1;
      inputs += 1;
      if (sent % 50 === 0) {
        await delay(1);
      }
    }
  }

  /** Bytes that a transport took for its own, and of these those of media that was authenticated. */
  async function received(transportId: string): Promise<{ bytes: number; media: number }> {
    const [stats] = await transports.get(transportId)!.getStats();

    return { bytes: stats!.bytesReceived, media: stats!.rtpBytesReceived };
  }

  /** To the media port: from an address that belongs to nobody, from one that has come to DTLS, and over a connection that stands. */
  async function sendPackets(): Promise<void> {
    const { socket, joined } = await intrude(token, roomSlug);
    await sendFromNowhere(joined);
    await sendIntoHandshake(socket, joined);
    await sendOverConnection(socket, joined);
  }

  async function sendFromNowhere({ sendTransport }: Joined): Promise<void> {
    const way = createSocket('udp4');
    const { port } = sendTransport.iceCandidates.find(({ protocol }) => protocol === 'udp')!;
    await slowly(samples('packets from nowhere', packet, 10_000), (noise) => way.send(noise, port, '127.0.0.1'));
    way.close();
    expect(await received(sendTransport.id)).toMatchObject({ bytes: 0 });
  }

  async function sendIntoHandshake(socket: Socket, { recvTransport }: Joined): Promise<void> {
    const { id, iceParameters, iceCandidates } = recvTransport;
    const dtlsParameters = await MediaConnection.dtlsParameters();
    expect(codeOf(await ask(socket, 'connect_transport', { transportId: id, dtlsParameters }))).toBeUndefined();
    const way = createSocket('udp4');
    const { port } = iceCandidates.find(({ protocol }) => protocol === 'udp')!;
    let isKnown = false;
    way.on('message', () => (isKnown = true));

    try {
      await until('the way is known', () => {
        way.send(bindingRequestTo(iceParameters, Buffer.alloc(12)), port, '127.0.0.1');

        return isKnown;
      });
      await slowly(samples('packets into a handshake', packet, 6000), (noise) => way.send(noise, port, '127.0.0.1'));
      await until('some of it was read', async () => (await received(id)).bytes > 1000);
    } finally {
      way.close();
    }

    expect((await received(id)).media).toBe(0);
  }

  async function sendOverConnection(socket: Socket, { sendTransport }: Joined): Promise<void> {
    const { id, iceParameters, iceCandidates, dtlsParameters } = sendTransport;
    const connection = new MediaConnection({
      iceParameters,
      iceCandidates,
      dtlsParameters,
      onRtp: () => undefined,
      onRtcp: () => undefined,
      onState: () => undefined,
    });
    const ours = await MediaConnection.dtlsParameters();
    expect(codeOf(await ask(socket, 'connect_transport', { transportId: id, dtlsParameters: ours }))).toBeUndefined();
    connections.push(connection);
    await connection.connect();
    const camera = payloadsOf('produce', { sendTransportId: id } as Belongings, roomSlug)[2] as {
      rtpParameters: { encodings: { ssrc: number; rtx: { ssrc: number } }[] };
    };
    expect(codeOf(await ask(socket, 'produce', camera))).toBeUndefined();
    const ssrcs = camera.rtpParameters.encodings.flatMap(({ ssrc, rtx }) => [ssrc, rtx.ssrc]);
    let sequence = 1;
    const sendMedia = (count: number) =>
      slowly(
        samples('authenticated RTP', rtp, count),
        ({ first, payloadType, stream, profile, extension, payload }) => {
          const header = Buffer.alloc(12);
          header.writeUInt16BE((first << 8) | payloadType);
          header.writeUInt16BE((sequence += 1) & 0xffff, 2);
          header.writeUInt32BE(sequence * 3000, 4);
          header.writeUInt32BE(ssrcs[stream] ?? 0, 8);
          const profileAndWords = Buffer.alloc(4);
          profileAndWords.writeUInt16BE(profile);
          profileAndWords.writeUInt16BE(extension.length / 4, 2);
          const hasExtension = (first & 0x10) !== 0;
          connection.sendRtp(
            hasExtension ? Buffer.concat([header, profileAndWords, extension]) : header,
            Buffer.from(payload),
            0,
          );
        },
      );
    const before = await received(id);
    await sendMedia(10_000);
    await slowly(samples('authenticated RTCP', rtcp, 10_000), (noise) => connection.sendRtcp(noise));
    await slowly(samples('packets over a connection', packet, 10_000), (noise) => connection.sendAgain(noise));
    await until('all was read', async () => {
      await sendMedia(10);
      return (await received(id)).media > before.media;
    });
    const { bytes, media } = await received(id);

    // Some was taken for media, and some was not.
    expect(media).toBeGreaterThan(before.media);
    expect(bytes - before.bytes).toBeGreaterThan(media - before.media);
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

  it('goes on while packets come to the media port that look like STUN, DTLS, RTP and RTCP, also over a connection that stands', async () => {
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

    process.stderr.write(`fuzz: ${inputs} inputs to a whole server\n`);
    expect(inputs).toBeGreaterThanOrEqual(leastInputs);
    expect(half.counts).toEqual(before.counts);
    expect(whole.counts).toEqual(before.counts);
    expect(whole.heapBytes - half.heapBytes).toBeLessThan(HEAP_NOISE);
    expect(whole.workerBytes - half.workerBytes).toBeLessThan(WORKER_NOISE);
    // Those of a connection outlive it by some seconds: time limits of what was asked, and connections kept for more.
    await until('timers and handles are as few as before', () => handles() < handlesBefore + HANDLE_NOISE);
  });
});
