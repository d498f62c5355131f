/** What the npm commands of package.json call: `node scripts/run.mjs <command>`. Runs on any Node since 18, with nothing installed. */
import { continueOnWantedNode, isNodeWanted, putNodeFirstOnPath } from './lib/node.mjs';
import { endEverything, isEnding } from './lib/processes.mjs';
import { Failure } from './lib/say.mjs';

const COMMANDS = [
  'start',
  'dev',
  'build',
  'typecheck',
  'lint',
  'format',
  'test',
  'test-stores',
  'fuzz',
  'seed-analytics',
  'screenshots',
  'bench',
  'record-bot-media',
  'load',
  'load-soak',
  'licences',
];

try {
  process.exitCode = await run(process.argv[2] ?? '');
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  if (!isEnding()) console.error(`\n${error.message}`);
  endEverything(1);
}

/** @param {string} name */
async function run(name) {
  if (!COMMANDS.includes(name)) throw new Failure(`Usage: node scripts/run.mjs ${COMMANDS.join('|')}`);
  if (!isNodeWanted()) return continueOnWantedNode();
  putNodeFirstOnPath();
  const { default: command } = await import(`./commands/${name}.mjs`);
  return command(process.argv.slice(3));
}
