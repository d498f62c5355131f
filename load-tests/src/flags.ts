/** What a load test is told on the command line. */
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

/** Says what is wrong with the flags, or, where somebody asked for it, which there are. */
export class UsageError extends Error {
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

/** Runs a command to its end: what it throws goes to standard error. The exit code is 0 where it returns true. */
export async function runCommand(command: () => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await command()) ? 0 : 1;
  } catch (error) {
    const asked = error instanceof UsageError && error.asked;
    const text = error instanceof UsageError ? error.message : String((error as Error).stack ?? error);
    (asked ? process.stdout : process.stderr).write(`${text}\n`);
    process.exitCode = asked ? 0 : 1;
  }
}
