/** Starts other programs, and sees to it that none of them outlives the command that started it. */
import { spawn } from 'node:child_process';
import { Failure } from './say.mjs';

const PATIENCE_MS = 10_000;
/** Ctrl-C reaches a command twice (from the terminal and through npm); only a later one is a second request. */
const SECOND_REQUEST_MS = 1000;
const PARENT_CHECK_MS = 1000;

/**
 * What runs, each with how long it may take to end, and whether it is told of a Ctrl-C as such.
 * @type {Map<import('node:child_process').ChildProcess, { patienceMs: number, knowsCtrlC: boolean }>}
 */
const running = new Map();
/** @type {number | undefined} */
let endingSince;

/** Whether this command was asked to end; nothing can be started any more then. */
export function isEnding() {
  return endingSince !== undefined;
}

/**
 * Starts a program that is ended with this command. Its output goes to ours unless `stdio` says otherwise.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {import('node:child_process').SpawnOptions & { patienceMs?: number, knowsCtrlC?: boolean }} [options] `detached` gives it a process group of its own: a Ctrl-C of the terminal does not
 *   reach it, it is asked to end once, by us, and what it leaves behind is ended with it. `patienceMs` is how long it
 *   may take to end when it is asked to; with `Infinity` it bounds itself, and only a second request kills it. One that `knowsCtrlC` is asked by
 *   SIGINT when a person asked us so; everything else is always asked by SIGTERM.
 */
export function start(command, parameters, { patienceMs = PATIENCE_MS, knowsCtrlC = false, ...options } = {}) {
  if (isEnding()) throw new Failure('Ended.');
  const child = spawn(command, parameters, { stdio: 'inherit', ...options });
  running.set(child, { patienceMs, knowsCtrlC });
  const forget = () => {
    running.delete(child);
    if (options.detached) signalGroup(child, 'SIGKILL');
  };
  child.once('exit', forget);
  child.once('error', forget);
  return child;
}

/**
 * Waits until a program has ended.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} its exit code; 1 if a signal ended it
 */
export function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`${child.spawnfile} could not be started: ${error.message}`)));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs a program to its end with its output on ours.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} its exit code
 */
export function run(command, parameters, options = {}) {
  return ended(start(command, parameters, options));
}

/**
 * Runs a program to its end and keeps its output.
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {import('node:child_process').SpawnOptions & { onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string }>} output is stdout and stderr together
 */
export async function capture(command, parameters, { onLine, ...options } = {}) {
  const child = start(command, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let rest = '';
  /** @param {string} chunk */
  const collect = (chunk) => {
    output += chunk;
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (onLine) lines.forEach(onLine);
  };
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', collect);
  const code = await ended(child);
  return { code, output };
}

/**
 * Runs a program quietly; its output is shown only if it fails.
 * @param {string} purpose what failed then, as the beginning of a sentence
 * @param {string} command
 * @param {readonly string[]} parameters
 * @param {import('node:child_process').SpawnOptions} [options]
 * @throws {Failure}
 */
export async function runQuietly(purpose, command, parameters, options) {
  const { code, output } = await capture(command, parameters, options);
  if (code !== 0) throw new Failure(`${output.trim()}\n\n${purpose} failed: ${[command, ...parameters].join(' ')}`);
}

/**
 * Asks a program to end, and ends it (with all that it started, if it is detached) when it takes longer than it may.
 * @param {import('node:child_process').ChildProcess} child
 * @param {boolean} [byCtrlC] whether a person asked for it at the terminal
 */
export function end(child, byCtrlC = false) {
  const { patienceMs, knowsCtrlC } = running.get(child) ?? { patienceMs: PATIENCE_MS, knowsCtrlC: false };
  child.kill(byCtrlC && knowsCtrlC ? 'SIGINT' : 'SIGTERM');
  if (patienceMs === Infinity) return;
  const last = setTimeout(() => kill(child), patienceMs);
  child.once('exit', () => clearTimeout(last));
}

/**
 * From here on SIGINT, SIGTERM, SIGHUP and the death of the program that started us end what we started, then us.
 * @param {number | undefined} exitCode of a command that is meant to be ended this way; others end as if by the signal
 */
export function endWithUs(exitCode) {
  const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
  for (const [signal, code] of Object.entries(signalCodes)) {
    process.on(signal, () => endEverything(exitCode ?? code, signal === 'SIGINT'));
  }
  watchParent(() => endEverything(exitCode ?? signalCodes.SIGHUP));
}

/**
 * Leaves it to a program that is this very command, continued, to end everything.
 * @param {import('node:child_process').ChildProcess} child
 */
export function leaveEndingTo(child) {
  for (const signal of /** @type {const} */ (['SIGHUP', 'SIGINT', 'SIGTERM'])) {
    process.on(signal, () => child.kill(signal));
  }
  watchParent(() => child.kill('SIGTERM'));
}

/**
 * Ends everything that still runs, then this command.
 * @param {number} exitCode
 * @param {boolean} [byCtrlC] whether a person asked for it at the terminal
 */
export function endEverything(exitCode, byCtrlC = false) {
  if (endingSince !== undefined) {
    if (Date.now() - endingSince > SECOND_REQUEST_MS) [...running.keys()].forEach(kill);
    return;
  }
  endingSince = Date.now();
  const children = [...running.keys()];
  const exits = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  children.forEach((child) => end(child, byCtrlC));
  void Promise.all(exits).then(() => process.exit(exitCode));
}

/** @param {() => void} onDeath */
function watchParent(onDeath) {
  if (process.send) {
    process.once('disconnect', onDeath);
    process.channel?.unref();
  } else if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid !== parent && onDeath(), PARENT_CHECK_MS).unref();
  }
}

/** @param {import('node:child_process').ChildProcess} child */
function kill(child) {
  if (!signalGroup(child, 'SIGKILL')) child.kill('SIGKILL');
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 * @returns {boolean} whether the child leads a process group in which something still runs
 */
function signalGroup(child, signal) {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
