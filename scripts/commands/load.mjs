/** `npm run load -- --rooms 5 --participants 20`: fills a server with bots; `-- --help` tells the flags. */
import { provideChromium } from '../lib/browser.mjs';
import { buildClient, buildTypeScript } from '../lib/build.mjs';
import { runLoadTest } from '../lib/load-test.mjs';

/** @param {string[]} parameters as load-tests/src/load-command.ts takes them */
export default function load(parameters) {
  const hasBrowsers = parameters.some((word) => /^--browsers(=|$)/.test(word));
  return runLoadTest('load-command.js', parameters, async () => {
    if (!hasBrowsers) return {};
    const chromium = await provideChromium();
    await buildTypeScript();
    await buildClient();
    return { MINIMEET_CHROME: chromium };
  });
}
