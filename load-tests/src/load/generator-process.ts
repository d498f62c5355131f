/** Runs in a process of its own: some of a load test's bots, and what they measure. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { useClockOffset } from '../webrtc/clock.js';
import { Crowd } from './crowd.js';
import type { FromGenerator, Tick, ToGenerator } from './generator-messages.js';

const tickInterval = 1000;
/** Milliseconds. */
const loopResolution = 10;

let crowd: Crowd | undefined;
let ticking: NodeJS.Timeout | undefined;

process.on('message', (message: ToGenerator) => {
  obey(message).catch((error: unknown) => {
    // The parent sees it end, and says so; nothing that it could still report would be true.
    process.stderr.write(`a process with bots ends: ${String((error as Error).stack ?? error)}\n`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
tell({ news: 'ready' });

async function obey(message: ToGenerator): Promise<void> {
  switch (message.order) {
    case 'start':
      useClockOffset(message.assignment.clockOffset);
      crowd = new Crowd(message.assignment);
      ticking = reportEverySecond(crowd);
      await crowd.fill();
      tell({ news: 'complete' });
      break;
    case 'settle':
      tell({ news: 'settled', ...(await crowd!.settle()) });
      break;
    case 'stop':
      tell({ news: 'stopped', report: await crowd!.empty() });
      clearInterval(ticking);
  }
}

function reportEverySecond(watched: Crowd): NodeJS.Timeout {
  const loop = monitorEventLoopDelay({ resolution: loopResolution });
  loop.enable();
  let [before, cpuBefore] = [performance.now(), process.cpuUsage()];

  return setInterval(() => {
    const [now, cpu] = [performance.now(), process.cpuUsage(cpuBefore)];
    const tick: Tick = {
      present: watched.presentCount,
      counts: watched.counts(),
      ...watched.takeLatencies(),
      cpu: (cpu.user + cpu.system) / 1000 / (now - before),
      loopDelayP99: Math.max(0, loop.percentile(99) / 1e6 - loopResolution),
    };
    loop.reset();
    [before, cpuBefore] = [now, process.cpuUsage()];
    tell({ news: 'tick', tick });
  }, tickInterval);
}

/** The parent may be gone. */
function tell(message: FromGenerator): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
