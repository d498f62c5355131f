/** Prometheus watches a server that people meet on: every panel of the dashboards has figures to show, and every alert can be judged. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { parse } from 'yaml';
import { guest, startServer, type TestServer } from '../../server/test/harness.js';
import { describeWithPrometheus, programs, startPrometheus } from '../../server/test/prometheus.js';
import { Bot } from '../src/bot.js';
import { createRoom } from '../src/host-room.js';
import { until } from '../src/waiting.js';

const config = fileURLToPath(new URL('../../config', import.meta.url));
const rulesFile = path.join(config, 'prometheus', 'minimeet.rules.yml');

interface Dashboard {
  title: string;
  panels: { title: string; targets?: { expr: string }[] }[];
  annotations: { list: { expr: string }[] };
}
const dashboards = readdirSync(path.join(config, 'grafana', 'dashboards')).map(
  (file) => JSON.parse(readFileSync(path.join(config, 'grafana', 'dashboards', file), 'utf8')) as Dashboard,
);
const rules: { alert: string; expr: string }[] = parse(readFileSync(rulesFile, 'utf8')).groups.flatMap(
  (group: { rules: object[] }) => group.rules,
);

/** As Grafana puts them in, over a time that has all of the test in it. */
const filledIn = (expr: string) => expr.replaceAll('$instance', '.*').replaceAll('$__rate_interval', '5m');

/** Bots take no part in the estimation of bandwidth; sdk/test/metrics.spec.ts has clients that do. */
const notOfBots = /available_outgoing/;

