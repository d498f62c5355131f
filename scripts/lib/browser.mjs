/** Finds a Chromium for the tests that need a real browser. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { distribution, providePackages } from './debian.mjs';
import { Failure } from './say.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
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
 * @returns {Promise<string>} the path of a Chromium, installed now where there was none and that is allowed
 * @throws {Failure} with what to install
 */
export async function provideChromium() {
  if (!findChromium() && distribution()?.id === 'debian') {
    await providePackages('Testing with a real browser', ['chromium']);
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
