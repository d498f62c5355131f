/** What the server tells of itself: to balancers, to orchestrators, and to its operator where its disk is full. */
import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { io, type Socket } from 'socket.io-client';
import { version } from '../src/common/version.js';
import { Dependencies } from '../src/storage/dependencies.js';
import { api, createRoom, guest, refusal, startServer, temporaryFolder, type TestServer } from './harness.js';
import { until } from './support.js';

interface Readiness {
  ready: boolean;
  canHostMeetings: boolean;
  version: string;
  dependencies: { name: string; up: boolean; required: boolean; local: boolean }[];
}

const ready = (url: string, purpose = '') => api(url).get<Readiness>(`/health/ready${purpose}`);

async function figure(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();

  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}

const connect = (url: string, token: string): Socket =>
  io(url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });

describe('health', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ MAX_PARTICIPANTS: '1' });
  });

  afterAll(() => server.stop());

  it('tells the version, as the metrics do', async () => {
    expect((await api(server.url).get('/health/live')).body).toEqual({ alive: true, version });
    expect((await ready(server.url)).body.version).toBe(version);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      `minimeet_build_info{version="${version}",node="${process.versions.node}"} 1`,
    );
  });

  it('of a full server says that those in its meetings may come back, and that others should begin elsewhere', async () => {
    expect((await ready(server.url, '?for=meetings')).status).toBe(200);
    const { accessToken } = await guest(server.url, 'Ada');
    const { slug } = await createRoom(server.url, accessToken);
    const socket = connect(server.url, accessToken);
    await socket.emitWithAck('join_room', { roomId: slug });

    const full = await ready(server.url);
    expect([full.status, full.body.ready, full.body.canHostMeetings]).toEqual([200, true, false]);
    expect((await ready(server.url, '?for=meetings')).status).toBe(503);
    expect(await figure(server.url, 'minimeet_ready')).toBe(1);
    // Metrics are made once in a while, however often they are asked for.
    await until(async () => (await figure(server.url, 'minimeet_can_host_meetings')) === 0);

    await socket.emitWithAck('leave_room', {});
    socket.disconnect();
    expect((await ready(server.url, '?for=meetings')).status).toBe(200);
  });

  it('tells of those who fall back to long polling, and not of those for whom it was the beginning', async () => {
    const { accessToken } = await guest(server.url, 'Ada');
    const open = async (transports: string[]) => {
      const socket = io(server.url, { transports, reconnection: false, auth: { token: accessToken }, forceNew: true });
      await new Promise((resolve) => socket.once('welcome', resolve));

      return socket;
    };
    const [polling, upgraded] = await Promise.all([open(['polling']), open(['polling', 'websocket'])]);
    await until(() => upgraded.io.engine.transport.name === 'websocket');
    await until(async () => (await figure(server.url, 'minimeet_sockets_polling')) === 1);

    [polling, upgraded].forEach((socket) => socket.disconnect());
    await until(async () => (await figure(server.url, 'minimeet_sockets_polling')) === 0);
    expect(await figure(server.url, 'minimeet_sockets_polling_only_total')).toBe(1);
  });

  it('waits for no database, also for one that is frozen', async () => {
    const dependencies = server.app.get(Dependencies);
    dependencies.register({ name: 'frozen', required: false, probe: () => new Promise(() => undefined) });
    const frozen = async () =>
      (await ready(server.url)).body.dependencies.find(({ name }) => name === 'frozen') as { up: boolean };

    // Before the probe can have timed out: whoever had waited for it would know more.
    expect((await frozen()).up).toBe(true);
    await until(async () => !(await frozen()).up);
    expect((await ready(server.url, '?for=meetings')).status).toBe(200);
  });

  it('is not ready for meetings while a database is away that all servers share, and ready for those who have one', async () => {
    const dependencies = server.app.get(Dependencies);
    let up = false;
    const probe = () => (up ? Promise.resolve() : Promise.reject(new Error('gone')));
    dependencies.register({ name: 'shared', required: true, probe });
    await until(async () => !(await ready(server.url)).body.canHostMeetings);

    expect((await ready(server.url)).status).toBe(200);
    expect((await ready(server.url, '?for=meetings')).status).toBe(503);
    up = true;
    await until(async () => (await ready(server.url)).body.canHostMeetings);
  });
});

