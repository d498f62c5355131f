/** `npm run load`: fills a server with bots, and tells what came of it. */
import { writeFile } from 'node:fs/promises';
import { limits } from '@minimeet/protocol';
import { z } from 'zod';
import { assertWritable, readFlags, runCommand, UsageError, wholeNumber } from './flags.js';
import { htmlReport } from './load/html-report.js';
import { layouts, seatsOf, seatsWithSpare, type Plan } from './load/plan.js';
import { runLoad, usualProcesses } from './load/run.js';
import { loadScenario, readPlan, ScenarioError, scenarioNames } from './load/scenario.js';
import { Progress, textReport } from './load/text-report.js';

const usage = `Usage: npm run load -- [flags]
  --scenario       the name of a scenario (${(await scenarioNames()).join(', ')}) or a file like them; flags change what it says
  --rooms          (1)
  --participants   of each room (10)
  --publishers     of each room, those who send a camera and a microphone (all)
  --speakers       who speak at one time in each room (1)
  --layout         what each sees of the others: ${layouts.join(', ')} (3x3)
  --join-rate      joins per second, in all rooms together (5)
  --duration       seconds for which the meetings go on when the last one has joined (30)
  --url            of another server; without it, one is started for the test
  --metrics-url    of that server's metrics, for its share of the figures
  --metrics-token  of these, where the server wants one
  --workers        media workers of the server that is started (${usualProcesses()}: one less than the cores)
  --processes      with bots (${usualProcesses()})
  --browsers       real Chromium pages among the bots (0); Chromium has to be installed
  --install-browser  installs Chromium where there is none (Debian, root)
  --json           a file that takes the figures
  --html           a file that takes the report as a page with charts

Ends with 1 when anybody could not join or was lost, when the test was ended early, or when a threshold of the scenario is exceeded; without a
scenario, when anything that should arrive does not.`;

/** A number in a flag, with a fraction where it needs one. */
function decimal(min: number, max: number) {
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, `must be a number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

const address = z.url({ protocol: /^https?$/, error: 'must be an address like https://meet.example.org' });

const shape = {
  scenario: z.string().min(1).optional(),
  rooms: wholeNumber(1, 1000).optional(),
  participants: wholeNumber(2, limits.maxParticipants).optional(),
  publishers: wholeNumber(0, limits.maxParticipants).optional(),
  speakers: wholeNumber(0, 50).optional(),
  layout: z.enum(layouts, `must be one of ${layouts.join(', ')}`).optional(),
  'join-rate': decimal(0.01, 1000).optional(),
  duration: decimal(1, 86_400).optional(),
  url: address.transform((text) => text.replace(/\/+$/, '')).optional(),
  'metrics-url': address.optional(),
  'metrics-token': z.string().min(1).optional(),
  workers: wholeNumber(1, 64).default(usualProcesses()),
  processes: wholeNumber(1, 64).default(usualProcesses()),
  browsers: wholeNumber(0, 20).default(0),
  json: z.string().min(1).optional(),
  html: z.string().min(1).optional(),
};

await runCommand(async () => {
  const flags = readFlags(process.argv.slice(2), shape, usage);
  const plan = await planOf(flags);
  refuseWhatCannotBe(flags, plan);
  await assertWritable({ json: flags.json, html: flags.html });
  const ending = new AbortController();
  // A second time, it ends at once.
  process.once('SIGINT', () => ending.abort());
  process.once('SIGTERM', () => ending.abort());
  const progress = new Progress(process.stderr, seatsOf(plan).length);
  const report = await runLoad({
    plan,
    ...(flags.url !== undefined && { url: flags.url }),
    ...(flags['metrics-url'] !== undefined && {
      metrics: {
        url: flags['metrics-url'],
        ...(flags['metrics-token'] !== undefined && { token: flags['metrics-token'] }),
      },
    }),
    workers: flags.workers,
    processes: flags.processes,
    browsers: flags.browsers,
    signal: ending.signal,
    onMoment: (moment, phase) => progress.show(moment, phase),
    onWarning: (warning) => void process.stderr.write(`${warning}\n`),
  }).finally(() => progress.end());
  process.stdout.write(`${textReport(report)}\n`);

  if (flags.json !== undefined) {
    await writeFile(flags.json, `${JSON.stringify(report, null, 2)}\n`);
  }

  if (flags.html !== undefined) {
    await writeFile(flags.html, htmlReport(report));
  }

  return report.passed;
});

async function planOf(flags: ReturnType<typeof readFlags<typeof shape>>): Promise<Plan> {
  const { rooms, participants, publishers, speakers, layout, duration, 'join-rate': joinRate } = flags;
  const all = { rooms, participants, publishers, speakers, layout, duration, joinRate };
  const changes = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

  try {
    return flags.scenario === undefined
      ? readPlan('flags', { thresholds: { missingTracks: 0 } }, changes)
      : await loadScenario(flags.scenario, changes);
  } catch (error) {
    throw error instanceof ScenarioError ? new UsageError(error.message, false) : error;
  }
}

function refuseWhatCannotBe(
  {
    url,
    browsers,
    'metrics-url': metricsUrl,
    'metrics-token': metricsToken,
  }: ReturnType<typeof readFlags<typeof shape>>,
  plan: Plan,
): void {
  const { killWorkerAfter, outages } = plan;
  const seats = seatsWithSpare(plan, browsers);
  const faults = [
    ...(seats > limits.maxParticipants
      ? [
          `each room needs ${seats} seats, with those for browsers and for who comes early; it has ${limits.maxParticipants} at most`,
        ]
      : []),
    ...(url === undefined && metricsUrl !== undefined
      ? ['--metrics-url goes with --url: of its own server, all is known']
      : []),
    ...(metricsUrl === undefined && metricsToken !== undefined ? ['--metrics-token goes with --metrics-url'] : []),
    ...(url !== undefined && killWorkerAfter.length > 0
      ? ['a scenario that kills media workers needs a server of its own: leave --url out']
      : []),
    ...(url?.startsWith('https:') && outages ? ['a scenario with outages needs a server without TLS'] : []),
  ];

  if (faults.length > 0) {
    throw new UsageError(faults.join('\n'), false);
  }
}
