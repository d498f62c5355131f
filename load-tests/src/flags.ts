/** What a load test is told on the command line. */
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** A whole number in a flag. */
export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(z.int().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));
}

/** Its message is all that there is to say: where in the code it came from helps nobody. */
export class Failure extends Error {}

/** Says what is wrong with the flags, or, where somebody asked for it, which there are. */
export class UsageError extends Failure {
  constructor(
    message: string,
    readonly asked: boolean,
  ) {
    super(message);
  }
}

/**
 * @param shape of each flag; those that are `z.boolean()` take no value
 * @throws UsageError
 */
export function readFlags<Shape extends z.ZodRawShape>(
  parameters: readonly string[],
  shape: Shape,
  usage: string,
): z.output<z.ZodObject<Shape>> {
  const options = Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      { type: schema instanceof z.ZodDefault && schema.def.defaultValue === false ? 'boolean' : 'string' } as const,
    ]),
  );
  let values: object;

  try {
    ({ values } = parseArgs({ args: [...parameters], options: { ...options, help: { type: 'boolean' } } }));
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`, false);
  }

  if ('help' in values) {
    throw new UsageError(usage, true);
  }

  const { success, data, error } = z.object(shape).safeParse(values);

  if (!success) {
    const faults = error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`);
    throw new UsageError(`${faults.join('\n')}\n\n${usage}`, false);
  }

  return data;
}

/**
 * Before hours go into what is to be written there. What is in the files stays.
 *
 * @param files by the names of their flags
 * @throws UsageError
 */
export async function assertWritable(files: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [flag, file] of Object.entries(files)) {
    if (file !== undefined) {
      const handle = await open(file, 'a').catch(({ message }: Error) => {
        throw new UsageError(`--${flag} ${file} cannot be written: ${message}`, false);
      });
      await handle.close();
    }
  }
}

/** Runs a command to its end: what it throws goes to standard error. The exit code is 0 where it returns true. */
export async function runCommand(command: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await command()) ? 0 : 1;
  } catch (error) {
    const asked = error instanceof UsageError && error.asked;
    const text = error instanceof Failure ? error.message : String((error as Error).stack ?? error);
    (asked ? process.stdout : process.stderr).write(`${text}\n`);
    process.exitCode = asked ? 0 : 1;
  }
}
