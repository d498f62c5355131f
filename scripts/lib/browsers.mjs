/** The oldest browsers in which the web client and the sdk work, and what they lack. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * By name: what the build compiles to, what the client's `supported-browser.js` asks for and README.md names. Chrome 111 and Firefox 120
 * are the oldest ones that mediasoup-client's current handlers are made for, and Safari 16.4 is of the same time (2023).
 */
export const OLDEST_BROWSERS = JSON.parse(readFileSync(path.join(ROOT, 'client', 'supported-browsers.json'), 'utf8'));

/** Their names in MDN's browser compatibility data. */
const MDN_NAMES = { ...OLDEST_BROWSERS, safari_ios: OLDEST_BROWSERS.safari };

/**
 * The browsers in which `support`, of an entry of MDN's data, says that something is absent, or came later than the oldest one.
 *
 * @param {Record<string, object | object[]>} support
 * @returns {string[]}
 */
export function browsersWithout(support) {
  return Object.entries(MDN_NAMES).flatMap(([browser, oldest]) => {
    const statements = [support[browser] ?? { version_added: false }].flat();
    return statements.some((statement) => isIn(statement, oldest)) ? [] : [browser];
  });
}

/** Under its own name, without a flag, and whole enough to be used. */
function isIn({ version_added: added, version_removed: removed, flags, prefix, alternative_name: alias }, oldest) {
  if (typeof added !== 'string' || removed || flags || prefix || alias) return false;
  return added === 'preview' ? false : compareVersions(added.replace('≤', ''), oldest) <= 0;
}

function compareVersions(one, other) {
  const [ours, theirs] = [one, other].map((version) => version.split('.').map(Number));
  return ours[0] - theirs[0] || (ours[1] ?? 0) - (theirs[1] ?? 0);
}
