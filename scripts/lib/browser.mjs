/** Finds the browsers for the tests that need real ones: a Chromium, and a Firefox where one can be had. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { distribution, providePackages } from './debian.mjs';
import { Failure, say } from './say.mjs';

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
  return onPath(NAMES) ?? (process.platform === 'darwin' ? MAC_PROGRAMS.find(isProgram) : undefined);
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

/**
 * Names the second engine of the browser tests in the environment: MINIMEET_FIREFOX, or MINIMEET_NO_FIREFOX with the reason why its tests are
 * skipped. Firefox plays sound only where there is a sound server, so PulseAudio belongs to it.
 */
export async function provideFirefox() {
  if (distribution()?.id === 'debian' && process.getuid?.() === 0) {
    try {
      await providePackages('Testing with Firefox', ['firefox-esr', 'pulseaudio']);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      say(error.message);
    }
  }
  const firefox = process.env.FIREFOX_BIN ?? onPath(['firefox-esr', 'firefox']);
  if (!firefox || !isProgram(firefox)) {
    process.env.MINIMEET_NO_FIREFOX = 'no Firefox is installed: apt-get install firefox-esr pulseaudio';
  } else if (!onPath(['pulseaudio'])) {
    process.env.MINIMEET_NO_FIREFOX = 'Firefox needs PulseAudio: apt-get install pulseaudio';
  } else {
    process.env.MINIMEET_FIREFOX = firefox;
  }
}

/** @param {readonly string[]} names @returns {string | undefined} the first of these programs */
function onPath(names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isProgram);
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
