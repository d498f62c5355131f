/** What can be checked without running anything: types, lint rules and formatting. */
import path from 'node:path';
import { buildTypeScript } from './build.mjs';
import { PROJECT_CACHE, ROOT } from './paths.mjs';
import { run } from './processes.mjs';
import { tool } from './tools.mjs';

/** @returns {Promise<boolean>} whether sources, tests and client have correct types */
export async function typesAreCorrect() {
  await buildTypeScript();
  const tests = await run(...tool('tsc', ['-p', 'tsconfig.tests.json']), { cwd: ROOT });
  const client = await run(
    ...tool('tsc', [
      '-p',
      'client',
      '--incremental',
      '--tsBuildInfoFile',
      path.join(PROJECT_CACHE, 'client.tsbuildinfo'),
    ]),
    { cwd: ROOT },
  );
  return tests === 0 && client === 0;
}

/** @returns {Promise<boolean>} whether all sources keep the rules and the layout */
export async function rulesAreKept() {
  // Rules about promises read the types of what is imported, so that has to be compiled first.
  await buildTypeScript();
  const rules = await run(...tool('eslint', ['.', '--max-warnings', '0']), { cwd: ROOT });
  const layout = await run(...tool('prettier', ['--check', '.', '--log-level', 'warn']), { cwd: ROOT });
  return rules === 0 && layout === 0;
}
