/** `npm run bench -- overhead --json figures.json`: what the server costs and carries, measured here; without a name, all of it. */
import { provideChromium } from '../lib/browser.mjs';
import { runLoadTest } from '../lib/load-test.mjs';

/** @param {string[]} parameters as load-tests/src/bench/bench-command.ts takes them */
export default async function bench(parameters) {
  const names = parameters.filter((word, index) => !word.startsWith('-') && parameters[index - 1] !== '--json');
  const needsBrowser = (names.length === 0 || names.includes('mesh')) && !parameters.includes('--help');
  return runLoadTest('bench/bench-command.js', parameters, async () =>
    needsBrowser ? { MINIMEET_CHROME: await provideChromium() } : {},
  );
}
