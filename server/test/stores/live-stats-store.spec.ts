/** What every store of live figures promises, on each adapter; and what servers see of each other. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveMeeting, LiveServer, LiveStatsStore } from '../../src/live-stats/live-stats-store.js';
import { MemoryLiveStatsStore } from '../../src/live-stats/memory-live-stats-store.js';
import { RedisLiveStatsStore } from '../../src/live-stats/redis-live-stats-store.js';
import { REDIS_PREFIX, RedisConnections } from '../../src/storage/redis.js';
import { describeOn, describeOnOwn } from '../databases.js';
import { until } from '../support.js';

const server = (name: string, second = 0): LiveServer => ({
  id: randomUUID(),
  name,
  url: `https://${name}.example.org`,
  startedAt: new Date(1000 * second),
  workers: [{ pid: 7, cpu: 0.25, memoryBytes: 50_000_000, routers: 1 }],
  load: { cpu: 0.1, eventLoopDelay: 2.5, joins: 12, refusals: 1, incomingLoss: 0, outgoingLoss: 0.01 },
});

const meeting = ({ id: serverId }: LiveServer, roomId: string, people: string[], second = 0): LiveMeeting => ({
  id: randomUUID(),
  serverId,
  roomId,
  beganAt: new Date(1000 * second),
  participants: people.map((displayName) => ({ id: randomUUID(), userId: randomUUID(), displayName })),
  producers: 2,
  consumers: 6,
  incomingBitrate: 1_000_000.5,
  outgoingBitrate: 3_000_000,
});

const counts = async (store: LiveStatsStore, ...roomIds: string[]) => [...(await store.participantsNow(roomIds))];

/** @param newStore another one each time, empty */
function contract(newStore: () => Promise<LiveStatsStore>): void {
  const one = server('one');
  const [morning, noon] = [meeting(one, 'kitchen', ['Ada', 'Bob'], 1), meeting(one, 'hall', ['Eve'], 2)];
  let store: LiveStatsStore;

  beforeEach(async () => {
    store = await newStore();
  });

  it('knows nothing at first', async () => {
    expect(await store.all()).toEqual({ servers: [], meetings: [], degraded: false });
    expect(await counts(store, 'kitchen')).toEqual([['kitchen', 0]]);
  });

  it('tells the server and its meetings as they were reported, oldest first', async () => {
    await store.report(one, [noon, morning]);

    const { servers, meetings, degraded } = await store.all();
    expect(servers).toEqual([one]);
    expect(new Set(meetings)).toEqual(new Set([morning, noon]));
    expect(degraded).toBe(false);
    expect(await store.servers()).toEqual([one]);
  });

  it('takes a report in place of all that was told before', async () => {
    await store.report(one, [morning]);
    const busier = { ...one, workers: [{ pid: 8, cpu: 1, memoryBytes: 1, routers: 0 }] };
    await store.report(busier, [noon]);

    expect(await store.all()).toEqual({ servers: [busier], meetings: [noon], degraded: false });
    expect(await counts(store, 'kitchen', 'hall')).toEqual([
      ['kitchen', 0],
      ['hall', 1],
    ]);
  });

  it('takes changes one by one: new figures, new meetings and ends', async () => {
    await store.report(one, [morning]);
    const smaller = { ...morning, participants: morning.participants.slice(1) };
    await store.change(one.id, { meetings: [smaller, noon], ended: [] });
    expect(new Set((await store.all()).meetings)).toEqual(new Set([smaller, noon]));

    await store.change(one.id, { meetings: [], ended: [morning] });
    expect((await store.all()).meetings).toEqual([noon]);
    expect(await counts(store, 'kitchen')).toEqual([['kitchen', 0]]);
  });

  it('counts the next meeting in a room whose last one ended in the same moment', async () => {
    await store.report(one, [morning]);
    const next = meeting(one, 'kitchen', ['Ada', 'Bob', 'Eve']);
    await store.change(one.id, { meetings: [next], ended: [morning] });

    expect((await store.all()).meetings).toEqual([next]);
    expect(await counts(store, 'kitchen')).toEqual([['kitchen', 3]]);
  });

  it('tells the participants of each room that is asked for, in that order, 0 where nobody meets', async () => {
    await store.report(one, [morning, noon]);

    expect(await counts(store, 'cellar', 'hall', 'kitchen')).toEqual([
      ['cellar', 0],
      ['hall', 1],
      ['kitchen', 2],
    ]);
    expect(await counts(store)).toEqual([]);
  });

  it('forgets a server that withdraws, with its meetings', async () => {
    await store.report(one, [morning]);
    await store.withdraw(one.id);

    expect(await store.all()).toEqual({ servers: [], meetings: [], degraded: false });
    expect(await counts(store, 'kitchen')).toEqual([['kitchen', 0]]);
  });

  it('does not change when the caller changes what it gave or got', async () => {
    const given = structuredClone(morning);
    await store.report(one, [given]);
    given.participants.pop();
    for (const got of (await store.all()).meetings) {
      got.participants.pop();
    }

    expect((await store.all()).meetings).toEqual([morning]);
  });
}

describe('live figures in memory', () => {
  contract(async () => new MemoryLiveStatsStore());
});

