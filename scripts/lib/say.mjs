/** How the commands speak: one line for each step, a failure as plain sentences, progress without flooding a log. */

/** A failure that a person can do something about: shown as its message, without a stack. */
export class Failure extends Error {}

/** @param {string} text */
export function say(text) {
  console.log(text);
}

/**
 * Says what is about to happen, does it, and says how long it took.
 * @template Result
 * @param {string} title
 * @param {() => Promise<Result>} work
 */
export async function step(title, work) {
  say(`${title} …`);
  const begin = Date.now();
  const result = await work();
  say(`${title}: done in ${seconds(Date.now() - begin)}`);
  return result;
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`;
}

/**
 * Shows how far a long step is: on a terminal one line that is written over, elsewhere a line every ten per cent.
 * @param {string} title
 */
export function progress(title) {
  const terminal = process.stdout.isTTY;
  let lastTenth = 0;
  return {
    /** @param {number} done @param {number} total */
    show(done, total) {
      const tenth = Math.floor((done / total) * 10);
      if (terminal) {
        process.stdout.write(`\r\x1b[K${title}: ${done} of ${total}`);
      } else if (tenth > lastTenth) {
        lastTenth = tenth;
        say(`${title}: ${tenth * 10} %`);
      }
    },
    end() {
      if (terminal) process.stdout.write('\r\x1b[K');
    },
  };
}
