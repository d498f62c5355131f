/** `npm run bench`: measures, prints what people read and machines read, and keeps docs/sizing.md true. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { assertWritable, readFlags, runCommand, UsageError } from '../flags.js';
import { benchmarks } from './benchmarks.js';
import { describeMachine, machineLine } from './machine.js';
import { shortReport, withSection } from './sizing-document.js';

const names = benchmarks.map(({ name }) => name);
const document = fileURLToPath(new URL('../../../docs/sizing.md', import.meta.url));

const usage = `Usage: npm run bench -- [${names.join('|')}] [flags]
${benchmarks.map(({ name, question, minutes }) => `  ${name.padEnd(16)} ${question}; ${minutes} min`).join('\n')}

Without a name, all of them, one after the other: ${benchmarks.reduce((sum, { minutes }) => sum + minutes, 0)} minutes on a machine of two cores that has nothing else to do.
  --short          some seconds each: shows that it runs, the figures mean nothing; nothing is written to the documentation
  --json           a file that takes the figures: an object, or, for several benchmarks, an array of them

Writes what was measured to docs/sizing.md. Ends with 1 when something is not as it has to be, or could not be measured.`;

// What runs for it ends with it, and what it keeps is removed at its exit.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

await runCommand(async () => {
  const { named, parameters } = takeNames(process.argv.slice(2));
  const flags = readFlags(parameters, { short: z.boolean().default(false), json: z.string().min(1).optional() }, usage);
  await assertWritable({ json: flags.json });
  const machine = describeMachine();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const all: object[] = [];
  let isRight = true;

  for (const { name, minutes, load } of benchmarks.filter((benchmark) => named.includes(benchmark.name))) {
    say(`\n${name}: ${flags.short ? 'a short one' : `about ${minutes} min`}`);

    try {
      const { run } = await load();
      const { figures, report, faults } = await run({ short: flags.short, say });
      all.push({ name, date: new Date().toISOString(), machine, short: flags.short, ...figures });
      process.stdout.write(`\n${flags.short ? shortReport(report) : report}\n`);
      faults.forEach((fault) => say(`${name}: ${fault}`));
      isRight &&= faults.length === 0;

      if (!flags.short) {
        const text = `${report}\n\n_${new Date().toISOString().slice(0, 10)}, ${machineLine(machine)}._`;
        await writeFile(document, withSection(await readFile(document, 'utf8'), name, text));
      }
    } catch (error) {
      // The others are worth their time all the same.
      say(`${name} could not be measured: ${String((error as Error).stack ?? error)}`);
      isRight = false;
    }

    if (flags.json !== undefined) {
      await writeFile(flags.json, `${JSON.stringify(named.length === 1 ? (all[0] ?? null) : all, null, 2)}\n`);
    }
  }

  return isRight;
});

/** The benchmarks that are named, before or between the flags; all where none is. */
function takeNames(given: readonly string[]): { named: string[]; parameters: string[] } {
  const isName = (word: string, index: number) => !word.startsWith('-') && given[index - 1] !== '--json';
  const named = given.filter(isName);
  const unknown = named.filter((name) => !names.includes(name));

  if (unknown.length > 0) {
    throw new UsageError(`There is no benchmark ${unknown.join(', ')}\n\n${usage}`, false);
  }

  return { named: named.length > 0 ? named : names, parameters: given.filter((word, index) => !isName(word, index)) };
}