describeOn('redis', 'live figures', (redis) => {
  const opened: RedisConnections[] = [];

  const connect = async () => {
    const connections = new RedisConnections(redis().url);
    opened.push(connections);
    await until(() => connections.available);

    return connections;
  };

  const emptied = async () => {
    const connections = await connect();
    const keys = await connections.commands.keys(`${REDIS_PREFIX}*`);
    if (keys.length > 0) {
      await connections.commands.del(...keys);
    }

    return connections;
  };

  afterEach(() => {
    opened.splice(0).forEach((connections) => connections.close());
  });

  describe('as every store keeps them,', () => {
    contract(async () => new RedisLiveStatsStore((await emptied()).commands));
  });

  describe('of several servers', () => {
    const [one, two] = [server('one', 1), server('two', 2)];
    const [kitchen, hall] = [meeting(one, 'kitchen', ['Ada', 'Bob'], 3), meeting(two, 'hall', ['Eve'], 4)];
    let connections: RedisConnections;

    const storeOf = async (own: LiveServer, meetings: LiveMeeting[], expiry?: number) => {
      const store = new RedisLiveStatsStore((await connect()).commands, expiry);
      await store.report(own, meetings);

      return store;
    };

    beforeEach(async () => {
      connections = await emptied();
    });

    it('are the same to each of them, oldest first', async () => {
      const stores = [await storeOf(two, [hall]), await storeOf(one, [kitchen])];

      for (const store of stores) {
        expect(await store.all()).toEqual({ servers: [one, two], meetings: [kitchen, hall], degraded: false });
        expect(await store.servers()).toEqual([one, two]);
        expect(await counts(store, 'hall', 'kitchen', 'cellar')).toEqual([
          ['hall', 1],
          ['kitchen', 2],
          ['cellar', 0],
        ]);
      }
    });

    it('are added up where two have a meeting in the same room for a while', async () => {
      await storeOf(one, [kitchen]);
      const store = await storeOf(two, [meeting(two, 'kitchen', ['Eve'])]);

      expect(await counts(store, 'kitchen')).toEqual([['kitchen', 3]]);
    });

    it('vanish with a server that does not tell them any more, and with them its name on the list', async () => {
      await storeOf(one, [kitchen], 300);
      const store = await storeOf(two, [hall]);
      expect(await counts(store, 'kitchen')).toEqual([['kitchen', 2]]);

      await until(async () => (await store.servers()).length === 1);
      expect(await store.all()).toEqual({ servers: [two], meetings: [hall], degraded: false });
      expect(await counts(store, 'kitchen')).toEqual([['kitchen', 0]]);
      expect(await connections.commands.smembers(`${REDIS_PREFIX}live:servers`)).toEqual([two.id]);
    });

    it('are all there again one report after everything in Redis was lost', async () => {
      const [first, second] = [await storeOf(one, [kitchen]), await storeOf(two, [hall])];
      await connections.commands.del(...(await connections.commands.keys(`${REDIS_PREFIX}*`)));
      expect(await first.servers()).toEqual([one]);

      await second.change(two.id, { meetings: [hall], ended: [] });
      await second.report(two, [hall]);
      expect(await first.all()).toEqual({ servers: [one, two], meetings: [kitchen, hall], degraded: false });
    });

    it('that cannot be read, as another version wrote them, are left out', async () => {
      const store = await storeOf(one, [kitchen]);
      await storeOf(two, []);
      await connections.commands.hset(`${REDIS_PREFIX}live:server:${two.id}`, {
        [hall.id]: '{"new":1}',
        odd: 'no JSON',
      });

      expect(await store.all()).toEqual({ servers: [one, two], meetings: [kitchen], degraded: false });
    });
  });
});

describeOnOwn('redis', 'live figures while Redis goes and comes back', (redis) => {
  it('are those of this server, and say so, until the others can be read again', async () => {
    const [here, there] = [new RedisConnections(redis().url), new RedisConnections(redis().url)];

    try {
      await until(() => here.available && there.available);
      const [one, two] = [server('one', 1), server('two', 2)];
      const kitchen = meeting(one, 'kitchen', ['Ada', 'Bob']);
      const [store, other] = [new RedisLiveStatsStore(here.commands), new RedisLiveStatsStore(there.commands)];
      await Promise.all([store.report(one, [kitchen]), other.report(two, [meeting(two, 'kitchen', ['Eve'])])]);
      expect(await counts(store, 'kitchen')).toEqual([['kitchen', 3]]);

      const lost = new Promise<void>((resolve) => here.once('lost', resolve));
      await redis().kill();
      await lost;
      expect(await store.all()).toEqual({ servers: [one], meetings: [kitchen], degraded: true });
      expect(await counts(store, 'kitchen')).toEqual([['kitchen', 2]]);
      await expect(store.report(one, [])).rejects.toThrow();
      expect((await store.all()).meetings).toEqual([]);
      await expect(here.ping()).rejects.toThrow();

      const returned = [here, there].map((each) => new Promise<void>((resolve) => each.once('returned', resolve)));
      await redis().start();
      await Promise.all(returned);
      await Promise.all([store.report(one, [kitchen]), other.report(two, [])]);
      expect(await store.all()).toEqual({ servers: [one, two], meetings: [kitchen], degraded: false });
    } finally {
      here.close();
      there.close();
    }
  });
});
