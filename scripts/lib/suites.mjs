/** Reads in a report of Jest which groups of tests ran, and how. */
import path from 'node:path';

/** @typedef {import('./figures.mjs').Figures & { title: string }} Suite */

/**
 * The outermost groups of tests, in alphabetical order, and the files that could not be run.
 * @param {{ testResults: { name: string, status: string, assertionResults: { ancestorTitles: string[], status: string }[] }[] }} report Jest's
 * @param {string} root names of files are shown from here on
 * @returns {Suite[]}
 */
export function suitesOf(report, root) {
  /** @type {Map<string, Suite>} */
  const suites = new Map();
  const count = (title, status) => {
    const suite = suites.get(title) ?? { title, passed: 0, failed: 0, skipped: 0 };
    suites.set(title, suite);
    if (status === 'passed') suite.passed += 1;
    else if (status === 'failed') suite.failed += 1;
    else suite.skipped += 1;
  };
  for (const { name, status, assertionResults } of report.testResults) {
    for (const test of assertionResults) count(test.ancestorTitles[0] ?? path.relative(root, name), test.status);
    if (status === 'failed' && assertionResults.length === 0) count(path.relative(root, name), status);
  }
  return [...suites.values()].sort((one, other) => one.title.localeCompare(other.title));
}

/**
 * @param {readonly Suite[]} suites
 * @returns {string[]} a line for each: what ran, then what did not
 */
export function linesAbout(suites) {
  const ran = suites.filter(({ passed, failed }) => passed + failed > 0);
  const skipped = suites.filter((suite) => !ran.includes(suite));
  return [
    ...ran.map((suite) => `${suite.failed === 0 ? 'ran    ' : 'FAILED '}  ${suite.title}: ${countsOf(suite)}`),
    ...skipped.map(({ title }) => `not run  ${title}`),
  ];
}

/** @param {Suite} suite */
function countsOf({ passed, failed, skipped }) {
  const parts = [`${passed} passed`, failed > 0 ? `${failed} failed` : '', skipped > 0 ? `${skipped} skipped` : ''];
  return parts.filter(Boolean).join(', ');
}
