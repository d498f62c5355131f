import { describe, expect, it } from '@jest/globals';
import { FAILED, PASSED, closingLine, figuresOf, haveRun, sum } from '../lib/figures.mjs';

describe('the figures of a test run', () => {
  it('are added up in one line', () => {
    expect(closingLine(sum([PASSED, PASSED, FAILED]))).toBe('2 passed, 1 failed');
  });

  it('name skipped tests only when there are any', () => {
    expect(closingLine(sum([PASSED, { passed: 0, failed: 0, skipped: 3 }]))).toBe('1 passed, 0 failed, 3 skipped');
  });

  it('count a test file that could not be loaded as failed', () => {
    const report = {
      numPassedTests: 4,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 1,
      numPendingTests: 1,
      numTodoTests: 1,
    };
    expect(figuresOf(report)).toEqual({ passed: 4, failed: 2, skipped: 2 });
  });

  it('tell a run in which every test was skipped from one that tested something', () => {
    expect(haveRun({ passed: 0, failed: 0, skipped: 5 })).toBe(false);
    expect(haveRun(FAILED)).toBe(true);
  });
});