describeWithPrometheus('Prometheus', () => {
  let server: TestServer;
  let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
  let socket: Socket;
  const bots: Bot[] = [];

  beforeAll(async () => {
    server = await startServer();
    prometheus = await startPrometheus({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [rulesFile],
      scrape_configs: [{ job_name: 'minimeet', static_configs: [{ targets: [new URL(server.url).host] }] }],
    });
    // Before anything happens, so that it shows as a difference.
    await until('the server was scraped', async () => (await query('up{job="minimeet"} == 1')).length === 1);
    await meet();
  });

  afterAll(async () => {
    socket?.disconnect();
    await Promise.all(bots.map((bot) => bot.leave()));
    await prometheus?.close();
    await server?.stop();
  });

  /** Three bots send and receive; somebody comes, writes, asks wrongly, is lost and comes back, and reports how all that was. */
  async function meet(): Promise<void> {
    const room = await createRoom(server.url, 'Watched', 10);

    for (let index = 0; index < 3; index++) {
      const rates = { framesPerSecond: 10, voicePacketsPerSecond: 20 };
      const bot = new Bot({ url: server.url, room: room.slug, displayName: `Bot ${index}`, rates });
      bot.speaking = index === 0;
      bots.push(bot);
    }

    await Promise.all(bots.map((bot) => bot.join()));
    const { accessToken } = await guest(server.url, 'Watcher');
    const seat = await connect(accessToken).then(() => ask('join_room', { roomId: room.id }));
    socket.io.engine.close();
    await connect(accessToken);
    await ask('resume_session', { participantId: seat.participant.id, resumeToken: seat.resumeToken });
    await ask('send_message', { text: 'Hello', clientMessageId: 'one' });
    await ask('request_key_frame', { consumerId: 'none' });
    await ask('report_quality', {
      ...{ seconds: 10, roundTripTime: 30, packetsReceived: 999, packetsLost: 1, sendBitrate: 0, recvBitrate: 1e6 },
      ...{ freezes: 1, freezeSeconds: 1, join: { answered: 90, firstAudio: 200, firstVideo: 350 } },
    });
  }

  async function connect(token: string): Promise<void> {
    socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    await new Promise((resolve) => socket.once('welcome', resolve));
  }

  function ask(event: string, payload: object) {
    return socket.timeout(15_000).emitWithAck(event, payload);
  }

  /** The values that Prometheus answers with now. Rejects where it does not understand the question. */
  async function query(expr: string): Promise<number[]> {
    const answer = await fetch(`${prometheus.url}/api/v1/query`, {
      method: 'POST',
      body: new URLSearchParams({ query: filledIn(expr) }),
    });
    const { status, error, data } = (await answer.json()) as {
      status: string;
      error?: string;
      data: { result: { value: [number, string] }[] };
    };

    if (status !== 'success') {
      throw new Error(`${expr}: ${error}`);
    }

    return data.result.map(({ value }) => Number(value[1]));
  }

  it.each(dashboards.map((dashboard) => [dashboard.title, dashboard] as const))(
    'has figures for every panel of %s',
    async (_, { panels }) => {
      let empty = panels.flatMap(({ title, targets = [] }) =>
        targets.filter(({ expr }) => !notOfBots.test(expr)).map(({ expr }) => `${title}: ${expr}`),
      );
      const isEmpty = async (panel: string) => {
        const values = await query(panel.slice(panel.indexOf(': ') + 2));

        return values.every((value) => !Number.isFinite(value));
      };

      await until('every panel has figures', async () => {
        const looks = await Promise.all(empty.map(isEmpty));
        empty = empty.filter((_panel, index) => looks[index]);

        return empty.length === 0;
      }).catch(() => undefined);

      expect(empty).toEqual([]);
    },
  );

  it('understands what dashboards mark in time', async () => {
    const marks = dashboards.flatMap(({ annotations }) => annotations.list.map(({ expr }) => expr));

    expect(await Promise.all(marks.map(query))).toEqual(marks.map(() => []));
  });

  it('judges every alert, and raises none while all is well', async () => {
    const judged = async () => {
      const answer = await fetch(`${prometheus.url}/api/v1/rules`);
      const { data } = (await answer.json()) as {
        data: { groups: { rules: { name: string; health: string; state: string }[] }[] };
      };

      return data.groups.flatMap((group) => group.rules);
    };
    await until('all are judged', async () => (await judged()).every(({ health }) => health !== 'unknown'));

    // A stall of a busy machine makes an alert pending for a moment.
    const calm = new Set<string>();
    await until('each has been calm', async () => {
      (await judged()).filter(({ state }) => state === 'inactive').forEach(({ name }) => calm.add(name));

      return calm.size === rules.length;
    }).catch(() => undefined);
    expect([...calm].sort()).toEqual(rules.map(({ alert }) => alert).sort());
    expect(await judged()).toMatchObject(rules.map(({ alert }) => ({ name: alert, health: 'ok' })));
    expect((await judged()).filter(({ state }) => state === 'firing')).toEqual([]);
  });

  it('knows each metric that an alert is about', async () => {
    const answer = await fetch(`${prometheus.url}/api/v1/label/__name__/values`);
    const known = new Set(((await answer.json()) as { data: string[] }).data);
    const named = rules.flatMap(({ expr }) => expr.match(/\b(minimeet|nodejs|process)_\w+/g) ?? []);

    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('sees what bots send and receive, and that counters hold when they have gone', async () => {
    const packets = async (direction: string) =>
      (await query(`sum(minimeet_rtp_packets_total{direction="${direction}", kind="video"})`))[0] ?? 0;
    await until('packets flow', async () => (await packets('in')) > 20 && (await packets('out')) > 20);
    const before = { in: await packets('in'), out: await packets('out') };
    await Promise.all(bots.splice(0).map((bot) => bot.leave()));
    await until('they have gone', async () => (await query('sum(minimeet_participants)'))[0] === 1);

    expect(await packets('in')).toBeGreaterThanOrEqual(before.in);
    expect(await packets('out')).toBeGreaterThanOrEqual(before.out);
  });

  it('takes the project’s own configuration, and its rules do what their tests say', () => {
    const folder = path.join(config, 'prometheus');
    const promtool = (...parameters: string[]) =>
      execFileSync(programs!.promtool, parameters, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

    expect(promtool('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
    expect(promtool('check', 'rules', 'minimeet.rules.yml')).toContain(`${rules.length} rules found`);
    expect(promtool('test', 'rules', path.join('tests', 'minimeet.rules.test.yml'))).toContain('SUCCESS');
  });
});
