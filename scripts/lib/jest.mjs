/** Runs one of Jest's projects and counts its tests; a run that does not end by itself is a failed one. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { FAILED, figuresOf, sum } from './figures.mjs';
import { PROJECT_CACHE, ROOT } from './paths.mjs';
import { end, ended, start } from './processes.mjs';
import { say } from './say.mjs';
import { tool } from './tools.mjs';

const MINUTE_MS = 60_000;
const GRACE_MS = 10_000;
const NODE_OPTIONS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

/** In the order in which they run: what fails cheaply fails first. Limits are generous; they are no pace to keep. */
export const PROJECTS = {
  unit: { atMostMs: 5 * MINUTE_MS, parameters: ['--testTimeout=15000'] },
  // These measure and wait for real things; side by side they would disturb each other.
  integration: { atMostMs: 60 * MINUTE_MS, parameters: ['--maxWorkers=1', '--testTimeout=180000'] },
  e2e: { atMostMs: 40 * MINUTE_MS, parameters: ['--maxWorkers=1', '--testTimeout=180000'] },
};

/**
 * @param {keyof typeof PROJECTS} project
 * @param {readonly string[]} parameters for Jest, from the command line
 * @returns {Promise<import('./figures.mjs').Figures>}
 */
export async function runJest(project, parameters) {
  const report = reportFile(project);
  mkdirSync(path.dirname(report), { recursive: true });
  rmSync(report, { force: true });

  const { atMostMs, parameters: ofProject } = PROJECTS[project];
  const jest = start(
    ...tool(
      'jest',
      ['--selectProjects', project, '--passWithNoTests', '--json', '--outputFile', report, ...ofProject, ...parameters],
      NODE_OPTIONS,
    ),
    // Jest writes what it has to say to stderr, and the report once more to stdout.
    { cwd: ROOT, detached: true, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const fault = watch(jest, report, atMostMs);
  const code = await ended(jest);
  return count(report, code, fault());
}

/**
 * @param {keyof typeof PROJECTS} project
 * @returns {Record<string, any>} what Jest reported when the project ran last; without tests when it came to none
 */
export function reportOf(project) {
  const report = reportFile(project);
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { testResults: [] };
}

/** @param {keyof typeof PROJECTS} project */
function reportFile(project) {
  return path.join(PROJECT_CACHE, 'reports', `${project}.json`);
}

/**
 * Ends Jest when it takes too long, or when all tests are through and something they left open keeps it alive.
 * @param {import('node:child_process').ChildProcess} jest
 * @param {string} report written when all tests are through
 * @param {number} atMostMs
 * @returns {() => string | undefined} what was wrong, asked once Jest has ended
 */
function watch(jest, report, atMostMs) {
  /** @type {string | undefined} */
  let fault;
  const endFor = (reason) => {
    fault ??= reason;
    end(jest);
  };
  const tooLong = setTimeout(() => endFor(`The tests took longer than ${atMostMs / MINUTE_MS} minutes.`), atMostMs);
  const leftOpen = setInterval(() => {
    if (!existsSync(report)) return;
    clearInterval(leftOpen);
    grace = setTimeout(
      () => endFor('The tests are through but left something open (see jest --detectOpenHandles).'),
      GRACE_MS,
    );
  }, 250);
  let grace;
  jest.once('exit', () => [tooLong, grace].forEach(clearTimeout));
  jest.once('exit', () => clearInterval(leftOpen));
  return () => fault;
}

/**
 * @param {string} report
 * @param {number} code with which Jest ended
 * @param {string | undefined} fault
 */
function count(report, code, fault) {
  const parts = existsSync(report) ? [figuresOf(JSON.parse(readFileSync(report, 'utf8')))] : [];
  if (fault) say(fault);
  // Whatever went wrong outside of a test must not look like a success.
  if (fault || (code !== 0 && sum(parts).failed === 0)) parts.push(FAILED);
  return sum(parts);
}
