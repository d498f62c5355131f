/** Sees to it that the commands run on a Node that the libraries support: on any other, npm brings Node 24 along. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { npm } from './npm.mjs';
import { PROJECT_CACHE, ROOT } from './paths.mjs';
import { capture, ended, leaveEndingTo, runQuietly, start } from './processes.mjs';
import { Failure, say, step } from './say.mjs';
import { isInRange } from './versions.mjs';

const WANTED_MAJOR = 24;

/** The Node packages of npm are named after the platform; `node@24` itself would need its install script to get them. */
const PACKAGE = `node-${process.platform === 'darwin' && process.arch === 'arm64' ? 'bin-' : ''}${process.platform}-${process.arch}`;

/** @returns {boolean} whether the running Node is one that package.json asks for */
export function isNodeWanted() {
  const { engines } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return isInRange(process.versions.node, engines.node);
}

/** Children find the running Node first, so that `npm`, `npx` and scripts use it too. */
export function putNodeFirstOnPath() {
  const folder = path.dirname(process.execPath);
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  if (folders[0] !== folder) process.env.PATH = [folder, ...folders].join(path.delimiter);
}

/**
 * Runs this same command with Node 24 to its end.
 * @returns {Promise<number>} its exit code
 * @throws {Failure} where npm offers no Node for this machine
 */
export async function continueOnWantedNode() {
  const node = await provideNode();
  const child = start(node, process.argv.slice(1), { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  leaveEndingTo(child);
  return ended(child);
}

async function provideNode() {
  const home = path.join(PROJECT_CACHE, `node${WANTED_MAJOR}`);
  const node = nodeIn(home);
  if (!existsSync(node)) {
    await step(`Node ${process.versions.node} does not suit: getting Node ${WANTED_MAJOR} for this project`, () =>
      fetchNode(home),
    );
  }
  const { code, output } = await capture(node, ['--version']);
  if (code !== 0) {
    throw new Failure(`${node} does not run here (${output.trim()}). Install Node ${WANTED_MAJOR} and try again.`);
  }
  say(`Node ${process.versions.node} does not suit: continuing with Node ${output.trim().slice(1)}`);
  return node;
}

/** @param {string} home */
async function fetchNode(home) {
  const incoming = `${home}.${process.pid}`;
  mkdirSync(incoming, { recursive: true });
  try {
    await runQuietly(
      `Getting Node ${WANTED_MAJOR}`,
      ...npm(['install', '--prefix', incoming, `${PACKAGE}@${WANTED_MAJOR}`]),
      { cwd: incoming },
    );
    if (!existsSync(nodeIn(home))) {
      rmSync(home, { recursive: true, force: true });
      renameSync(incoming, home);
    }
  } finally {
    rmSync(incoming, { recursive: true, force: true });
  }
}

/** @param {string} home */
function nodeIn(home) {
  return path.join(home, 'node_modules', PACKAGE, 'bin', 'node');
}
