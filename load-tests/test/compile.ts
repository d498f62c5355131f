/** What runs in a process of its own is what was compiled last, which another test run may have left behind long ago. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Compiles the server and what runs it for a load test. */
export function compileLoadTests(): void {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'load-tests'], {
    cwd: root,
    stdio: 'ignore',
  });
}
