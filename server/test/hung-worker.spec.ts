/** A media worker that hangs, which mediasoup waits for without end. */
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { LiveStatsStore } from '../src/live-stats/live-stats-store.js';
import { WorkerPool } from '../src/media/worker-pool.js';
import { Meetings } from '../src/meetings/meetings.js';
import { api, createRoom, guest, startServer, temporaryFolder, type TestServer } from './harness.js';
import { poolOptions, recordingLogger, until } from './support.js';

describe('a media worker that hangs and is still waited for', () => {
  let server: TestServer;
  let pid: number;
  let stopped = false;

  beforeEach(async () => {
    server = await startServer({ MEDIA_WORKERS: '2', MEDIA_WORKER_TIMEOUT: '600' });
    pid = server.app.get(WorkerPool).pids[0]!;
    process.kill(pid, 'SIGSTOP');
    stopped = false;
  });

  afterEach(async () => {
    process.kill(pid, 'SIGCONT');
    if (!stopped) await server.stop();
  });

  const workersTold = async () =>
    (await server.app.get(LiveStatsStore).servers()).flatMap(({ workers }) => workers.map((worker) => worker.pid));

  const isMissing = async () => {
    const [, other] = server.app.get(WorkerPool).pids;
    await until(async () => String(await workersTold()) === String([other]));
  };

  it('is missing among the figures, which are told all the same, until it goes on', async () => {
    await isMissing();

    process.kill(pid, 'SIGCONT');
    await until(async () => (await workersTold()).length === 2);
  });

  it('does not hold up the end of the server', async () => {
    await isMissing();
    await server.stop();
    stopped = true;

    expect(server.app.get(WorkerPool).size.running).toBe(0);
  });
});

describe('a media worker that hangs', () => {
  let server: TestServer;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer({ MEDIA_WORKERS: '2', MEDIA_WORKER_TIMEOUT: '2', RATE_LIMIT_SOCKET_BURST: '1000' });
  });

  beforeEach(() => until(() => pool().size.running === 2));
  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
  afterAll(() => server.stop());

  const pool = () => server.app.get(WorkerPool);
  const stop = (pid: number) => process.kill(pid, 'SIGSTOP');
  const hangs = async () => {
    const { port } = new URL(server.url);
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();

    return Number(/^minimeet_worker_hangs_total(?:\{[^}]*\})? (\d+)$/m.exec(text)?.[1]);
  };

  async function enter(): Promise<{ socket: Socket; lost: () => boolean; join: (roomId: string) => Promise<object> }> {
    const { accessToken } = await guest(server.url, 'Ada');
    const socket = io(server.url, { transports: ['websocket'], auth: { token: accessToken }, forceNew: true });
    sockets.push(socket);
    let lost = false;
    socket.on('media_lost', () => (lost = true));

    return {
      socket,
      lost: () => lost,
      join: (roomId) => socket.emitWithAck('join_room', { roomId }) as Promise<object>,
    };
  }

  async function room(): Promise<string> {
    const { accessToken } = await guest(server.url, 'Host');

    return (await createRoom(server.url, accessToken)).slug;
  }

  it('is killed and replaced, counted, and its participants move to another one', async () => {
    const counted = await hangs();
    const ada = await enter();
    await ada.join(await room());
    const [meeting] = [...server.app.get(Meetings).current];
    const [participant] = [...meeting!.participants.values()];
    const hung = participant!.placed.worker.worker.pid;
    stop(hung);
    await until(() => ada.lost());
    expect(await ada.socket.emitWithAck('rebuild_media', {})).not.toHaveProperty('error');

    expect(participant!.placed.worker.worker.pid).not.toBe(hung);
    await until(() => pool().size.running === 2);
    expect(pool().pids).not.toContain(hung);
    await until(async () => (await hangs()) === counted + 1);
    await until(() => !isRunning(hung));
  });

  it('does not keep anybody from joining, be it while the worker hangs or as it begins to', async () => {
    const rooms = await Promise.all(Array.from({ length: 4 }, room));
    const people = await Promise.all(rooms.map(enter));
    const answers = people.map((person, index) => person.join(rooms[index]!));
    stop(pool().pids[0]!);
    const answered = await Promise.all(answers);
    const late = await enter();
    answered.push(await late.join(await room()));

    expect(answered.filter((answer) => 'error' in answer)).toEqual([]);
  });

  it('is replaced when all of them hang at once, and nobody is refused for good', async () => {
    const hung = pool().pids;
    hung.forEach(stop);
    await until(() => pool().size.running === 2 && !pool().pids.some((pid) => hung.includes(pid)));
    const ada = await enter();

    expect(await ada.join(await room())).not.toHaveProperty('error');
    expect((await api(server.url).get<{ ready: boolean }>('/health/ready')).body.ready).toBe(true);
  });
});

describe('a media worker that says nothing when it is started', () => {
  it('is given up with a sentence that names the setting, and leaves no process behind', async () => {
    const folder = await temporaryFolder();
    const silent = join(folder, 'worker');
    await writeFile(silent, `#!/bin/sh\necho $$ >> ${folder}/pids\nexec sleep 1000\n`);
    await chmod(silent, 0o700);

    await expect(
      WorkerPool.create({ ...poolOptions, workers: 1, workerTimeoutSeconds: 1, workerBin: silent }, recordingLogger()),
    ).rejects.toThrow('the media worker did not answer within 1 s of its start (MEDIA_WORKER_TIMEOUT)');
    const pids = (await readFile(join(folder, 'pids'), 'utf8')).trim().split('\n').map(Number);
    expect(pids.length).toBeGreaterThan(0);
    await until(() => !pids.some(isRunning));
    await rm(folder, { recursive: true });
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
