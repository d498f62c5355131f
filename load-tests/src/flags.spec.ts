import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { readFlags, UsageError, wholeNumber } from './flags.js';

const shape = { joins: wholeNumber(1, 10).default(5), kill: z.boolean().default(false), json: z.string().optional() };
const read = (...parameters: string[]) => readFlags(parameters, shape, 'how to use it');

describe('flags', () => {
  it('have defaults, and take values', () => {
    expect(read()).toEqual({ joins: 5, kill: false });
    expect(read('--joins', '7', '--kill', '--json=file')).toEqual({ joins: 7, kill: true, json: 'file' });
  });

  it('that are wrong are named, with how to use them', () => {
    expect(() => read('--joins', '11')).toThrow(/--joins must be at most 10\n\nhow to use it/);
    expect(() => read('--joins', 'many')).toThrow(/--joins must be a whole number from 1 to 10/);
    expect(() => read('--jions', '1')).toThrow(/jions.*\n\nhow to use it/s);
  });

  it('are explained to who asks', () => {
    expect(() => read('--help')).toThrow(new UsageError('how to use it', true));
  });
});
