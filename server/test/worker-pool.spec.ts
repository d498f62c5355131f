import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/test-servers/ports.mjs';
import { WorkerPool, type WorkerPoolOptions } from '../src/media/worker-pool.js';
import { poolOptions, recordingLogger, until } from './support.js';

describe('the worker pool', () => {
  const pools: WorkerPool[] = [];
  const start = async (changes: Partial<WorkerPoolOptions> = {}) => {
    const logger = recordingLogger();
    const pool = await WorkerPool.create({ ...poolOptions, workers: 2, ...changes }, logger);
    pools.push(pool);

    return { pool, logger };
  };

  /** Takes a TCP port. Rejects where it is taken. */
  const squat = async (port: number): Promise<Server> => {
    const squatter = createServer().listen(port, '127.0.0.1');
    await once(squatter, 'listening');

    return squatter;
  };

  afterEach(() => pools.splice(0).forEach((pool) => pool.close()));

  it('spreads routers over its workers, also when they are asked for at once', async () => {
    const { pool } = await start();
    const placed = await Promise.all(Array.from({ length: 6 }, () => pool.createRouter()));
    const transports = await Promise.all(placed.map((each) => each.createTransport('recv')));
    const ports = transports.map(({ iceCandidates }) => iceCandidates[0]?.port);

    expect(new Set(ports).size).toBe(2);
    expect(ports.filter((port) => port === ports[0])).toHaveLength(3);
  });

  it('serves all transports of a worker on one port, over UDP and TCP', async () => {
    const { pool } = await start({ workers: 1 });
    const placed = await pool.createRouter();
    const candidates = (await Promise.all([placed.createTransport('send'), placed.createTransport('recv')])).flatMap(
      ({ iceCandidates }) => iceCandidates,
    );

    expect(new Set(candidates.filter(({ protocol }) => protocol === 'udp').map(({ port }) => port)).size).toBe(1);
    expect(new Set(candidates.filter(({ protocol }) => protocol === 'tcp').map(({ port }) => port)).size).toBe(1);
  });

  it('bounds what a participant sends and is sent', async () => {
    const { pool } = await start({ workers: 1, maxIncomingBitrate: 800_000, maxOutgoingBitrate: 600_000 });
    const placed = await pool.createRouter();
    const [send, recv] = await Promise.all([placed.createTransport('send'), placed.createTransport('recv')]);

    expect(await send.getStats()).toMatchObject([{ maxIncomingBitrate: 800_000 }]);
    expect(await recv.getStats()).toMatchObject([{ maxOutgoingBitrate: 600_000 }]);
  });

  it('replaces a worker that was killed and closes the routers that lived on it', async () => {
    const { pool, logger } = await start({ workers: 1 });
    const { router } = await pool.createRouter();
    const [killed] = pool.pids;

    process.kill(killed ?? 0, 'SIGKILL');
    await until(() => pool.size.running === 1 && pool.pids[0] !== killed);

    expect(router.closed).toBe(true);
    expect(logger.messages).toContain('media worker died');
    await expect(pool.createRouter()).resolves.toBeDefined();
  });

  it('refuses to start when the media port is taken, and leaves no worker behind', async () => {
    const squatter = await squat(0);
    const { port } = squatter.address() as AddressInfo;

    await expect(start({ port, workers: 1 })).rejects.toThrow();
    squatter.close();
  });

  it('goes on with the others when one cannot start, and says so', async () => {
    let port: number;
    let squatter: Server | undefined;
    // The second worker's port is the squatter's.
    do {
      port = await freePort();
      squatter = await squat(port + 1).catch(() => undefined);
    } while (squatter === undefined);
    const { pool, logger } = await start({ port, workers: 2 });

    expect(pool.size).toEqual({ running: 1, wanted: 2 });
    expect(logger.messages).toContain('media worker cannot be started; going on with the others');
    await expect(pool.createRouter()).resolves.toBeDefined();
    squatter.close();
  });

  it('does not replace workers once it is closed', async () => {
    const { pool } = await start();
    pool.close();
    await delay(100);

    expect(pool.size.running).toBe(0);
    await expect(pool.createRouter()).rejects.toThrow('no media worker is running');
  });
});
