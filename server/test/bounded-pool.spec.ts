/** Connections to a MySQL that stands still: it is there, and does not answer. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isDatabaseUnavailable } from '../src/common/database-unavailable.js';
import { openDatabase, type TestDatabase } from './database.js';
import { describeOn } from './databases.js';

/** A way to the database on which everything can be held up, as by a machine that hangs. */
async function detour(to: { host: string; port: number }) {
  const sockets = new Set<Socket>();
  let held = false;
  const proxy = createServer((near) => {
    const far = connect(to);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => void other.write(bytes));
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      if (held) {
        one.pause();
      }
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');

  return {
    port: (proxy.address() as AddressInfo).port,
    hold() {
      held = true;
      sockets.forEach((socket) => socket.pause());
    },
    letGo() {
      held = false;
      sockets.forEach((socket) => socket.resume());
    },
    async close() {
      sockets.forEach((socket) => socket.destroy());
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

describeOn('mysql', 'a database that stands still', (server) => {
  let way: Awaited<ReturnType<typeof detour>>;
  let database: TestDatabase;

  beforeAll(async () => {
    const url = new URL((await server().createDatabase()).url);
    way = await detour({ host: url.hostname, port: Number(url.port || 3306) });
    Object.assign(url, { hostname: '127.0.0.1', port: String(way.port) });
    database = await openDatabase({ MYSQL_URL: url.href, MYSQL_POOL_SIZE: '2' });
  });

  afterAll(async () => {
    await way.close();
    await database.close();
  });

  it('keeps nobody waiting, however many there are, and is used again when it moves', async () => {
    const ask = () => database.dataSource.query('SELECT 1 AS answer').catch((error: unknown) => error);
    await Promise.all([ask(), ask()]);
    way.hold();
    // More than there are connections, and again when those that hung are given up.
    const first = await Promise.all([ask(), ask(), ask(), ask(), ask(), ask()]);
    const second = await ask();
    way.letGo();

    expect([...first, second].map(isDatabaseUnavailable)).toEqual(Array(7).fill(true));
    expect(await ask()).toEqual([{ answer: 1 }]);
  });
});
