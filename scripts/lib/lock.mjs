/** Lets one set-up at a time change a shared folder; the others wait for it and then find its work done. */
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { say } from './say.mjs';

const SIGN_OF_LIFE_MS = 2000;
/** A holder that gave no sign of life for so long was killed. */
const ABANDONED_MS = 20_000;

/**
 * Does `work` while no other process does it under the same lock. What is done must survive two at once all the same
 * (write elsewhere, then rename): a holder that was suspended counts as gone.
 * @template Result
 * @param {string} folder the lock: exists while it is held
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withLock(folder, work) {
  await take(folder);
  const heart = setInterval(() => utimes(folder, new Date(), new Date()).catch(() => {}), SIGN_OF_LIFE_MS).unref();
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    process.removeListener('exit', release);
    release();
  }
}

/** @param {string} folder */
async function take(folder) {
  mkdirSync(path.dirname(folder), { recursive: true });
  for (let said = false; ; said = true) {
    try {
      mkdirSync(folder);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) {
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    if (!said) say('Another set-up is at work; waiting for it …');
    await wait(500);
  }
}
