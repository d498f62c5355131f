/** What every source must pass: the recommended rules, promises that are waited for, and the floors of server/src. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import reactHooks from 'eslint-plugin-react-hooks';
import typescript from 'typescript-eslint';
import { FOLDERS, closedImports } from './scripts/lib/floors.mjs';

const SERVER_SOURCES = path.join(import.meta.dirname, 'server', 'src');
const DEEPEST_FOLDER = 3;

/** One rule for each folder of server/src and depth of file, so that `../media/` always means the folder it says. */
function floorRules() {
  const folders = existsSync(SERVER_SOURCES)
    ? readdirSync(SERVER_SOURCES, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    : [];
  const unknown = folders.filter((folder) => !FOLDERS.includes(folder));
  if (unknown.length > 0) {
    throw new Error(`server/src/${unknown.join(', server/src/')}: give it a floor in scripts/lib/floors.mjs`);
  }

  return FOLDERS.flatMap((folder) =>
    Array.from({ length: DEEPEST_FOLDER }, (_, depth) => ({
      files: [`server/src/${folder}/${'*/'.repeat(depth)}*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              {
                regex: closedImports(folder, depth).source,
                message: `${folder}/ may import only from the floors below it (scripts/lib/floors.mjs).`,
              },
            ],
          },
        ],
      },
    })),
  );
}

export default defineConfig(
  { ignores: ['**/dist/', '**/node_modules/', '.cache/', '**/data/'] },
  eslint.configs.recommended,
  typescript.configs.recommended,
  {
    languageOptions: { globals: globals.node },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Taking a property out of an object is how one leaves it out of the rest.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['{protocol,server,sdk,client,load-tests}/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: {
        project: ['*/tsconfig.json', 'tsconfig.tests.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // React's event handlers may be async; what they throw is theirs to catch.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  {
    // Commands talk to a terminal, and one of them to pages of a browser.
    files: ['scripts/**'],
    languageOptions: { globals: globals.browser },
    rules: { 'no-console': 'off' },
  },
  {
    files: ['client/src/**/*.{ts,tsx}'],
    languageOptions: { globals: globals.browser },
    ...reactHooks.configs.flat.recommended,
  },
  {
    files: ['client/public/*.js'],
    languageOptions: { globals: globals.browser, sourceType: 'script', ecmaVersion: 5 },
    rules: { 'no-var': 'off' },
  },
  ...floorRules(),
);
