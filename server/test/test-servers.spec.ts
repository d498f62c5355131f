/** The databases for tests themselves: each is killed and started again, and has what was written to it. */
import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { mongo } from 'mongoose';
import { createConnection } from 'mysql2/promise';
import { startTestServer } from '../../scripts/test-servers/index.mjs';
import { describeOn, type TestServer } from './databases.js';

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
