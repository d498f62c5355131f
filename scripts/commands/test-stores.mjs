/**
 * `npm run test:stores`: the contracts of the stores alone, on every database that can be had here, and on which of them
 * they ran. Other parameters go to Jest: `npm run test:stores -- -t chat`. The last line is that of `npm test`.
 */
import { provideDependencies } from '../lib/dependencies.mjs';
import { FAILED, closingLine, haveRun, sum } from '../lib/figures.mjs';
import { reportOf, runJest } from '../lib/jest.mjs';
import { ROOT } from '../lib/paths.mjs';
import { endWithUs } from '../lib/processes.mjs';
import { say } from '../lib/say.mjs';
import { linesAbout, suitesOf } from '../lib/suites.mjs';
import { provideWorker } from '../lib/worker.mjs';
import { provideTestServers, takeGivenAddresses } from '../test-servers/provide.mjs';

const CONTRACTS = 'server/test/stores/';

/** @param {string[]} parameters */
export default async function testStores(parameters) {
  endWithUs();
  const given = takeGivenAddresses();
  await provideDependencies();
  process.env.MEDIASOUP_WORKER_BIN = await provideWorker();
  const close = await provideTestServers(given);
  try {
    const run = await runJest('integration', [CONTRACTS, ...parameters]);
    say('');
    linesAbout(suitesOf(reportOf('integration'), ROOT)).forEach(say);
    const figures = haveRun(run) ? run : sum([run, FAILED]);
    say(`\n${closingLine(figures)}`);
    return figures.failed === 0 ? 0 : 1;
  } finally {
    await close();
  }
}
