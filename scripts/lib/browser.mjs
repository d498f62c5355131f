/** Finds a Chromium for the tests that need a real browser. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { distribution, providePackages } from './debian.mjs';
import { Failure } from './say.mjs';

/** Chromium without windows: the same pages for half of the processor. */
const HEADLESS_SHELL = 'chromium-headless-shell';
const NAMES = [HEADLESS_SHELL, 'chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MAC_PROGRAMS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * @returns {string | undefined} the path of the user's choice (CHROME_BIN) or of an installed Chromium or Chrome
 * @throws {Failure} when CHROME_BIN is not a program
 */
export function findChromium() {
  const own = process.env.CHROME_BIN;
  if (own) {
    if (isProgram(own)) return own;
    throw new Failure(`CHROME_BIN=${own} is not a program. Correct it or leave it out.`);
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...onPath, ...(process.platform === 'darwin' ? MAC_PROGRAMS : [])].find(isProgram);
}

/**
 * @returns {string} the path of a Chromium that is there
 * @throws {Failure} with what to install: a command that measures changes nothing on the machine unless it was told to
 */
export function requireChromium() {
  const chromium = findChromium();
  if (!chromium) {
    throw new Failure(
      'Browsers among the bots need Chromium or Chrome. Install one, name it (CHROME_BIN=/path/to/chrome), or let this command install it: --install-browser',
    );
  }
  return chromium;
}

/**
 * @returns {Promise<string>} the path of a Chromium, installed now where that is allowed and there was none without windows
 * @throws {Failure} with what to install
 */
export async function provideChromium() {
  const given = process.env.CHROME_BIN;
  if (!given && distribution()?.id === 'debian' && (process.getuid?.() === 0 || !findChromium())) {
    await providePackages('Testing with a real browser', [HEADLESS_SHELL]);
  }
  const chromium = findChromium();
  if (!chromium) {
    throw new Failure(
      'The browser tests need Chromium or Chrome. Install one (https://www.google.com/chrome/) or name it: CHROME_BIN=/path/to/chrome npm test',
    );
  }
  return chromium;
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
