/** `npm run seed:analytics`: fills the database that the settings name with a made-up past of meetings. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { seedAnalytics } from './analytics/seed.js';
import { entities } from './entities.js';
import { MeetingRecord } from './history/meeting-record.entity.js';
import { loadSettings, SettingsError, type Settings } from './settings/settings.js';
import { dataSourceOptions, openDataSource } from './storage/data-source.js';
import { prepareDataDirectory } from './storage/data-files.js';

const usage = `Usage: npm run seed:analytics -- [--participations 1000000] [--seed 1] [--until 2026-01-01] [--yes]
  --participations  how many, over the two years before --until
  --seed            the same number makes up the same past
  --until           a day in UTC; without it, today
  --yes             also into a database that has meetings already`;

const wholeNumber = (max: number) => z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(1).max(max));

const flagsSchema = z.object({
  participations: wholeNumber(100_000_000).default(1_000_000),
  seed: wholeNumber(2 ** 31 - 1).default(1),
  until: z.iso
    .date()
    .default(() => new Date().toISOString().slice(0, 10))
    .transform((date) => new Date(`${date}T00:00:00Z`)),
  yes: z.boolean().default(false),
});

type Flags = z.output<typeof flagsSchema>;

try {
  await seed(flags(), loadSettings(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof SettingsError ? error.faults.join('\n') : (error as Error).message}\n`);
  process.exitCode = 1;
}

function flags(): Flags {
  try {
    const { values } = parseArgs({
      options: {
        participations: { type: 'string' },
        seed: { type: 'string' },
        until: { type: 'string' },
        yes: { type: 'boolean' },
      },
    });

    return flagsSchema.parse(values);
  } catch {
    throw new Error(usage);
  }
}

async function seed({ participations, seed, until, yes }: Flags, settings: Settings): Promise<void> {
  prepareDataDirectory(settings.storage.dataDirectory);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const watcher = { log: say, failed: () => undefined };
  const dataSource = await openDataSource(await dataSourceOptions(settings, entities, watcher));

  try {
    if (!yes && (await dataSource.getRepository(MeetingRecord).count()) > 0) {
      throw new Error('The database has meetings already; --yes adds the made-up ones to them, for good');
    }

    const begin = Date.now();
    let tenths = 0;
    await seedAnalytics(dataSource, {
      participations,
      seed,
      until,
      progress(done) {
        if (Math.floor((done / participations) * 10) > tenths) {
          tenths = Math.floor((done / participations) * 10);
          say(`${tenths * 10} %: ${done} participations`);
        }
      },
    });
    say(
      `${participations} participations in ${await dataSource.getRepository(MeetingRecord).count()} meetings, ` +
        `written in ${Math.round((Date.now() - begin) / 1000)} s`,
    );
  } finally {
    await dataSource.destroy();
  }
}
