/**
 * Three test projects: unit (no network, no worker), integration (real worker, sockets and databases), e2e (a real
 * browser). Run one of them with `npm test -- unit`.
 */

/** @param {boolean} tsx */
function compile(tsx) {
  return [
    '@swc/jest',
    {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', tsx, decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: 'automatic' } },
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    },
  ];
}

/** @type {import('jest').Config} */
const everyProject = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '\\.ts$': compile(false), '\\.tsx$': compile(true) },
  moduleNameMapper: {
    // Sources name each other by what they compile to.
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^@minimeet/(protocol|sdk)$': '<rootDir>/$1/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/[^/]+/dist/', '<rootDir>/\\.cache/'],
};

/** @type {import('jest').Config} */
export default {
  // In milliseconds, for all projects (Jest reads it nowhere else): generous on purpose, as it is no pace to keep.
  testTimeout: 180_000,
  projects: [
    {
      ...everyProject,
      displayName: 'unit',
      testMatch: ['<rootDir>/*/src/**/*.spec.{ts,tsx}', '<rootDir>/scripts/test/*.spec.mjs'],
    },
    {
      ...everyProject,
      displayName: 'integration',
      testMatch: ['<rootDir>/{server,sdk,load-tests}/test/**/*.spec.ts'],
    },
    {
      ...everyProject,
      displayName: 'e2e',
      testMatch: ['<rootDir>/client/e2e/**/*.spec.ts'],
    },
  ],
};
