import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const run = promisify(execFile);

/** Takes a second to end when it is asked to, and says then that it was given the time. */
const slow = `
  process.on('SIGINT', () => { console.log('interrupted'); process.exit(); });
  process.on('SIGTERM', () => setTimeout(() => { console.log('ended by itself'); process.exit(); }, 1000));
  console.log('ready');
  setInterval(() => {}, 1000);`;

/** What a command says that starts a slow program and ends it as soon as that is ready. */
async function saidByCommand(options, ending = 'endEverything(0)') {
  const library = new URL('../lib/processes.mjs', import.meta.url).href;
  const command = `
    const { start, endEverything } = await import(${JSON.stringify(library)});
    const stdio = ['ignore', 'pipe', 'inherit'];
    const child = start(process.execPath, ['-e', ${JSON.stringify(slow)}], { detached: true, stdio, ${options} });
    child.stdout.on('data', (text) => {
      process.stdout.write(text);
      if (String(text).includes('ready')) ${ending};
    });
    child.once('exit', (_, signal) => process.stdout.write(signal + '\\n'));`;
  return (await run(process.execPath, ['--input-type=module', '-e', command])).stdout;
}

describe('a program that a command ends', () => {
  it('is killed when it takes longer than it may', async () => {
    expect(await saidByCommand('patienceMs: 200')).toBe('ready\nSIGKILL\n');
  });

  it('is left to end by itself where it bounds itself', async () => {
    expect(await saidByCommand('patienceMs: Infinity')).toMatch(/ended by itself/);
  });

  it('learns of a Ctrl-C as such where it knows what that is, and otherwise is asked as ever', async () => {
    const byCtrlC = 'endEverything(0, true)';
    expect(await saidByCommand('patienceMs: Infinity, knowsCtrlC: true', byCtrlC)).toMatch(/interrupted/);
    expect(await saidByCommand('patienceMs: Infinity', byCtrlC)).toMatch(/ended by itself/);
    expect(await saidByCommand('patienceMs: Infinity, knowsCtrlC: true')).toMatch(/ended by itself/);
  });
});
