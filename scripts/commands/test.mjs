/**
 * `npm test`: everything. `npm test -- unit` (or integration, e2e) runs one of Jest's projects; other parameters go to
 * Jest: `npm test -- e2e -t six`. Real databases come from MYSQL_URL, MONGODB_URL and REDIS_URL or are provided; tests
 * of those that cannot be had are skipped, and their names say why. The last line is `N passed, N failed`, with `, N skipped` when there are any.
 */
import { provideChromium } from '../lib/browser.mjs';
import { buildClient, buildTypeScript } from '../lib/build.mjs';
import { rulesAreKept, typesAreCorrect } from '../lib/checks.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { FAILED, PASSED, closingLine, haveRun, sum } from '../lib/figures.mjs';
import { PROJECTS, runJest } from '../lib/jest.mjs';
import { endWithUs } from '../lib/processes.mjs';
import { Failure, say } from '../lib/say.mjs';
import { provideTurnServer } from '../lib/turn-server.mjs';
import { provideWorker } from '../lib/worker.mjs';
import { provideProxies } from '../test-servers/proxies.mjs';
import { providePrometheus } from '../test-servers/prometheus.mjs';
import { provideTestServers, takeGivenAddresses } from '../test-servers/provide.mjs';

/** @param {string[]} parameters */
export default async function test(parameters) {
  endWithUs();
  const named = Object.keys(PROJECTS).filter((project) => parameters.includes(project));
  const projects = named.length > 0 ? named : Object.keys(PROJECTS);
  const forJest = parameters.filter((parameter) => !named.includes(parameter));

  const given = takeGivenAddresses();
  await provideDependencies();
  process.env.MEDIASOUP_WORKER_BIN = await provideWorker();
  if (projects.every((project) => project === 'unit')) return testAndSay(projects, forJest, parameters.length === 0);

  // Integration opens one browser too: for the example of the sdk.
  process.env.MINIMEET_CHROME = await provideChromium();
  await provideTurnServer();
  const whyNoPrometheus = await providePrometheus();
  if (whyNoPrometheus) say(`Prometheus: ${whyNoPrometheus}`);
  await provideProxies();
  const closeServers = await provideTestServers(given);
  try {
    return await testAndSay(projects, forJest, parameters.length === 0);
  } finally {
    await closeServers();
  }
}

/** @param {string[]} projects @param {string[]} forJest @param {boolean} everything */
async function testAndSay(projects, forJest, everything) {
  const figures = everything ? await testEverything() : await testSome(projects, forJest);
  say(`\n${closingLine(figures)}`);
  return figures.failed === 0 ? 0 : 1;
}

async function testEverything() {
  const build = await check('build', isBuilt);
  if (build.failed > 0) return build;
  const [first, ...others] = Object.keys(PROJECTS);
  // None of these three measures or waits for anything, and each keeps about one core busy.
  const beside = [check('types', typesAreCorrect), check('lint', rulesAreKept), runTests([first], [])];
  const parts = [build, ...(await Promise.all(beside))];
  for (const project of others) {
    parts.push(await runTests([project], []));
  }
  return sum(parts);
}

/** @param {string[]} projects @param {string[]} forJest */
async function testSome(projects, forJest) {
  // The others run on the sources.
  const build = projects.includes('e2e') ? await check('build', isBuilt) : PASSED;
  return build.failed > 0 ? build : runTests(projects, forJest);
}

/** @param {string[]} projects @param {string[]} forJest */
async function runTests(projects, forJest) {
  const parts = [];
  for (const project of projects) {
    say(`\n${project} tests`);
    parts.push(await runJest(project, forJest));
  }
  const figures = sum(parts);
  if (haveRun(figures)) return figures;
  say('No test has run.');
  return sum([figures, FAILED]);
}

/** @param {string} name @param {() => Promise<boolean>} isRight */
async function check(name, isRight) {
  say(`\n${name}`);
  try {
    if (await isRight()) return PASSED;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(error.message);
  }
  return FAILED;
}

async function isBuilt() {
  await buildTypeScript();
  await buildClient();
  return true;
}
