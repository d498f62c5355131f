/** `npm run load:soak`: many join, leave and break off; then it is looked at what is left of them. */
import { z } from 'zod';
import { readFlags, runCommand, wholeNumber } from './flags.js';
import { memoryGrowth } from './memory-trend.js';
import { megabytes, soak } from './soak.js';

/** Bytes by which each may grow: more than noise, and less than some kilobytes for each join. */
const limits = { heapBytes: 3e6, residentBytes: 40e6, workerBytes: 20e6 };

const usage = `Usage: npm run load:soak -- [flags]
  --joins          how many (500)
  --seed           the same seed decides the same joins, incidents and ends (1)
  --at-once        participants at one time (8)
  --workers        media workers of the server (2)
  --looks          how often all leave, and it is looked at what is left (10)
  --kill-workers   kill a media worker, too, each time

Ends with 1 when something of the participants is left on the workers, or when memory grows.`;

await runCommand(async () => {
  const flags = readFlags(
    process.argv.slice(2),
    {
      joins: wholeNumber(1, 1_000_000).default(500),
      seed: wholeNumber(0, 2 ** 31 - 1).default(1),
      'at-once': wholeNumber(1, 100).default(8),
      workers: wholeNumber(1, 64).default(2),
      looks: wholeNumber(1, 1000).default(10),
      'kill-workers': z.boolean().default(false),
    },
    usage,
  );
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const { samples, endings, failures } = await soak({
    joins: flags.joins,
    seed: flags.seed,
    atOnce: flags['at-once'],
    workers: flags.workers,
    looks: flags.looks,
    killWorkers: flags['kill-workers'],
    say,
  });
  say(`how they ended: ${JSON.stringify(endings)}; what failed: ${JSON.stringify(failures)}`);
  const growth = Object.entries(limits).map(([kind, limit]) => {
    const bytes = memoryGrowth(samples, kind as keyof typeof limits);
    say(
      `${kind}: ${bytes > 0 ? '+' : ''}${megabytes(bytes)} from the earlier half to the later, ${megabytes(limit)} allowed`,
    );

    return bytes <= limit;
  });

  return growth.every((isFlat) => isFlat);
});
