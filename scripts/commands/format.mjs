/** `npm run format`: lays out all sources, or those that are named (`npm run format -- client`). */
import { provideDependencies } from '../lib/dependencies.mjs';
import { ROOT } from '../lib/paths.mjs';
import { endWithUs, run } from '../lib/processes.mjs';
import { tool } from '../lib/tools.mjs';

/** @param {string[]} places */
export default async function format(places) {
  endWithUs();
  await provideDependencies();
  return run(...tool('prettier', ['--write', '--log-level', 'warn', ...(places.length > 0 ? places : ['.'])]), {
    cwd: ROOT,
  });
}
