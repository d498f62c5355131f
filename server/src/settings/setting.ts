/** What one setting is, and readers for the usual kinds of text. */
import { z } from 'zod';

export interface Setting<Value = unknown> {
  /** As it is written in the environment and in the settings file. */
  readonly name: string;
  /** Reads the text; `undefined` stands for a setting that is left empty. */
  readonly schema: z.ZodType<Value>;
  /** As it would be written; empty where nothing is the default. */
  readonly default: string;
  readonly description: string;
  /** Keeps the value out of fault messages. */
  readonly secret: boolean;
}

export function setting<Value>(
  name: string,
  schema: z.ZodType<Value>,
  defaultText: string,
  description: string,
): Setting<Value> {
  return { name, schema, default: defaultText, description, secret: false };
}

export function secretSetting<Value>(...parameters: Parameters<typeof setting<Value>>): Setting<Value> {
  return { ...setting(...parameters), secret: true };
}

/** Reads text with `read`, which answers `undefined` where the text is wrong. */
export function textThat<Value>(requirement: string, read: (text: string) => Value | undefined): z.ZodType<Value> {
  return z.string({ error: requirement }).transform((text, context) => {
    const value = read(text);
    if (value === undefined) {
      context.addIssue({ code: 'custom', message: requirement });
      return z.NEVER;
    }
    return value;
  });
}

/** Reads text with `read`, which answers what is wrong where something is: `must be …`. */
export function textWith<Value>(read: (text: string) => Value | { fault: string }, missing: string): z.ZodType<Value> {
  return z.string({ error: missing }).transform((text, context) => {
    const value = read(text);
    if (typeof value === 'object' && value !== null && 'fault' in value) {
      context.addIssue({ code: 'custom', message: value.fault });
      return z.NEVER;
    }
    return value;
  });
}

/** Reads a whole number between the bounds, both included. */
export function wholeNumber(min: number, max: number): z.ZodType<number> {
  return textThat(`must be a whole number from ${min} to ${max}`, (text) => {
    const value = Number(text);
    return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
  });
}

/** Reads `true` or `false`, and the other usual words for them. */
export const yesOrNo = textThat('must be true or false', (text) => z.stringbool().safeParse(text).data);

/** Reads one of the words. */
export function oneOf<const Word extends string>(...words: Word[]): z.ZodType<Word> {
  return textThat(`must be one of ${words.join(', ')}`, (text) => words.find((word) => word === text));
}

/** Reads the address of a network interface, or a host name. */
export const hostName = textThat(
  'must be an IP address or a host name',
  (text) => z.union([z.ipv4(), z.ipv6(), z.hostname()]).safeParse(text).data,
);
