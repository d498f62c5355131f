/** The server as an operator meets it: a process with settings, output, signals and an exit code. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestResult, Room } from '@minimeet/protocol';
import { io } from 'socket.io-client';
import { api, createRoom, guest, temporaryFolder } from './harness.js';
import { until } from './support.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The option of Node that runs some code before the program. */
const importing = (code: string) => `--import=data:text/javascript,${encodeURIComponent(code)}`;

/** A server in a process of its own, and what it has said so far. */
interface ServerProcess {
  child: ChildProcess;
  output: string;
  errors: string;
  exit: Promise<number | null>;
}

describe('the process of the server', () => {
  const running: ServerProcess[] = [];
  let dataDir: string;

  // It runs what was compiled last, which another test run may have left behind long ago.
  beforeAll(() => {
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'server'], { cwd: root, stdio: 'ignore' });
  });

  beforeEach(async () => {
    dataDir = await temporaryFolder();
  });

  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL');
      await exit;
    }
    await rm(dataDir, { recursive: true });
  });

  function start(settings: Record<string, string> = {}): ServerProcess {
    const child = spawn(process.execPath, [join(root, 'server/dist/main.js')], {
      cwd: dataDir,
      env: {
        PATH: process.env.PATH,
        MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
        PORT: '0',
        HOST: '127.0.0.1',
        DATA_DIR: dataDir,
        LOG_FORMAT: 'pretty',
        MEDIA_PORT: '0',
        MEDIA_WORKERS: '1',
        MEDIA_LISTEN_ADDRESS: '127.0.0.1',
        ...settings,
      },
    });
    const server: ServerProcess = {
      child,
      output: '',
      errors: '',
      exit: new Promise((resolve) => child.once('close', resolve)),
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (server.output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (server.errors += text));
    running.push(server);

    return server;
  }

  /** Resolves with the address that the server tells people to open. */
  async function opened(server: ServerProcess): Promise<string> {
    await until(() => /Open +\S+/.test(server.output) || server.child.exitCode !== null, 120_000);

    return /Open +(\S+)/.exec(server.output)?.[1] ?? `the server ended: ${server.errors}`;
  }

  const workerOf = ({ output }: ServerProcess) => Number(/"workerPid":(\d+)/.exec(output)?.[1]);

  function isRunning(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  it('says where to meet and where data is kept, and serves there', async () => {
    const server = start();
    const url = await opened(server);

    expect(server.output).toContain(dataDir);
    expect((await api(url).get<{ ready: boolean }>('/health/ready')).body.ready).toBe(true);
  });

  it('ends with one line for each wrong setting', async () => {
    const server = start({ PORT: 'eighty', LOG_LEVEL: 'loud' });

    expect(await server.exit).toBe(1);
    expect(server.errors).toBe(
      'PORT must be a whole number from 0 to 65535, not "eighty"\n' +
        'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud"\n',
    );
    expect(server.output).toBe('');
  });

  it('reads the settings file beside it, and refuses a misspelt name in it', async () => {
    await writeFile(join(dataDir, 'minimeet.env'), 'GUESTS_ALOWED=false\n');
    const server = start();

    expect(await server.exit).toBe(1);
    expect(server.errors).toBe('GUESTS_ALOWED in ./minimeet.env is not a setting of MiniMeet\n');
  });

  it('ends with one line when its port is taken, and leaves no media worker behind', async () => {
    const { port } = new URL(await opened(start()));
    const second = start({ PORT: port, DATA_DIR: join(dataDir, 'second') });

    expect(await second.exit).toBe(1);
    expect(second.errors).toBe(`Port ${port} is in use already; choose another one with PORT\n`);
    await until(() => !isRunning(workerOf(second)));
  });

  it('ends with one line when it cannot write to its data folder', async () => {
    await writeFile(join(dataDir, 'file'), '');
    const server = start({ DATA_DIR: join(dataDir, 'file', 'data') });

    expect(await server.exit).toBe(1);
    expect(server.errors).toMatch(/^MiniMeet cannot start: DATA_DIR .+ cannot be written to \(.*\)\. .+\n$/);
  });

  it('ends with one line when its database is none', async () => {
    await writeFile(
      join(dataDir, 'minimeet.sqlite'),
      'This is long enough to be taken for a file of something else. '.repeat(2),
    );
    const server = start();

    expect(await server.exit).toBe(1);
    expect(server.errors).toBe(
      `MiniMeet cannot start: ${join(dataDir, 'minimeet.sqlite')} cannot be opened: file is not a database\n`,
    );
  });

  it('ends with one line when its key of access tokens is not whole', async () => {
    await writeFile(join(dataDir, 'jwt-secret'), '');
    const server = start();

    expect(await server.exit).toBe(1);
    expect(server.errors).toMatch(/^MiniMeet cannot start: .+jwt-secret.+\n$/);
  });

  it('ends with one line when it has no media worker', async () => {
    const server = start({ MEDIASOUP_WORKER_BIN: '/nowhere' });

    expect(await server.exit).toBe(1);
    expect(server.errors).toBe('MiniMeet cannot start: spawn /nowhere ENOENT\n');
  });

  it('ends with one line when its media port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const server = start({ MEDIA_PORT: String((taken.address() as AddressInfo).port) });

    expect(await server.exit).toBe(1);
    expect(server.errors).toMatch(/^MiniMeet cannot start: .+\n$/);
    taken.close();
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly with code 0 on %s', async (signal) => {
    const server = start();
    await opened(server);
    server.child.kill(signal);

    expect(await server.exit).toBe(0);
    expect(server.errors).toBe('');
    await until(() => !isRunning(workerOf(server)));
  });

  it('takes one Ctrl-C that arrives twice, over npm and the terminal, for one', async () => {
    const server = start();
    await opened(server);
    server.child.kill('SIGINT');
    server.child.kill('SIGINT');

    expect(await server.exit).toBe(0);
  });

  describe('with a meeting in it', () => {
    let url: string;
    let server: ServerProcess;
    let inside: Awaited<ReturnType<typeof inRoom>>;
    let told: Promise<object>;
    let closed: Promise<object>;

    beforeEach(async () => {
      server = start({ SHUTDOWN_DRAIN: '600' });
      url = await opened(server);
      const { accessToken } = await guest(url, 'Ada');
      const { slug } = await createRoom(url, accessToken);
      inside = await inRoom(url, accessToken, slug);
      told = new Promise((resolve) => inside.once('server_stopping', resolve));
      closed = new Promise((resolve) => inside.once('room_closed', resolve));
    });

    afterEach(() => void inside.disconnect());

    it('waits on SIGTERM for it to end, and sends no more people here meanwhile', async () => {
      server.child.kill('SIGTERM');

      expect(await told).toEqual({ seconds: 600 });
      expect(await api(url).get('/health/ready')).toMatchObject({
        status: 503,
        body: { ready: false, stopping: true },
      });
      expect((await api(url).get('/health/live')).status).toBe(200);
      expect(isRunning(workerOf(server))).toBe(true);
      await inside.emitWithAck('leave_room', {});
      expect(await server.exit).toBe(0);
    });

    it('ends it no later than the settings say', async () => {
      const hasty = start({ SHUTDOWN_DRAIN: '1' });
      url = await opened(hasty);
      const { accessToken } = await guest(url, 'Bob');
      const { slug } = await createRoom(url, accessToken);
      const bob = await inRoom(url, accessToken, slug);
      closed = new Promise((resolve) => bob.once('room_closed', resolve));
      hasty.child.kill('SIGTERM');

      expect(await closed).toEqual({ reason: 'server_stopping' });
      expect(await hasty.exit).toBe(0);
      bob.disconnect();
    });

    it('ends it, and tells everyone, with a second SIGTERM', async () => {
      server.child.kill('SIGTERM');
      await told;
      await delay(1000);
      server.child.kill('SIGTERM');

      expect(await closed).toEqual({ reason: 'server_stopping' });
      expect(await server.exit).toBe(0);
    });

    it('ends it at once with Ctrl-C', async () => {
      server.child.kill('SIGINT');

      expect(await closed).toEqual({ reason: 'server_stopping' });
      expect(await server.exit).toBe(0);
    });
  });

  describe('when it cannot close', () => {
    /** Node code that runs before the server: nothing that listens can be closed any more. */
    const neverCloses = "import net from 'node:net'; net.Server.prototype.close = function () { return this; }";

    it('ends as it is after the time that the settings give it', async () => {
      const server = start({ NODE_OPTIONS: importing(neverCloses), SHUTDOWN_TIMEOUT: '1' });
      await opened(server);
      server.child.kill('SIGINT');

      expect(await server.exit).toBe(0);
      expect(server.output).toContain('did not stop within 1 s');
    });

    it('ends at once with a second Ctrl-C', async () => {
      const server = start({ NODE_OPTIONS: importing(neverCloses), SHUTDOWN_TIMEOUT: '600' });
      await opened(server);
      server.child.kill('SIGINT');
      await until(() => server.output.includes('stopping'));
      await delay(1000);
      server.child.kill('SIGINT');

      expect(await server.exit).toBe(1);
    });
  });

  describe('on other signals', () => {
    it('goes on, reads LOG_LEVEL and the certificate again on SIGHUP, and says so', async () => {
      const settingsFile = join(dataDir, 'minimeet.env');
      await writeFile(settingsFile, 'LOG_LEVEL=info\n');
      const server = start({ LOG_FORMAT: 'json', MINIMEET_ENV_FILE: settingsFile });
      await until(() => server.output.includes('MiniMeet is ready'));
      const url = (JSON.parse(server.output.split('\n').find((line) => line.includes('"open"'))!) as { open: string })
        .open;
      expect(server.output).not.toContain('request answered');
      await writeFile(settingsFile, 'LOG_LEVEL=debug\n');
      server.child.kill('SIGHUP');
      await until(() => server.output.includes('SIGHUP: LOG_LEVEL is debug'));
      await api(url).get('/health/live');
      await until(() => server.output.includes('request answered'));

      await writeFile(settingsFile, 'LOG_LEVEL=loud\n');
      server.child.kill('SIGHUP');
      await until(() => server.output.includes('the settings stay as they are: LOG_LEVEL must be one of'));
      for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
        server.child.kill(signal);
        await until(() => server.output.includes(`${signal} is ignored`));
      }
      server.child.kill('SIGPIPE');
      expect((await api(url).get('/health/live')).status).toBe(200);
      server.child.kill('SIGQUIT');
      expect(await server.exit).toBe(0);
    });
  });

  it('logs lines with time, level, name and version, and the id of the request, which the answer bears', async () => {
    const server = start({ LOG_FORMAT: 'json', LOG_LEVEL: 'debug', SERVER_NAME: 'meet-1' });
    await until(() => server.output.includes('MiniMeet is ready'));
    const lines = () =>
      server.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown> & { req?: { id: string }; open?: string });
    const url = lines().find(({ open }) => open)!.open!;
    const ask = (id?: string) =>
      fetch(`${url}/health/live`, { headers: id === undefined ? {} : { 'x-request-id': id } });
    const ids = await Promise.all(
      ['proxy-1/abc', 'x'.repeat(65), '{"level":"fatal"}', undefined].map(async (id) =>
        (await ask(id)).headers.get('x-request-id'),
      ),
    );
    await until(() => ids.every((id) => lines().some(({ req }) => req?.id === id)));

    expect(ids[0]).toBe('proxy-1/abc');
    expect(ids.slice(1)).toEqual(Array(3).fill(expect.stringMatching(/^[0-9a-f-]{36}$/)));
    for (const line of lines()) {
      expect(line).toMatchObject({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        level: expect.stringMatching(/^[a-z]+$/),
        server: 'meet-1',
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      });
      expect(line).not.toHaveProperty('hostname');
    }
  });

  describe('with a mistake in it that nothing catches', () => {
    /** Code of the server, before the server itself runs. */
    const patched = (file: string, code: string) =>
      importing(`import * as module from '${pathToFileURL(join(root, 'server/dist', file)).href}'; ${code}`);

    it('goes on after a promise that rejects and that nothing hears, and says so', async () => {
      const mistake = "process.on('SIGUSR2', () => void Promise.reject(new Error('a mistake')))";
      const server = start({ NODE_OPTIONS: importing(mistake) });
      const url = await opened(server);
      const { accessToken } = await guest(url, 'Ada');
      const { slug } = await createRoom(url, accessToken);
      const inside = await inRoom(url, accessToken, slug);
      server.child.kill('SIGUSR2');

      await until(() => /ERROR.+a promise was rejected/.test(server.output));
      expect(await metric(url, 'minimeet_process_faults_total{kind="rejection"}')).toBe(1);
      expect(await inside.emitWithAck('ping', {})).toMatchObject({ pong: expect.any(Number) });
      inside.disconnect();
    });

    it('ends in order after an exception: who meets is told, and the exit code says that it was one', async () => {
      const mistake = "process.once('SIGUSR2', () => { throw new Error('a mistake'); })";
      const server = start({ NODE_OPTIONS: importing(mistake), SHUTDOWN_DRAIN: '1' });
      const url = await opened(server);
      const { accessToken } = await guest(url, 'Ada');
      const { slug } = await createRoom(url, accessToken);
      const inside = await inRoom(url, accessToken, slug);
      const told = new Promise((resolve) => inside.once('server_stopping', resolve));
      const closed = new Promise((resolve) => inside.once('room_closed', resolve));
      server.child.kill('SIGUSR2');

      expect(await told).toEqual({ seconds: 1 });
      expect(await closed).toEqual({ reason: 'server_stopping' });
      expect(await server.exit).toBe(1);
      expect(server.output).toMatch(/FATAL.+because of a mistake/);
      inside.disconnect();
    });

    it.each([
      ['an exception in a later tick', "setImmediate(() => { throw new Error('nobody foresaw this'); })"],
      ['an exception in a timer', "setTimeout(() => { throw new Error('nobody foresaw this'); }, 5)"],
      ['a promise that nothing hears', "void Promise.reject(new Error('nobody foresaw this'))"],
    ])('ends the one socket whose packet led to %s, and nobody else’s', async (_, fault) => {
      const server = start({
        NODE_OPTIONS: patched(
          'meetings/meeting-chat.js',
          `module.MeetingChat.prototype.search = async function () { ${fault}; return { messages: [], hasMore: false }; }`,
        ),
      });
      const url = await opened(server);
      const [ada, bob] = [await guest(url, 'Ada'), await guest(url, 'Bob')];
      const { slug } = await createRoom(url, ada.accessToken);
      const [first, second] = [await inRoom(url, ada.accessToken, slug), await inRoom(url, bob.accessToken, slug)];
      const gone = new Promise((resolve) => second.once('disconnect', resolve));
      const told = new Promise((resolve) => second.once('disconnected', resolve));
      second.emit('search_messages', { text: 'anything' });

      expect(await told).toMatchObject({ error: { code: 'internal_error' } });
      await gone;
      expect(await first.emitWithAck('ping', {})).toMatchObject({ pong: expect.any(Number) });
      expect(await metric(url, 'minimeet_socket_faults_total')).toBe(1);
      expect(await metric(url, 'minimeet_process_faults_total{kind="exception"}')).toBe(0);
      expect(server.output.match(/handling it failed/g)).toHaveLength(1);
      [first, second].forEach((socket) => socket.disconnect());
    });
  });

  it('keeps users, rooms and the key of access tokens over a restart', async () => {
    const first = start();
    const url = await opened(first);
    const ada = await guest(url, 'Ada');
    const room = await createRoom(url, ada.accessToken);
    first.child.kill('SIGTERM');
    await first.exit;

    const me = api(await opened(start()), ada.accessToken);
    expect((await me.get('/users/me')).body).toEqual(ada.user);
    expect((await me.get<Room>(`/rooms/${room.slug}`)).body).toEqual(room);
  });

  it('keeps what it has acknowledged when it is killed', async () => {
    const first = start();
    const url = await opened(first);
    const ada = await guest(url, 'Ada');
    const room = await createRoom(url, ada.accessToken);
    first.child.kill('SIGKILL');
    await first.exit;

    expect((await api(await opened(start()), ada.accessToken).get<Room>(`/rooms/${room.slug}`)).body).toEqual(room);
  });

  it('keeps a chat message that it has acknowledged right before it is killed', async () => {
    const first = start();
    const url = await opened(first);
    const { accessToken } = await guest(url, 'Ada');
    const { slug } = await createRoom(url, accessToken);
    const before = await inRoom(url, accessToken, slug);
    const sent = { text: 'Remember this', clientMessageId: 'one' };
    const { message } = (await before.emitWithAck('send_message', sent)) as RequestResult<'send_message'>;
    first.child.kill('SIGKILL');
    before.disconnect();
    await first.exit;

    const after = await inRoom(await opened(start()), accessToken, slug);
    const { messages } = (await after.emitWithAck('chat_history', {})) as RequestResult<'chat_history'>;
    after.disconnect();
    expect(message.text).toBe('Remember this');
    expect(messages.filter(({ kind }) => kind === 'text')).toEqual([message]);
  });

  /** The value of a metric, by its name and labels. */
  async function metric(url: string, name: string): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text();

    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.slice(name.length),
    );
  }

  async function inRoom(url: string, token: string, roomId: string) {
    const socket = io(url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    await socket.emitWithAck('join_room', { roomId });

    return socket;
  }

  it('says in one line of JSON where to meet without a terminal, also when only warnings are logged', async () => {
    const server = start({ LOG_FORMAT: 'auto', LOG_LEVEL: 'warn' });
    await until(() => server.output.includes('MiniMeet is ready'));

    expect(JSON.parse(server.output)).toMatchObject({
      open: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      dataDirectory: dataDir,
    });
  });

  it('says to people where to meet, also when only warnings are logged', async () => {
    const server = start({ LOG_FORMAT: 'pretty', LOG_LEVEL: 'warn' });

    expect(await opened(server)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(server.output).toContain(dataDir);
  });

  it('says nothing where silence is wanted', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    const server = start({ LOG_FORMAT: 'json', LOG_LEVEL: 'silent', PORT: String(port) });
    await until(() =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );

    expect(server.output).toBe('');
  });

  it('writes each line as JSON for log collectors, without tokens, names and queries', async () => {
    const server = start({ LOG_FORMAT: 'json', LOG_LEVEL: 'debug' });
    await until(() => server.output.includes('MiniMeet is ready'));
    const lines = () =>
      server.output
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { open?: string; req?: { path: string } });
    const url = lines().find(({ open }) => open)!.open!;
    const { accessToken } = await guest(url, 'Ada Lovelace');
    await api(url, accessToken).get('/rooms?limit=1000');
    await until(() => lines().some(({ req }) => req?.path === '/rooms'));

    expect(server.output).not.toContain(accessToken);
    expect(server.output).not.toContain('Lovelace');
    expect(server.output).not.toContain('limit=1000');
  });
});
