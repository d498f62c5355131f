/** `npm run load -- --rooms 5 --participants 20`: fills a server with bots; `-- --help` tells the flags. */
import { provideChromium, requireChromium } from '../lib/browser.mjs';
import { buildClient, buildTypeScript } from '../lib/build.mjs';
import { runLoadTest } from '../lib/load-test.mjs';

/** Lets the command install a Chromium; without it, one has to be there. */
const INSTALL = '--install-browser';

/** @param {string[]} parameters as load-tests/src/load-command.ts takes them */
export default function load(parameters) {
  const mayInstall = parameters.includes(INSTALL);
  const rest = parameters.filter((word) => word !== INSTALL);
  const hasBrowsers = rest.some((word) => /^--browsers(=|$)/.test(word));
  return runLoadTest('load-command.js', rest, async () => {
    if (!hasBrowsers) return {};
    const chromium = mayInstall ? await provideChromium() : requireChromium();
    await buildTypeScript();
    await buildClient();
    return { MINIMEET_CHROME: chromium };
  });
}
