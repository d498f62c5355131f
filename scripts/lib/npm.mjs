/** Calls npm with the Node that this command runs on, whichever Node the machine has. */
import path from 'node:path';

/**
 * The npm that called us, or the one on the path.
 * @param {readonly string[]} parameters
 * @returns {[command: string, parameters: string[]]}
 */
export function npm(parameters) {
  const caller = process.env.npm_execpath ?? '';
  const quiet = [...parameters, '--loglevel=error', '--no-progress', '--no-audit', '--no-fund', '--no-update-notifier'];
  return path.basename(caller) === 'npm-cli.js' ? [process.execPath, [caller, ...quiet]] : ['npm', quiet];
}
