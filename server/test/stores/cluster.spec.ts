/** What servers promise each other about who hosts a room, and what they tell each other. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CloseReason } from '@minimeet/protocol';
import type { Cluster, OwnServer } from '../../src/cluster/cluster.js';
import { LoneServer } from '../../src/cluster/lone-server.js';
import { RedisCluster, type LeaseTimes } from '../../src/cluster/redis-cluster.js';
import { REDIS_PREFIX, RedisConnections } from '../../src/storage/redis.js';
import { describeOn, describeOnOwn } from '../databases.js';
import { recordingLogger, until } from '../support.js';

const server = (name: string, url: string | null = null, place: string | null = null): OwnServer => ({
  id: randomUUID(),
  name,
  url,
  place,
  startedAt: new Date(),
});

const here = { here: true };
const at = (name: string, url: string | null = null) => ({ here: false, server: { name, url } });

/** @param newCluster another one each time, of a server with this name */
function contract(newCluster: (name: string) => Promise<Cluster>): void {
  it('gives a room that nobody hosts to the first who claims it, as often as they do', async () => {
    const cluster = await newCluster('one');
    const room = randomUUID();

    expect(await cluster.claim(room)).toEqual(here);
    expect(await cluster.claim(room)).toEqual(here);
    cluster.release(room);
    expect(await cluster.claim(room)).toEqual(here);
  });

  it('takes the release of a room that it does not have, and the closing of one that nobody has', async () => {
    const cluster = await newCluster('one');
    cluster.release(randomUUID());
    cluster.closeRoom(randomUUID(), 'room_deleted');

    expect(await cluster.claim(randomUUID())).toEqual(here);
  });
}

/** A way to Redis whose connections can fall silent without being closed, as when a network drops packets. */
async function silenceableWay(redisUrl: string) {
  const { hostname, port } = new URL(redisUrl);
  const open = new Set<Socket>();
  const listener = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => undefined);
    }
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');

  return {
    url: redisUrl.replace(`:${port}`, `:${(listener.address() as AddressInfo).port}`),
    fallSilent: () => open.forEach((socket) => socket.unpipe().pause()),
    close: () => {
      listener.close();
      open.forEach((socket) => socket.destroy());
    },
  };
}

describe('a lone server', () => {
  contract(async (name) => new LoneServer(server(name)));
});

