/** A media worker that hangs, which mediasoup waits for without end. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LiveStatsStore } from '../src/live-stats/live-stats-store.js';
import { WorkerPool } from '../src/media/worker-pool.js';
import { startServer, type TestServer } from './harness.js';
import { until } from './support.js';

describe('a media worker that hangs', () => {
  let server: TestServer;
  let pid: number;
  let stopped = false;

  beforeEach(async () => {
    server = await startServer({ MEDIA_WORKERS: '2' });
    pid = server.app.get(WorkerPool).pids[0]!;
    process.kill(pid, 'SIGSTOP');
    stopped = false;
  });

  afterEach(async () => {
    process.kill(pid, 'SIGCONT');
    if (!stopped) await server.stop();
  });

  const workersTold = async () =>
    (await server.app.get(LiveStatsStore).servers()).flatMap(({ workers }) => workers.map((worker) => worker.pid));

  const isMissing = async () => {
    const [, other] = server.app.get(WorkerPool).pids;
    await until(async () => String(await workersTold()) === String([other]));
  };

  it('is missing among the figures, which are told all the same, until it goes on', async () => {
    await isMissing();

    process.kill(pid, 'SIGCONT');
    await until(async () => (await workersTold()).length === 2);
  });

  it('does not hold up the end of the server', async () => {
    await isMissing();
    await server.stop();
    stopped = true;

    expect(server.app.get(WorkerPool).size.running).toBe(0);
  });
});
