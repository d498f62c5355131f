/** Finds the installed development tools; they run with the Node that this command runs on. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/** npm installs the client's own tools in either place, depending on what other packages need. */
const FOLDERS = [path.join(ROOT, 'node_modules', '.bin'), path.join(ROOT, 'client', 'node_modules', '.bin')];

/**
 * @param {'tsc' | 'vite' | 'eslint' | 'prettier' | 'jest'} name
 * @param {readonly string[]} parameters
 * @param {readonly string[]} [nodeOptions]
 * @returns {[command: string, parameters: string[]]}
 */
export function tool(name, parameters, nodeOptions = []) {
  const file = FOLDERS.map((folder) => path.join(folder, name)).find(existsSync) ?? path.join(FOLDERS[0], name);
  return [process.execPath, [...nodeOptions, file, ...parameters]];
}
