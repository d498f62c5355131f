/** `npm run load:growth`: prints how many packets a participant is sent in meetings of growing size. */
import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { readFlags, runCommand, wholeNumber } from './flags.js';
import { measureGrowth } from './growth.js';
import { flatWithin, growthTable, sizesThatGrow } from './growth-report.js';

const usage = `Usage: npm run load:growth -- [flags]
  --sizes          participants of each meeting, as in 4,8,16,32,64 (the default); up to 200
  --tiles          pictures on the screen of each (9)
  --frame-rate     frames a second of each layer of a camera, one packet each in the lower one (5)
  --voice-rate     packets a second of who speaks (20; fewer than 15 are not taken for speech)
  --speaker-of     of so many participants one speaks (3)
  --seconds        over which packets are counted (10)
  --workers        media workers of the server (1)
  --json           a file that takes the figures as well

The rates are low, so that a small machine carries the bots and a server that forwards everything.
Of what the machine cannot carry, nothing is told.
Ends with 1 when a meeting with views is among that, or when packets per participant change by more than ${flatWithin * 100} % from 16 participants on.`;

const sizes = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'must be whole numbers with commas between them')
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.int().min(2, 'must be at least 2 each').max(200, 'must be at most 200 each')));

await runCommand(async () => {
  const flags = readFlags(
    process.argv.slice(2),
    {
      sizes: sizes.default([4, 8, 16, 32, 64]),
      tiles: wholeNumber(1, 100).default(9),
      'frame-rate': wholeNumber(1, 60).default(5),
      'voice-rate': wholeNumber(15, 50).default(20),
      'speaker-of': wholeNumber(1, 200).default(3),
      seconds: wholeNumber(1, 600).default(10),
      workers: wholeNumber(1, 64).default(1),
      json: z.string().min(1).optional(),
    },
    usage,
  );
  const report = await measureGrowth({
    sizes: flags.sizes,
    tiles: flags.tiles,
    rates: { framesPerSecond: flags['frame-rate'], voicePacketsPerSecond: flags['voice-rate'] },
    speakerOf: flags['speaker-of'],
    seconds: flags.seconds,
    workers: flags.workers,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${growthTable(report)}\n\n${JSON.stringify(report)}\n`);

  if (flags.json !== undefined) {
    await writeFile(flags.json, `${JSON.stringify(report, null, 2)}\n`);
  }

  const growing = sizesThatGrow(report);

  if (growing.length > 0) {
    process.stderr.write(`Packets per participant grow: ${growing.join(', ')} participants\n`);
  }

  return growing.length === 0 && report.plan.length === flags.sizes.length;
});