/** Mounting takes root, as in a container of a test pipeline. */
const mounts = await (async () => {
  const folder = await temporaryFolder();

  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });

    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true });
  }
})();

(mounts ? describe : describe.skip)('a server whose disk is full or read-only (needs root, to mount one)', () => {
  let disk: string;
  let server: TestServer | undefined;

  beforeAll(async () => {
    disk = await temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', disk]);
  });

  afterEach(async () => {
    await server?.stop();
    server = undefined;
    free();
  });

  afterAll(async () => {
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  const fill = async () => {
    // The last bytes as well, into which a small file would still fit.
    for (const size of [1_000_000, 4096, 1]) {
      for (let count = 0; ; count++) {
        try {
          await writeFile(join(disk, `filler-${size}-${count}`), Buffer.alloc(size), { flush: true });
        } catch {
          break;
        }
      }
    }
  };
  const free = () => execFileSync('sh', ['-c', `rm -f '${disk}'/filler-*`]);

  it('is not ready, refuses by code what it cannot store, and stores again once there is space', async () => {
    server = await startServer({ DATA_DIR: join(disk, 'data') });
    const { url } = server;
    const { accessToken } = await guest(url, 'Ada');
    const { slug } = await createRoom(url, accessToken);
    const socket = connect(url, accessToken);
    await socket.emitWithAck('join_room', { roomId: slug });
    const say = (text: string): Promise<{ error?: { code: string }; message?: { text: string } }> =>
      socket.emitWithAck('send_message', { text, clientMessageId: text.slice(0, 20) });
    await say('before');
    await fill();

    await until(async () => (await ready(url)).status === 503);
    expect((await ready(url)).body.dependencies).toContainEqual({
      name: 'data_dir',
      up: false,
      required: true,
      local: true,
    });
    // What is left of its own file may take some.
    await until(async () => {
      const [status, code] = await refusal(api(url).post('/auth/guest', { displayName: 'Bob'.repeat(10) }));
      if (status !== 201) expect([status, code]).toEqual([503, 'database_unavailable']);

      return status === 503;
    });
    const refused = await say('during '.repeat(500));
    expect(refused.error?.code).toBe('chat_unavailable');
    expect((await socket.emitWithAck('ping', {})) as object).toHaveProperty('pong');
    expect((await api(url).get('/health/live')).status).toBe(200);

    free();
    await until(async () => (await ready(url)).status === 200);
    expect((await say('after')).message?.text).toBe('after');
    expect((await guest(url, 'Cem')).user.username).toBe('Cem');
    const { messages } = (await socket.emitWithAck('chat_history', {})) as { messages: { text: string }[] };
    expect(messages.map(({ text }) => text).filter((text) => /^(before|after)$/.test(text))).toEqual([
      'before',
      'after',
    ]);
    socket.disconnect();
  });

  it('does not start, and says where and what to do', async () => {
    const dataDir = join(disk, 'other');
    await mkdir(dataDir);
    await fill();
    await expect(startServer({ DATA_DIR: dataDir })).rejects.toThrow(
      new RegExp(`^DATA_DIR ${dataDir} cannot be written to \\(.*ENOSPC.*\\)\\. Free space on its disk$`),
    );
    free();
    execFileSync('mount', ['-o', 'remount,ro', disk]);

    try {
      await expect(startServer({ DATA_DIR: dataDir })).rejects.toThrow(/^DATA_DIR .* cannot be written to \(.*EROFS/);
    } finally {
      execFileSync('mount', ['-o', 'remount,rw', disk]);
    }
  });
});

it('a server whose data folder cannot be made does not start, and says so', async () => {
  await expect(startServer({ DATA_DIR: '/proc/minimeet/data' })).rejects.toThrow(
    /^DATA_DIR \/proc\/minimeet\/data cannot be written to \(.*ENOENT/,
  );
});