describeOn('redis', 'servers that agree', (redis) => {
  const opened: { close(): void }[] = [];
  let room: string;

  beforeEach(() => {
    room = randomUUID();
  });

  afterEach(() => {
    opened.splice(0).forEach((each) => each.close());
  });

  interface MemberOptions {
    url?: string | null;
    place?: string | null;
    lease?: LeaseTimes;
    /** Over which address Redis is reached. */
    over?: string;
  }

  const member = async (name: string, { url = null, place = null, lease, over }: MemberOptions = {}) => {
    const connections = new RedisConnections(over ?? redis().url);
    opened.push(connections);
    const cluster = new RedisCluster(server(name, url, place), connections, recordingLogger(), lease);
    opened.push(cluster);
    const lost: string[] = [];
    const closed: [string, CloseReason][] = [];
    const hears = { lost, closed, reunited: 0 };
    cluster.on('room_lost', (roomId) => lost.push(roomId));
    cluster.on('room_closed', (...what) => closed.push(what));
    cluster.on('reunited', () => (hears.reunited += 1));
    await until(() => connections.available && connections.subscriber.status === 'ready');
    // An answer on the subscribing connection: by then it is subscribed, which it has to look for itself.
    await connections.subscriber.ping();
    await until(() => hears.reunited === 1);
    hears.reunited = 0;

    return { cluster, connections, hears };
  };

  contract(async (name) => (await member(name)).cluster);

  it('give a room to one of them, and tell the others who that is and where', async () => {
    const [one, two] = [await member('one', { url: 'https://one.example.org' }), await member('two')];

    expect(await one.cluster.claim(room)).toEqual(here);
    expect(await two.cluster.claim(room)).toEqual(at('one', 'https://one.example.org'));
    expect(await two.cluster.claim(randomUUID())).toEqual(here);
  });

  it('know who else hosts a room, without wanting it', async () => {
    const [one, two] = [await member('one', { url: 'https://one.example.org' }), await member('two')];
    expect(await two.cluster.hostElsewhere(room)).toBeNull();
    await one.cluster.claim(room);

    expect(await two.cluster.hostElsewhere(room)).toEqual({ name: 'one', url: 'https://one.example.org' });
    expect(await one.cluster.hostElsewhere(room)).toBeNull();
  });

  it('take over at once what their own process before has left behind, and nothing of anybody else', async () => {
    const killed = await member('one', { place: '0.0.0.0:3000' });
    await killed.cluster.claim(room);

    for (const [name, place] of [
      ['one', '0.0.0.0:3001'],
      ['one', null],
      ['two', '0.0.0.0:3000'],
    ] as const) {
      expect(await (await member(name, { place })).cluster.claim(room)).toEqual(at('one'));
    }

    const restarted = await member('one', { place: '0.0.0.0:3000' });
    expect(await restarted.cluster.claim(room)).toEqual(here);
    expect(await (await member('two')).cluster.claim(room)).toEqual(at('one'));
  });

  it('tell nobody apart by a place that is any', async () => {
    const [one, another] = [await member('one'), await member('one')];
    await one.cluster.claim(room);

    expect(await another.cluster.claim(room)).toEqual(at('one'));
  });

  it('give a room to exactly one of those who claim it at once', async () => {
    const members = await Promise.all(['one', 'two', 'three', 'four'].map((name) => member(name)));

    for (let round = 0; round < 20; round += 1) {
      const contested = randomUUID();
      const claims = await Promise.all(members.map(({ cluster }) => cluster.claim(contested)));
      const winners = members.filter((_, index) => claims[index]?.here);
      expect(winners).toHaveLength(1);
      for (const claim of claims) {
        expect([here, at(winners[0]!.cluster.self.name)]).toContainEqual(claim);
      }
    }
  });

  it('give a released room to the next, and do not let others release it', async () => {
    const [one, two] = [await member('one'), await member('two')];
    await one.cluster.claim(room);
    two.cluster.release(room);
    expect(await two.cluster.claim(room)).toEqual(at('one'));

    one.cluster.release(room);
    await one.connections.ping();
    expect(await two.cluster.claim(room)).toEqual(here);
  });

  it('keep a room for as long as its host lives, and free it when the host is dead', async () => {
    const lease = { duration: 600, renewal: 100 };
    const [one, two] = [await member('one', { lease }), await member('two')];
    await one.cluster.claim(room);
    const leases = async () => Number(await two.connections.commands.pttl(`${REDIS_PREFIX}cluster:room:${room}`));

    // It is renewed: what is left of the lease grows again.
    let least = Infinity;
    await until(async () => {
      const left = await leases();
      least = Math.min(least, left);

      return left > least + 50;
    });
    expect(await two.cluster.claim(room)).toEqual(at('one'));

    one.connections.close();
    await until(async () => (await two.cluster.claim(room)).here);
  });

  it('close a room on whichever other server, and not on the one that asks', async () => {
    const members = await Promise.all(['one', 'two', 'three'].map((name) => member(name)));
    members[0]!.cluster.closeRoom(room, 'room_deleted');

    await until(() => members.slice(1).every(({ hears }) => hears.closed.length > 0));
    expect(members.map(({ hears }) => hears.closed)).toEqual([[], [[room, 'room_deleted']], [[room, 'room_deleted']]]);
  });

  it('tell who has become a member of a room or is none any more', async () => {
    const [one, two] = [await member('one'), await member('two')];
    const heard: object[] = [];
    two.cluster.on('membership_changed', (change) => heard.push(change));
    one.cluster.on('membership_changed', () => heard.push({ itself: true }));
    const change = { roomId: room, userId: randomUUID(), standing: 'visitor' } as const;
    one.cluster.changeMembership(change);

    await until(() => heard.length > 0);
    expect(heard).toEqual([change]);
  });

  it('tell each other to look again, where one of them could not tell what it had to', async () => {
    const [one, two] = [await member('one'), await member('two')];
    const { commands } = one.connections;
    const ended = once(commands, 'end');
    commands.disconnect();
    await ended;
    one.cluster.closeRoom(room, 'room_deleted');
    await commands.connect();

    await until(() => two.hears.reunited === 1);
    expect(two.hears.closed).toEqual([]);
    expect(one.hears.reunited).toBe(0);
  });

  it('notice a network that has fallen silent, and hear each other over another connection', async () => {
    const way = await silenceableWay(redis().url);
    opened.push(way);
    const one = await member('one');
    const two = await member('two', { over: way.url, lease: { duration: 10_000, renewal: 100 } });
    way.fallSilent();
    one.cluster.closeRoom(room, 'room_deleted');

    await until(() => two.hears.reunited === 1);
    one.cluster.closeRoom(room, 'room_deleted');
    await until(() => two.hears.closed.length === 1);
  });

  it('do not hear what another version says and they do not know', async () => {
    const { cluster, connections, hears } = await member('one');
    for (const message of ['no JSON', '{}', `{"from":"x","closeRoom":"${room}","reason":"full_moon"}`]) {
      await connections.commands.publish(`${REDIS_PREFIX}cluster:announcements`, message);
    }
    const other = await member('two');
    other.cluster.closeRoom(room, 'room_deleted');

    await until(() => hears.closed.length > 0);
    expect(hears.closed).toEqual([[room, 'room_deleted']]);
    expect(cluster.self.name).toBe('one');
  });
});

