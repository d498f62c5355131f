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
import { describeOn, type DatabaseKind } from './databases.js';
import { temporaryFolder } from './harness.js';
import { until } from './support.js';

/** On a machine that does much else at the same time. */
const START_WITHIN_MS = 120_000;

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
  await until(() => said.includes('at ') || program.exitCode !== null, START_WITHIN_MS);
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

describeOn(
  'mysql',
  'a killed database server for tests',
  (server) => {
    it('has what was written before, when it is started again', async () => {
      const database = await server().createDatabase();
      const first = await createConnection(database.url);
      await first.query('CREATE TABLE notes (text VARCHAR(20))');
      await first.query("INSERT INTO notes VALUES ('é written 🎉')");
      first.destroy();

      await server().kill();
      await server().start();

      const second = await createConnection(database.url);
      expect((await second.query('SELECT text FROM notes'))[0]).toEqual([{ text: 'é written 🎉' }]);
      await second.end();
      await database.drop();
    });
  },
  { stopsIt: true },
);

describeOn(
  'mongodb',
  'a killed database server for tests',
  (server) => {
    it('has what was written before, when it is started again', async () => {
      const database = await server().createDatabase();
      const first = await mongo.MongoClient.connect(database.url);
      const notes = first.db().collection('notes');
      await notes.insertOne({ text: 'é written 🎉' }, { writeConcern: { w: 1, journal: true } });
      await first.close();

      await server().kill();
      await server().start();

      const second = await mongo.MongoClient.connect(database.url);
      expect(await second.db().collection('notes').findOne()).toMatchObject({ text: 'é written 🎉' });
      await second.close();
      await database.drop();
    });

    it('is there for the next test also when one has left it stopped', async () => {
      await server().stop();

      const next = await startTestServer('mongodb');
      const client = await mongo.MongoClient.connect(next.url);
      expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
      await client.close();
      await next.close();
      await server().start();
    });
  },
  { stopsIt: true },
);

describeOn(
  'redis',
  'a killed database server for tests',
  (server) => {
    it('has what was written before, when it is started again', async () => {
      const database = await server().createDatabase();
      const redis = new Redis(database.url);
      // While the server is down, this is the client's own affair.
      redis.on('error', () => undefined);
      await redis.set('note', 'written');

      await server().kill();
      await server().start();

      expect(await redis.get('note')).toBe('written');
      await database.drop();
      redis.disconnect();
    });

    it('is empty, when it is one that keeps nothing', async () => {
      const forgetful = await startTestServer('redis', { keepsData: false });
      const redis = new Redis(forgetful.url);
      redis.on('error', () => undefined);
      await redis.set('note', 'written');

      await forgetful.kill();
      await forgetful.start();

      expect(await redis.get('note')).toBeNull();
      redis.disconnect();
      await forgetful.close();
    });
  },
  { stopsIt: true },
);

describeOn('mysql', 'databases of single tests', (server) => {
  it('are apart, and gone when they are dropped', async () => {
    const [one, other] = await Promise.all([server().createDatabase(), server().createDatabase()]);
    const connection = await createConnection(one.url);
    await connection.query('CREATE TABLE notes (text VARCHAR(20))');
    await connection.changeUser({ database: new URL(other.url).pathname.slice(1) });
    expect((await connection.query('SHOW TABLES'))[0]).toEqual([]);
    await connection.end();

    await Promise.all([one.drop(), other.drop()]);
    await expect(createConnection(one.url)).rejects.toThrow(/Unknown database/);
  });
});

describeOn('mongodb', 'databases of single tests', (server) => {
  it('are apart, and empty when they are dropped', async () => {
    const [one, other] = await Promise.all([server().createDatabase(), server().createDatabase()]);
    const client = await mongo.MongoClient.connect(one.url);
    await client.db().collection('notes').insertOne({ text: 'written' });
    const otherName = new URL(other.url).pathname.slice(1);
    expect(await client.db(otherName).collection('notes').countDocuments()).toBe(0);

    await one.drop();
    expect(await client.db().collection('notes').countDocuments()).toBe(0);
    await client.close();
  });
});

describeOn('redis', 'databases of single tests', (server) => {
  it('are apart, and empty when they are dropped', async () => {
    const [one, other] = await Promise.all([server().createDatabase(), server().createDatabase()]);
    expect(new URL(one.url).pathname).not.toBe(new URL(other.url).pathname);
    const redis = new Redis(one.url);
    await redis.set('note', 'written');

    await Promise.all([one.drop(), other.drop()]);
    expect(await redis.dbsize()).toBe(0);
    redis.disconnect();
  });
});

for (const kind of ['mysql', 'mongodb', 'redis'] as const) {
  describeOn(
    kind,
    'the end of a database server for tests',
    () => {
      // Elsewhere it ends with the process group of the tests, which the test command ends.
      const itOnLinux = process.platform === 'linux' ? it : it.skip;

      itOnLinux(
        'comes with that of the program that started it, also when that is killed',
        async () => {
          const folder = await temporaryFolder();
          // The server may run as another user.
          await chmod(folder, 0o755);
          const url = await startAndBeKilled(kind, folder);
          await until(async () => !(await answers(url)), START_WITHIN_MS);
          await rm(folder, { recursive: true, force: true, maxRetries: 10 });
        },
        3 * START_WITHIN_MS,
      );
    },
    { stopsIt: true },
  );
}
