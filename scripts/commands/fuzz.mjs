/**
 * `npm run fuzz`: hostile inputs to the parser of requests and to all ports of a running meeting, others in each round, until it is
 * stopped or something gives way; `-- --rounds 3`: so many. FUZZ_SEED, which a failure names, makes the inputs of one round again.
 */
import { parseArgs } from 'node:util';
import { provideDependencies } from '../lib/dependencies.mjs';
import { FAILED, closingLine, haveRun, sum } from '../lib/figures.mjs';
import { runJest } from '../lib/jest.mjs';
import { endWithUs } from '../lib/processes.mjs';
import { Failure, say } from '../lib/say.mjs';
import { provideWorker } from '../lib/worker.mjs';

const TESTS = 'fuzz\\.spec';

/** @param {string[]} parameters */
export default async function fuzz(parameters) {
  endWithUs();
  const rounds = roundsOf(parameters);
  await provideDependencies();
  process.env.MEDIASOUP_WORKER_BIN = await provideWorker();
  const parts = [];
  for (let round = 1; round <= rounds; round += 1) {
    say(`\nround ${round}`);
    for (const project of /** @type {const} */ (['unit', 'integration'])) {
      const figures = await runJest(project, [TESTS]);
      parts.push(haveRun(figures) ? figures : sum([figures, FAILED]));
    }
    if (sum(parts).failed > 0) break;
  }
  say(`\n${closingLine(sum(parts))}`);
  return sum(parts).failed === 0 ? 0 : 1;
}

/** @param {string[]} args */
function roundsOf(args) {
  try {
    const { rounds } = parseArgs({ args, options: { rounds: { type: 'string' } } }).values;
    if (rounds === undefined) return Infinity;
    if (/^[1-9]\d{0,8}$/.test(rounds)) return Number(rounds);
  } catch (error) {
    throw new Failure(/** @type {Error} */ (error).message);
  }
  throw new Failure('--rounds must be a whole number from 1 on');
}
