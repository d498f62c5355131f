import { describe, expect, it } from '@jest/globals';
import { linesAbout, suitesOf } from '../lib/suites.mjs';

const report = {
  testResults: [
    {
      name: '/project/users.spec.ts',
      status: 'failed',
      assertionResults: [
        { ancestorTitles: ['users on MariaDB 10.11.19', 'a user'], status: 'passed' },
        { ancestorTitles: ['users on MariaDB 10.11.19', 'a guest'], status: 'failed' },
        { ancestorTitles: ['users, embedded'], status: 'passed' },
      ],
    },
    { name: '/project/rooms.spec.ts', status: 'failed', assertionResults: [] },
    {
      name: '/project/chat.spec.ts',
      status: 'passed',
      assertionResults: [
        { ancestorTitles: ['chat on MongoDB (not run: there is no mongod)'], status: 'pending' },
        { ancestorTitles: ['users, embedded'], status: 'passed' },
        { ancestorTitles: ['users, embedded'], status: 'pending' },
      ],
    },
  ],
};

describe('the suites of a report', () => {
  it('are its outermost groups, also over several files, and files that could not be run', () => {
    expect(suitesOf(report, '/project')).toEqual([
      { title: 'chat on MongoDB (not run: there is no mongod)', passed: 0, failed: 0, skipped: 1 },
      { title: 'rooms.spec.ts', passed: 0, failed: 1, skipped: 0 },
      { title: 'users on MariaDB 10.11.19', passed: 1, failed: 1, skipped: 0 },
      { title: 'users, embedded', passed: 2, failed: 0, skipped: 1 },
    ]);
  });

  it('are said line by line, those that did not run last', () => {
    expect(linesAbout(suitesOf(report, '/project'))).toEqual([
      'FAILED   rooms.spec.ts: 0 passed, 1 failed',
      'FAILED   users on MariaDB 10.11.19: 1 passed, 1 failed',
      'ran      users, embedded: 2 passed, 1 skipped',
      'not run  chat on MongoDB (not run: there is no mongod)',
    ]);
  });

  it('are none where nothing was reported', () => {
    expect(linesAbout(suitesOf({ testResults: [] }, '/project'))).toEqual([]);
  });
});
