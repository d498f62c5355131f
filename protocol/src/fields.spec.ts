import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emailSchema, roomReferenceSchema, slugSchema, usernameSchema } from './fields.js';
import { limits } from './limits.js';

describe('a name', () => {
  it('is trimmed, and must be there', () => {
    expect(usernameSchema.parse('  Ada ')).toBe('Ada');
    expect(usernameSchema.safeParse('   ').success).toBe(false);
  });

  it('may be written in any script, up to its length', () => {
    for (const name of ['李小龍', 'Zoë', 'עדה', '👩‍🚀', 'x'.repeat(limits.username)]) {
      expect(usernameSchema.parse(name)).toBe(name);
    }

    expect(usernameSchema.safeParse('x'.repeat(limits.username + 1)).success).toBe(false);
  });

  it('has no characters that could disguise another name', () => {
    for (const character of ['\n', '\u0000', '\u202e', '\u2066', '\u2028']) {
      expect(usernameSchema.safeParse(`Ada${character}Bob`).success).toBe(false);
    }
  });
});

describe('an e-mail address', () => {
  it('is the same in capitals and with spaces around', () => {
    expect(emailSchema.parse(' Ada@Example.ORG ')).toBe('ada@example.org');
    expect(emailSchema.safeParse('ada at example.org').success).toBe(false);
  });
});

describe('a room reference', () => {
  it('is an id or a slug, in capitals too', () => {
    expect(slugSchema.parse(' BAKU-rimo-Tefa ')).toBe('baku-rimo-tefa');
    expect(roomReferenceSchema.parse('6a1c1a6e-93a5-4d39-8d8c-6f9c0b7a8f00')).toBe(
      '6a1c1a6e-93a5-4d39-8d8c-6f9c0b7a8f00',
    );
  });

  it('is nothing else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { success } = roomReferenceSchema.safeParse(text);
        expect(success).toBe(/^[a-z]{4}-[a-z]{4}-[a-z]{4}$/i.test(text.trim()) || /^[0-9a-f-]{36}$/i.test(text));
      }),
    );
  });
});
