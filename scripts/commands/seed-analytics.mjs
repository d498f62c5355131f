/** `npm run seed:analytics -- --participations 1000000`: fills the database that the settings name with a made-up past. */
import path from 'node:path';
import { buildTypeScript } from '../lib/build.mjs';
import { provideDependencies } from '../lib/dependencies.mjs';
import { ROOT } from '../lib/paths.mjs';
import { endWithUs, ended, start } from '../lib/processes.mjs';

/**
 * @param {string[]} parameters as server/src/seed-analytics.ts takes them
 * @returns {Promise<number>} its exit code
 */
export default async function seedAnalytics(parameters) {
  endWithUs(1);
  await provideDependencies();
  await buildTypeScript();
  const program = path.join(ROOT, 'server', 'dist', 'seed-analytics.js');
  return ended(start(process.execPath, [program, ...parameters], { stdio: 'inherit' }));
}
