/** What a server tells Prometheus of itself, and to whom. */
import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { requests, type Room, type Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { WorkerPool } from '../src/media/worker-pool.js';
import { MetricsServer } from '../src/metrics/metrics-server.js';
import { api, createRoom, guest, refusal, startServer, type TestServer } from './harness.js';
import { describeWithPrometheus, programs, seriesOf, type Series } from './prometheus.js';
import { until } from './support.js';

/** Longer than one exposition serves all who ask. */
const beyondSharing = 250;

const read = async (url: string, headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url}/metrics`, { headers });

  return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
};

/** As fetch() cannot: with another Host. */
const statusWith = (url: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    request(`${url}/metrics`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('who may read the metrics', () => {
  let server: TestServer | undefined;
  afterEach(() => server?.stop());

  it('are programs of this machine, but no proxy and no page, where nothing is set', async () => {
    server = await startServer();
    const { status, type, text } = await read(server.url);

    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('minimeet_meetings 0');

    for (const [name, value] of [
      ['X-Forwarded-For', '127.0.0.1'],
      ['X-Real-IP', '127.0.0.1'],
      ['Forwarded', 'for=127.0.0.1'],
      ['Via', '1.1 proxy'],
      ['Host', 'meet.example.org'],
      ['Host', 'localhost.example.org'],
    ] as const) {
      expect([name, value, await statusWith(server.url, { [name]: value })]).toEqual([name, value, 404]);
    }
    for (const Host of ['localhost', 'localhost:3000', '[::1]:3000', '127.8.8.8']) {
      expect([Host, await statusWith(server.url, { Host })]).toEqual([Host, 200]);
    }
  });

  it('is nobody behind a proxy, which a public address tells of, where nothing else is set', async () => {
    server = await startServer({ PUBLIC_URL: 'https://meet.example.org' });
    expect(await statusWith(server.url, { Host: 'localhost' })).toBe(404);
  });

  it('is whoever has the token, where there is one', async () => {
    const token = 'a-token-of-some-length';
    server = await startServer({ METRICS_TOKEN: token });

    expect(await refusal(api(server.url).get('/metrics'))).toEqual([401, 'unauthorized']);
    expect(await refusal(api(server.url, `${token}x`).get('/metrics'))).toEqual([401, 'unauthorized']);
    // Also through the proxy.
    const authorization = `Bearer ${token}`;
    expect(await statusWith(server.url, { authorization, 'X-Forwarded-For': '192.0.2.1' })).toBe(200);
  });

  it('is whoever reaches their own port, and nobody on the public one', async () => {
    server = await startServer({ METRICS_PORT: '0' });
    const own = `http://127.0.0.1:${server.app.get(MetricsServer).port}`;

    expect((await read(own)).status).toBe(200);
    expect(await statusWith(own, { Host: 'minimeet', 'X-Forwarded-For': '192.0.2.1' })).toBe(200);
    expect(await refusal(api(server.url).get('/metrics'))).toEqual([404, 'not_found']);
    expect((await fetch(`${own}/health/live`)).status).toBe(404);
    expect((await fetch(`${own}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it('needs the token on their own port too', async () => {
    server = await startServer({ METRICS_PORT: '0', METRICS_TOKEN: 'a-token-of-some-length' });
    const own = `http://127.0.0.1:${server.app.get(MetricsServer).port}`;

    expect((await read(own)).status).toBe(401);
    expect((await read(own, { authorization: 'Bearer a-token-of-some-length' })).status).toBe(200);
  });

  it('keeps a server from starting whose port for them is taken, and says which setting to change', async () => {
    server = await startServer({ METRICS_PORT: '0' });
    const { port } = server.app.get(MetricsServer);

    await expect(startServer({ METRICS_PORT: String(port) })).rejects.toThrow(
      `Port ${port} is in use already; choose another one with METRICS_PORT`,
    );
  });
});

