/** Redis as the settings name it: which database, whose keys, through whom, and what is wrong with it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm, symlink, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import type { PinoLogger } from 'nestjs-pino';
import { freePort } from '../../scripts/test-servers/ports.mjs';
import { find } from '../../scripts/test-servers/redis.mjs';
import { RedisCluster } from '../src/cluster/redis-cluster.js';
import { Dependencies } from '../src/storage/dependencies.js';
import { RedisConnections } from '../src/storage/redis.js';
import { connectRedis } from '../src/storage/redis.module.js';
import { describeOn } from './databases.js';
import { temporaryFolder } from './harness.js';
import { recordingLogger, until } from './support.js';

describeOn('redis', 'the address of Redis', (redis) => {
  const open: { close(): void }[] = [];
  const programs: { child: ChildProcess; folder: string }[] = [];

  afterEach(async () => {
    open.splice(0).forEach((each) => each.close());
    for (const { child, folder } of programs.splice(0)) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true });
    }
  });

  const started = async (url: string, timeoutSeconds = 60) => {
    const dependencies = new Dependencies({ setContext: () => undefined } as unknown as PinoLogger);

    try {
      const settings = { redisUrl: url, redisPrefix: 'minimeet', startTimeoutSeconds: timeoutSeconds };
      open.push(await connectRedis(settings, dependencies, () => undefined));

      return 'it started';
    } catch (error) {
      return (error as Error).message;
    }
  };

  const connections = async (...parameters: ConstructorParameters<typeof RedisConnections>) => {
    const made = new RedisConnections(...parameters);
    open.push(made);
    await made.verify();

    return made;
  };

  const cluster = async (name: string, made: RedisConnections) => {
    const self = { id: name, name, url: `http://${name}`, place: name, startedAt: new Date() };
    const server = new RedisCluster(self, made, recordingLogger());
    open.unshift(server);
    await once(server, 'reunited');

    return server;
  };

  /** The program of Redis under another name, by which it knows what it is to be. */
  const run = async (name: string, ...options: ((folder: string) => string)[]) => {
    const source = find();
    const folder = await temporaryFolder();
    const program = join(folder, name);
    await symlink((source as { program: string }).program, program);
    const child = spawn(
      program,
      options.map((option) => option(folder)),
      { stdio: 'ignore', cwd: folder },
    );
    programs.push({ child, folder });

    return folder;
  };

  it('may name a database, which is used, and must be there', async () => {
    const one = await connections(`${redis().url}/3`);
    await one.commands.set(`${one.prefix}here`, 'yes');
    const zero = await connections(redis().url);

    expect(await zero.commands.get(`${one.prefix}here`)).toBeNull();
    expect(await started(`${redis().url}/99`)).toMatch(
      /^Redis at 127\.0\.0\.1:\d+ has no database of the number in REDIS_URL: /,
    );
  });

  it('must not have parameters, nor ask for TLS where there is none', async () => {
    expect(await started(`${redis().url}?db=3`)).toMatch(/^REDIS_URL has parameters \(db\)/);
    expect(await started(redis().url.replace('redis:', 'rediss:'))).toMatch(/does not speak TLS there/);
  });

  it('is waited for where nothing but silence comes, and the sentence has no password', async () => {
    const silent = createPlainServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const said = await started(`redis://:open-sesame@127.0.0.1:${port}`, 1);
    silent.close();

    expect(said).toMatch(new RegExp(`^Redis at 127.0.0.1:${port} does not answer`));
    expect(said).not.toContain('open-sesame');
  });

  it.each([
    ['another prefix', '', { redisPrefix: 'other' }],
    ['another database', '/5', {}],
  ])('keeps installations apart that have %s', async (_, path, changes) => {
    const first = await cluster('first', await connections(redis().url));
    const second = await cluster('second', await connections(redis().url + path, changes));
    const third = await cluster('third', await connections(redis().url));
    const heard: string[] = [];
    second.on('room_closed', () => heard.push('second'));
    third.on('room_closed', () => heard.push('third'));

    expect([await first.claim('room'), await second.claim('room')]).toEqual([{ here: true }, { here: true }]);
    expect(await third.claim('room')).toMatchObject({ here: false });
    first.closeRoom('room', 'room_deleted');
    await until(() => heard.length > 0);
    expect(heard).toEqual(['third']);
  });

  it('may name a Sentinel and its service', async () => {
    const { port } = new URL(redis().url);
    const sentinelPort = await freePort();
    const configuration = `port ${sentinelPort}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 ${port} 1\n`;
    const folder = await temporaryFolder();
    const file = join(folder, 'sentinel.conf');
    await writeFile(file, configuration);
    await run('redis-sentinel', () => file);
    const url = `redis+sentinel://127.0.0.1:${sentinelPort}/main/2`;
    await until(() => started(url, 30).then((said) => said === 'it started'));
    await rm(folder, { recursive: true });
  });

  it('must not be that of a Redis Cluster, of which it says so', async () => {
    const port = await freePort();
    await run(
      'redis-server',
      ...['--port', String(port), '--cluster-enabled', 'yes', '--save', ''].map((word) => () => word),
    );
    expect(await started(`redis://127.0.0.1:${port}`)).toMatch(/is a node of a Redis Cluster/);
  });
});
