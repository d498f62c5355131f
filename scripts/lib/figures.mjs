/** Adds up what passed and failed, and says it in one line. */

/** @typedef {{ passed: number, failed: number, skipped: number }} Figures */

/** @type {Figures} */
export const PASSED = { passed: 1, failed: 0, skipped: 0 };
/** @type {Figures} */
export const FAILED = { passed: 0, failed: 1, skipped: 0 };

/** @param {readonly Figures[]} parts @returns {Figures} */
export function sum(parts) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const part of parts) {
    total.passed += part.passed;
    total.failed += part.failed;
    total.skipped += part.skipped;
  }
  return total;
}

/** @param {Figures} figures */
export function haveRun({ passed, failed }) {
  return passed + failed > 0;
}

/**
 * @param {Record<string, number>} report Jest's
 * @returns {Figures} a file that could not be run counts as a failed test
 */
export function figuresOf(report) {
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {Figures} figures */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
