/**
 * `npm run fuzz`: hostile inputs to the parser of requests and to all ports of a running meeting, others in each round, until it is
 * stopped or something gives way; `-- --rounds 3`: so many. Each round says its seed, and a failure the smallest input that was found
 * for it; FUZZ_SEED makes the inputs of that round again. `-- --cost` measures what the dearest call of each request and route costs.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { provideDependencies } from '../lib/dependencies.mjs';
import { FAILED, closingLine, haveRun, sum } from '../lib/figures.mjs';
import { runJest } from '../lib/jest.mjs';
import { endWithUs } from '../lib/processes.mjs';
import { Failure, say } from '../lib/say.mjs';
import { provideWorker } from '../lib/worker.mjs';

const TESTS = 'fuzz\\.spec';
const COST_TESTS = 'request-cost\\.spec';
/** One more than the largest seed. */
const SEEDS = 0x7fff_ffff;

/** @param {string[]} parameters */
export default async function fuzz(parameters) {
  endWithUs();
  const { cost, rounds } = optionsOf(parameters);
  await provideDependencies();
  process.env.MEDIASOUP_WORKER_BIN = await provideWorker();
  const parts = cost ? [await runTests('integration', COST_TESTS)] : await fuzzRounds(rounds);
  say(`\n${closingLine(sum(parts))}`);
  return sum(parts).failed === 0 ? 0 : 1;
}

/** @param {number} rounds */
async function fuzzRounds(rounds) {
  const given = process.env.FUZZ_SEED;
  const parts = [];
  for (let round = 1; round <= rounds; round += 1) {
    process.env.FUZZ_SEED = given ?? String(randomInt(SEEDS));
    const repeated = `FUZZ_SEED=${process.env.FUZZ_SEED}`;
    say(`\nround ${round}: ${repeated}`);
    for (const project of /** @type {const} */ (['unit', 'integration'])) {
      parts.push(await runTests(project, TESTS));
    }
    if (sum(parts).failed > 0) {
      say(`\nThe same inputs again: ${repeated} npm run fuzz -- --rounds 1`);
      break;
    }
  }
  return parts;
}

/**
 * @param {'unit' | 'integration'} project
 * @param {string} tests
 */
async function runTests(project, tests) {
  const figures = await runJest(project, [tests]);
  return haveRun(figures) ? figures : sum([figures, FAILED]);
}

/** @param {string[]} args */
function optionsOf(args) {
  try {
    const { rounds, cost } = parseArgs({
      args,
      options: { rounds: { type: 'string' }, cost: { type: 'boolean' } },
    }).values;
    if (rounds === undefined) return { cost, rounds: Infinity };
    if (/^[1-9]\d{0,8}$/.test(rounds)) return { cost, rounds: Number(rounds) };
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message);
  }
  throw new Failure('--rounds must be a whole number from 1 on');
}