describe('the metrics', () => {
  let server: TestServer;
  let host: Session;
  let room: Room;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer({ MEDIA_WORKERS: '2', RECONNECT_GRACE: '60' });
    host = await guest(server.url, 'Host');
    room = await createRoom(server.url, host.accessToken, { maxParticipants: 2 });
  });
  afterEach(async () => {
    sockets.splice(0).forEach((socket) => socket.disconnect());
    await until(async () => (await scrape()).get('minimeet_sockets') === 0);
  });
  afterAll(() => server.stop());

  const scrape = async (): Promise<Series> => {
    await delay(beyondSharing);

    return seriesOf((await read(server.url)).text);
  };
  /** How much each of these grew while `action` ran and settled. */
  const growthOf = async (names: string[], action: () => Promise<unknown>) => {
    const before = await scrape();
    await action();
    const after = await scrape();

    return Object.fromEntries(names.map((name) => [name, (after.get(name) ?? 0) - (before.get(name) ?? 0)]));
  };
  const connect = async (token: string) => {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    sockets.push(socket);
    await new Promise((resolve) => ['welcome', 'connect_error'].forEach((event) => socket.once(event, resolve)));

    return socket;
  };
  const ask = (socket: Socket, event: string, payload: object = {}) =>
    socket.timeout(15_000).emitWithAck(event, payload);

  it('count who joins, who is refused and why, and every step of it', async () => {
    const grown = await growthOf(
      [
        'minimeet_joins_total{outcome="joined"}',
        'minimeet_joins_total{outcome="room_full"}',
        'minimeet_joins_total{outcome="room_not_found"}',
        'minimeet_join_duration_seconds_count',
        ...['account', 'meeting', 'messages', 'transports', 'answer'].map(
          (step) => `minimeet_join_step_duration_seconds_count{step="${step}"}`,
        ),
        'minimeet_socket_connections_total{result="admitted"}',
        'minimeet_socket_connections_total{result="unauthorized"}',
        'minimeet_meetings_begun_total',
        'minimeet_meetings',
        'minimeet_participants{connection="connected"}',
      ],
      async () => {
        for (let index = 0; index < 3; index++) {
          await ask(await connect(host.accessToken), 'join_room', { roomId: room.id });
        }
        await ask(await connect(host.accessToken), 'join_room', { roomId: 'bobo-bobo-bobo' });
        await connect('no token');
      },
    );

    expect(Object.values(grown)).toEqual([2, 1, 1, 2, 2, 2, 2, 2, 2, 4, 1, 1, 1, 2]);
  });

  it('count requests by the events of the protocol and nothing else, whatever clients send', async () => {
    const socket = await connect(host.accessToken);
    const grown = await growthOf(
      [
        'minimeet_signaling_requests_total{event="ping",result="ok"}',
        'minimeet_signaling_requests_total{event="unknown",result="unknown_event"}',
        'minimeet_signaling_requests_total{event="produce",result="invalid_payload"}',
        'minimeet_signaling_request_duration_seconds_count{event="ping"}',
      ],
      async () => {
        await ask(socket, 'ping');
        await ask(socket, 'one_of_many');
        await ask(socket, 'another_of_many');
        await ask(socket, 'produce', { kind: 'smell' });
      },
    );

    expect(Object.values(grown)).toEqual([1, 2, 1, 1]);
    const events = [...(await scrape()).keys()].map((name) => /^minimeet_signaling.*event="([^"]*)"/.exec(name)?.[1]);
    expect(events.filter((event) => event && event !== 'unknown' && !Object.hasOwn(requests, event))).toEqual([]);
  });

  it('tell of connections that are lost and seats that are taken again', async () => {
    const socket = await connect(host.accessToken);
    const { participant, resumeToken } = await ask(socket, 'join_room', { roomId: room.id });
    const seat = { participantId: participant.id, resumeToken };
    const gone = await growthOf(
      ['minimeet_connections_lost_total', 'minimeet_participants{connection="lost"}', 'minimeet_sockets'],
      async () => {
        // As a network does, not as a client that leaves.
        socket.io.engine.close();
        await until(async () => (await scrape()).get('minimeet_participants{connection="lost"}') === 1);
      },
    );
    const back = await growthOf(
      [
        'minimeet_resumes_total{outcome="resumed"}',
        'minimeet_resumes_total{outcome="session_expired"}',
        'minimeet_absence_duration_seconds_count',
        'minimeet_participants{connection="connected"}',
        'minimeet_participants{connection="lost"}',
      ],
      async () => {
        const other = await connect(host.accessToken);
        await ask(other, 'resume_session', { ...seat, resumeToken: 'x'.repeat(resumeToken.length) });
        await ask(other, 'resume_session', seat);
      },
    );

    expect(Object.values(gone)).toEqual([1, 1, -1]);
    expect(Object.values(back)).toEqual([1, 1, 1, 1, -1]);
  });

  it('tell what clients report, how joining went once for each of them', async () => {
    const socket = await connect(host.accessToken);
    await ask(socket, 'join_room', { roomId: room.id });
    const report = {
      ...{ seconds: 10, roundTripTime: 40, packetsReceived: 990, packetsLost: 10 },
      ...{ sendBitrate: 1e6, recvBitrate: 1e6, freezes: 1, freezeSeconds: 2 },
      join: { answered: 150, firstAudio: null, firstVideo: 400 },
    };
    const grown = await growthOf(
      [
        'minimeet_client_join_duration_seconds_sum',
        'minimeet_client_first_media_seconds_sum{kind="video"}',
        'minimeet_client_first_media_seconds_count{kind="audio"}',
        'minimeet_client_round_trip_seconds_count',
        'minimeet_client_loss_ratio_sum',
        'minimeet_client_frozen_ratio_sum',
      ],
      async () => {
        await ask(socket, 'report_quality', report);
        await ask(socket, 'report_quality', report);
        const tooLate = { ...report, join: { ...report.join, answered: 60_001 } };
        expect((await ask(socket, 'report_quality', tooLate)).error.code).toBe('invalid_payload');
      },
    );

    expect(Object.values(grown).map((value) => Math.round(value * 1000) / 1000)).toEqual([0.15, 0.4, 0, 2, 0.02, 0.4]);
  });

  it('tell of the chat, and of the stores and databases beneath', async () => {
    const socket = await connect(host.accessToken);
    await ask(socket, 'join_room', { roomId: room.id });
    const message = { text: 'Hello', clientMessageId: 'one' };
    const grown = await growthOf(
      [
        'minimeet_chat_messages_total{outcome="stored"}',
        'minimeet_chat_messages_total{outcome="repeated"}',
        'minimeet_store_call_duration_seconds_count{store="chat",operation="append"}',
        'minimeet_store_errors_total{store="chat",operation="append"}',
      ],
      async () => {
        await ask(socket, 'send_message', message);
        await ask(socket, 'send_message', message);
      },
    );
    const now = await scrape();

    expect(Object.values(grown)).toEqual([1, 1, 2, 0]);
    expect(now.get('minimeet_store_call_duration_seconds_count{store="sqlite",operation="statement"}')).toBeGreaterThan(
      5,
    );
    expect(now.get('minimeet_dependency_up{dependency="sqlite"}')).toBe(1);
  });

  it('tell of workers that die and are replaced, whose processor time never falls', async () => {
    const pool = server.app.get(WorkerPool);
    const seconds = (series: Series) =>
      ['0', '1'].map((worker) => series.get(`minimeet_worker_cpu_seconds_total{worker="${worker}"}`) ?? -1);
    await until(async () => seconds(await scrape()).every((used) => used > 0));
    const before = await scrape();
    process.kill(pool.pids[0]!, 'SIGKILL');
    await until(() => pool.size.running === 1);
    const alone = await scrape();
    await until(() => pool.size.running === 2);
    await until(async () => (await scrape()).get('minimeet_worker_restarts_total') === 1);
    const after = await scrape();

    expect(alone.get('minimeet_workers_running')).toBe(1);
    expect([...alone.keys()].filter((name) => name.startsWith('minimeet_worker_memory_bytes'))).toHaveLength(1);
    expect(after.get('minimeet_worker_deaths_total')).toBe(1);
    seconds(after).forEach((used, index) => expect(used).toBeGreaterThanOrEqual(seconds(before)[index]!));
  });

  it('name no room, no participant and no user', async () => {
    const socket = await connect(host.accessToken);
    const { participant, meetingId } = await ask(socket, 'join_room', { roomId: room.id });
    const { text } = await read(server.url);

    for (const secret of [room.id, room.slug, participant.id, participant.userId, meetingId, 'Host']) {
      expect(text).not.toContain(secret);
    }
  });

  describeWithPrometheus('for promtool', () => {
    it('are without fault', async () => {
      const { text } = await read(server.url);

      expect(execFileSync(programs!.promtool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('');
    });
  });
});
