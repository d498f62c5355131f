/** Reads in a report of Jest which groups of tests ran, and how. */

/** @typedef {import('./figures.mjs').Figures & { title: string }} Suite */

/**
 * The outermost groups of tests, in alphabetical order.
 * @param {{ testResults: { assertionResults: { ancestorTitles: string[], status: string }[] }[] }} report Jest's
 * @returns {Suite[]}
 */
export function suitesOf(report) {
  /** @type {Map<string, Suite>} */
  const suites = new Map();
  for (const { ancestorTitles, status } of report.testResults.flatMap((file) => file.assertionResults)) {
    const title = ancestorTitles[0] ?? 'without a group';
    const suite = suites.get(title) ?? { title, passed: 0, failed: 0, skipped: 0 };
    suites.set(title, suite);
    if (status === 'passed') suite.passed += 1;
    else if (status === 'failed') suite.failed += 1;
    else suite.skipped += 1;
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
