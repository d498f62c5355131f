/** Reads what another process wrote, which may be of another version. */
import type { z } from 'zod';

/** @returns what the text says; `undefined` where it is no JSON, or not of this shape */
export function fromJson<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
