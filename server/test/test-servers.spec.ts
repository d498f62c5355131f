/** The databases for tests themselves: each is killed and started again, and has what was written to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { mongo } from 'mongoose';
import { createConnection } from 'mysql2/promise';
import { startTestServer } from '../../scripts/test-servers/index.mjs';
import { describeOn, type DatabaseKind, type TestServer } from './databases.js';
import { temporaryFolder } from './harness.js';
import { until } from './support.js';

const LIBRARY = new URL('../../scripts/test-servers/index.mjs', import.meta.url).href;

/** Starts a server from a program that is then killed, and gives the server's address. */
async function startAndBeKilled(kind: DatabaseKind, folder: string): Promise<URL> {
  const { MINIMEET_TEST_SERVERS, ...environment } = process.env;
  // A stand-in belongs to all tests of a run; this one is to be the program's own.
  const provided = process.env.MONGODB_STANDIN === undefined ? { MINIMEET_TEST_SERVERS } : {};
  const script = `
    const { startTestServer } = await import(${JSON.stringify(LIBRARY)});
    const { url } = await startTestServer(${JSON.stringify(kind)});
    console.log('at ' + url);
    setInterval(() => {}, 1000);`;
  const program = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...environment, ...provided, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  program.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exited = once(program, 'exit');
  await until(() => said.includes('at ') || program.exitCode !== null, 60_000);
  program.kill('SIGKILL');
  await exited;

  return new URL(said.slice(said.indexOf('at ') + 3).trim());
}

function answers({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Lets a killed server be asked again without waiting, as long as it may take to answer. */
async function killAndStart(server: TestServer): Promise<void> {
  await server.kill();
  await server.start();
}

describeOn('mysql', 'a database server for tests', (server) => {
  it('has what was written before it was killed', async () => {
    const database = await server().createDatabase();
    const first = await createConnection(database.url);
    await first.query('CREATE TABLE notes (text VARCHAR(20))');
    await first.query("INSERT INTO notes VALUES ('é written 🎉')");
    first.destroy();

    if (server().controllable) {
      await killAndStart(server());
    }

    const second = await createConnection(database.url);
    expect((await second.query('SELECT text FROM notes'))[0]).toEqual([{ text: 'é written 🎉' }]);
    await second.end();
    await database.drop();
    await expect(createConnection(database.url)).rejects.toThrow(/Unknown database/);
  });

  it('gives every test a database of its own', async () => {
    const [one, other] = await Promise.all([server().createDatabase(), server().createDatabase()]);
    expect(new URL(one.url).pathname).not.toBe(new URL(other.url).pathname);
    await Promise.all([one.drop(), other.drop()]);
  });
});

describeOn('mongodb', 'a database server for tests', (server) => {
  it('has what was written before it was killed', async () => {
    const database = await server().createDatabase();
    const first = await mongo.MongoClient.connect(database.url);
    await first
      .db()
      .collection('notes')
      .insertOne({ text: 'é written 🎉' }, { writeConcern: { w: 1, journal: true } });
    await first.close();

    if (server().controllable) {
      await killAndStart(server());
    }

    const second = await mongo.MongoClient.connect(database.url);
    expect(await second.db().collection('notes').findOne()).toMatchObject({ text: 'é written 🎉' });
    await database.drop();
    expect(await second.db().collection('notes').countDocuments()).toBe(0);
    await second.close();
  });

  it('is there for the next test also when one has left it stopped', async () => {
    if (server().controllable) {
      await server().stop();
    }

    const next = await startTestServer('mongodb');
    const client = await mongo.MongoClient.connect(next.url);
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
    await next.close();
    await server().start();
  });
});

describeOn('redis', 'a database server for tests', (server) => {
  it('has what was written before it was killed', async () => {
    const database = await server().createDatabase();
    const redis = new Redis(database.url);
    // While the server is down, this is the client's own affair.
    redis.on('error', () => undefined);
    await redis.set('note', 'written');

    if (server().controllable) {
      await killAndStart(server());
    }

    expect(await redis.get('note')).toBe('written');
    await database.drop();
    expect(await redis.dbsize()).toBe(0);
    redis.disconnect();
  });
});

for (const kind of ['mysql', 'mongodb', 'redis'] as const) {
  describeOn(kind, 'the end of a database server for tests', (server) => {
    // Elsewhere it ends with the process group of the tests, which the test command ends.
    const itOnLinux = process.platform === 'linux' ? it : it.skip;

    itOnLinux('comes with that of the program that started it, also when that is killed', async () => {
      if (!server().controllable) {
        return;
      }

      const folder = await temporaryFolder();
      await chmod(folder, 0o755);
      const url = await startAndBeKilled(kind, folder);
      await until(async () => !(await answers(url)));
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    });
  });
}
