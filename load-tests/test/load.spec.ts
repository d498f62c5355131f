/** The load test's command in small: what it measures of real bots on a real server, and what it says of that. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer } from '../../server/test/harness.js';
import type { LoadReport } from '../src/load/report.js';
import { runLoad } from '../src/load/run.js';
import { loadScenario } from '../src/load/scenario.js';
import { compileLoadTests } from './compile.js';

const command = fileURLToPath(new URL('../dist/load-command.js', import.meta.url));
/** Small pictures, few of them. */
const small = { camera: '640x360', frameRate: 10, bitrateShare: 0.3 };

/** Ends as the command does; what it wrote is in the error where it failed. */
async function load(...flags: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [command, ...flags], {
      env: { ...process.env, NODE_OPTIONS: '' },
    });

    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

/** In short: so many seconds of a scenario that comes with MiniMeet, with few bots. */
async function inShort(name: string, changes: object): Promise<LoadReport> {
  const plan = await loadScenario(name, { ...small, muteEvery: 0, thresholds: { missingTracks: 0 }, ...changes });

  return runLoad({ plan, workers: 1, processes: 1, browsers: 0 });
}

describe('a load test', () => {
  let folder: string;

  beforeAll(async () => {
    compileLoadTests();
    folder = await mkdtemp(join(tmpdir(), 'minimeet-load-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('measures each step, each room and the server, and writes it down three times', async () => {
    const [json, html] = [join(folder, 'report.json'), join(folder, 'report.html')];
    const flags = ['--rooms', '2', '--participants', '4', '--publishers', '3', '--duration', '4', '--processes', '2'];
    const { code, stdout, stderr } = await load(...flags, '--join-rate', '10', '--json', json, '--html', html);
    const report = JSON.parse(await readFile(json, 'utf8')) as LoadReport;
    const { total, rooms, series, processes } = report;

    expect({ code, stderr, passed: report.passed }).toMatchObject({ code: 0, passed: true });
    expect(processes).toBe(2);
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(report.target).toEqual({ url: expect.stringMatching(/^http:/), version });
    expect(report.tool).toEqual({ version, node: process.versions.node });
    expect(stdout).toContain(`MiniMeet ${version} at ${report.target.url}`);
    expect(total.joined).toEqual({ tried: 8, succeeded: 8 });
    expect(rooms.map(({ joined, present }) => [joined.succeeded, present.there])).toEqual([
      [4, 4],
      [4, 4],
    ]);
    // Each publisher is seen by three others; of voices, at least the one that speaks is heard.
    expect(total.tracks.received).toBe(total.tracks.expected);
    expect(total.tracks.expected).toBeGreaterThanOrEqual(2 * 3 * 3);

    for (const name of ['connect', 'join', 'complete'] as const) {
      expect(total.durations[name]?.count).toBe(8);
    }

    expect(total.durations.published?.count).toBe(6);
    const { connect, join: joined, complete } = total.durations;
    expect(connect!.p50).toBeLessThanOrEqual(joined!.p50);
    expect(joined!.p50).toBeLessThanOrEqual(complete!.p50);
    expect(total.durations.firstKeyFrame!.p50).toBeGreaterThanOrEqual(total.durations.firstPacket!.p50);
    expect(total.durations.videoLatency!.count).toBeGreaterThan(500);
    expect(total.durations.audioLatency!.p50).toBeGreaterThan(0);
    expect(total.durations.roundTrip!.count).toBeGreaterThan(0);
    expect(total.durations.signalling!.count).toBeGreaterThanOrEqual(8);
    expect(total.counts).toMatchObject({ undecipherable: 0, requestsFailed: 0 });
    expect(total.counts.decrypted).toBeGreaterThan(0);
    // A third of a screen is filled by the layer in the middle.
    expect(total.counts.videoBytesReceived1).toBeGreaterThan(total.counts.videoBytesReceived0);
    expect(total.counts.packetsReceived).toBeGreaterThan(total.counts.packetsSent * 0.5);
    expect(Math.max(...series.map(({ present }) => present))).toBe(8);
    expect(series.some(({ server }) => (server?.workers[0]?.cpu ?? 0) > 0 && server!.nodeBytes > 1e7)).toBe(true);

    expect(stdout).toMatch(/^all +8\/8 +8\/8 /m);
    expect(stdout).toMatch(/^passed$/m);
    expect(stderr).toMatch(/\/8 there/);
    const page = await readFile(html, 'utf8');
    expect(page.match(/<svg /g)).toHaveLength(8);
    expect(page).not.toMatch(/<script|src=|href=/);
  });

  it('fails when somebody cannot join a server that limits, and says which limits', async () => {
    const server = await startServer({ RATE_LIMIT_REST_REQUESTS: '4' });

    try {
      const flags = ['--url', server.url, '--participants', '6', '--join-rate', '20', '--duration', '1'];
      const { code, stdout } = await load(...flags, '--processes', '1');
      expect(code).toBe(1);
      expect(stdout).toMatch(/^joined [0-5]\/6; not: .*rate_limited/m);
      expect(stdout).toMatch(/raise RATE_LIMIT_REST_REQUESTS/);
      expect(stdout).toMatch(/nothing is known of the server/);
      expect(stdout).toMatch(/^FAILED$/m);
    } finally {
      await server.stop();
    }
  });

  it('fails by a threshold, and refuses flags that cannot be', async () => {
    const { passed, verdicts } = await inShort('webinar', {
      participants: 4,
      publishers: 1,
      duration: 1,
      joinRate: 20,
      thresholds: { joinP95: 0.001, missingTracks: 0 },
    });
    expect(passed).toBe(false);
    expect(verdicts.map(({ name, passed: isGood }) => [name, isGood])).toEqual([
      ['joinP95', false],
      ['missingTracks', true],
    ]);

    const wrong = await Promise.all([
      load('--participants', '1'),
      load('--scenario', 'nonsense'),
      load('--scenario', 'worker-kill', '--url', 'http://127.0.0.1:1'),
      load('--participants', '3', '--publishers', '4'),
      load('--url', 'http://127.0.0.1:1'),
      load('--participants', '500', '--browsers', '1'),
      load('--html', '/nowhere/report.html'),
    ]);
    expect(wrong.map(({ code }) => code)).toEqual(wrong.map(() => 1));
    expect(wrong[0]!.stderr).toMatch(/--participants must be at least 2/);
    expect(wrong[1]!.stderr).toMatch(/There are: .*webinar/);
    expect(wrong[2]!.stderr).toMatch(/leave --url out/);
    expect(wrong[3]!.stderr).toMatch(/publishers: must not be more than the participants/);
    expect(wrong[4]!.stderr).toMatch(/^http:\/\/127.0.0.1:1 does not answer: .+\n$/);
    expect(wrong[5]!.stderr).toMatch(/each room needs 501 seats/);
    expect(wrong[6]!.stderr).toMatch(/^--html \/nowhere\/report.html cannot be written: /);
  });

  it('kills a worker, and everyone is back and sees the others', async () => {
    const { passed, total, rooms } = await inShort('worker-kill', {
      rooms: 2,
      participants: 3,
      publishers: 3,
      killWorkerAfter: [1],
      duration: 3,
    });
    expect(rooms.map(({ present, tracks }) => [present.there, tracks.received === tracks.expected])).toEqual([
      [3, true],
      [3, true],
    ]);
    expect(total.tracks.expected).toBeGreaterThanOrEqual(12);
    expect(passed).toBe(true);
  });

  it('loses packets and connections, and counts what is sent again and who comes back', async () => {
    const { total, passed } = await inShort('flaky-network', {
      rooms: 1,
      participants: 3,
      publishers: 3,
      duration: 7,
      outages: { every: 3, lasting: 0.5 },
    });
    expect(total.counts.packetsWanted).toBeGreaterThan(0);
    expect(total.counts.packetsRecovered).toBeGreaterThan(0);
    expect(total.counts.packetsSentAgain).toBeGreaterThan(0);
    expect(total.counts.outages).toBeGreaterThan(0);
    expect(total.counts.reconnects).toBeGreaterThan(0);
    expect(total.counts.undecipherable).toBe(0);
    expect(passed).toBe(true);
  });

  it.each([
    ['meeting-ramp', { participants: 6, publishers: 3, joinRate: 4 }],
    ['many-small-rooms', { rooms: 3, participants: 2, publishers: 2, joinRate: 10 }],
    ['join-storm', { participants: 8, publishers: 2, joinRate: 20 }],
    ['large-meeting', { participants: 10, publishers: 4, joinRate: 10 }],
  ])('lets everybody of %s in, and each see and hear what they should', async (name, changes) => {
    const { total, passed } = await inShort(name, { ...changes, duration: 2 });

    expect(total.joined.succeeded).toBe(total.joined.tried);
    expect(total.present.there).toBe(total.present.expected);
    expect(total.tracks.received).toBe(total.tracks.expected);
    expect(total.tracks.expected).toBeGreaterThan(0);
    expect(passed).toBe(true);
  });

  it('lets participants come and go', async () => {
    const { total, passed } = await inShort('churn', {
      rooms: 1,
      participants: 4,
      publishers: 2,
      stay: 1.5,
      duration: 4,
      joinRate: 10,
    });
    expect(total.joined.tried).toBeGreaterThan(6);
    expect(total.joined.succeeded).toBe(total.joined.tried);
    expect(total.present).toEqual({ expected: 4, there: 4 });
    expect(passed).toBe(true);
  });
});
