import { describe, expect, it } from '@jest/globals';
import { limits } from '@minimeet/protocol';
import { distinctName } from './distinct-name.js';

describe('a name in a meeting', () => {
  it('stays as it is where nobody else has it', () => {
    expect(distinctName('Ana', ['Bob', 'Anna'])).toBe('Ana');
  });

  it('has a number where somebody has it, the first that is free', () => {
    expect(distinctName('Ana', ['Ana'])).toBe('Ana (2)');
    expect(distinctName('Ana', ['Ana', 'Ana (2)', 'Ana (4)'])).toBe('Ana (3)');
    expect(distinctName('Ana (2)', ['Ana', 'Ana (2)'])).toBe('Ana (2) (2)');
  });

  it.each(['ANA', 'Aná', 'A na', 'An\u200da', 'Ａｎａ'])('has one where it looks like another: %s', (name) => {
    expect(distinctName(name, ['Ana'])).toBe(`${name} (2)`);
  });

  it('is no longer than a name may be', () => {
    const long = `${'x'.repeat(limits.username - 1)}x`;
    const pictures = '😀'.repeat(limits.username / 2);

    expect(distinctName(long, [long])).toHaveLength(limits.username);
    // No half of a pair: it would become another character on the way.
    expect(Buffer.from(distinctName(pictures, [pictures])).toString()).toBe(distinctName(pictures, [pictures]));
    expect(distinctName(pictures, [pictures]).length).toBeLessThanOrEqual(limits.username);
  });
});