describeOnOwn('redis', 'servers that agree while Redis goes and comes back', (redis) => {
  it('each host what they have and what is new, and one of two gives way when they agree again', async () => {
    const lease = { duration: 1000, renewal: 100 };
    const connections = [new RedisConnections(redis().url), new RedisConnections(redis().url)] as const;
    const [one, two] = ['one', 'two'].map(
      (name, index) => new RedisCluster(server(name), connections[index]!, recordingLogger(), lease),
    ) as [RedisCluster, RedisCluster];
    const lost: string[] = [];
    let reunited = 0;
    for (const cluster of [one, two]) {
      cluster.on('room_lost', (roomId) => lost.push(`${cluster.self.name} loses ${roomId}`));
      cluster.on('reunited', () => (reunited += 1));
    }

    try {
      await until(() => connections.every(({ available, subscriber }) => available && subscriber.status === 'ready'));
      expect(await one.claim('old')).toEqual(here);
      expect(await two.claim('old')).toEqual(at('one'));
      await until(() => reunited === 2);
      reunited = 0;

      const away = Promise.all(connections.map((each) => new Promise<void>((done) => each.once('lost', done))));
      await redis().kill();
      await away;
      expect(await one.claim('contested')).toEqual(here);
      expect(await two.claim('contested')).toEqual(here);
      expect(await two.claim('alone')).toEqual(here);
      one.release('nothing');
      one.closeRoom('nothing', 'room_deleted');

      await redis().start();
      await until(() => reunited >= 2 && lost.length > 0);
      expect(lost).toHaveLength(1);
      expect(lost[0]).toMatch(/^(one|two) loses contested$/);
      // Whatever Redis has forgotten is claimed again by those who have it.
      await until(async () => (await connections[0].commands.exists(`${REDIS_PREFIX}cluster:room:old`)) === 1);
      expect(await two.claim('old')).toEqual(at('one'));
      expect(await one.claim('alone')).toEqual(at('two'));
    } finally {
      [one, two, ...connections].forEach((each) => each.close());
    }
  });
});
