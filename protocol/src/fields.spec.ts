import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emailSchema, roomNameSchema, roomReferenceSchema, slugSchema, usernameSchema } from './fields.js';
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
    for (const character of ['\n', '\u0000', '\u2028', '\ud800']) {
      expect(usernameSchema.safeParse(`Ada${character}Bob`).success).toBe(false);
    }

    for (const character of [
      '\u202e',
      '\u2066',
      '\u200b',
      '\u200e',
      '\u00ad',
      '\u3164',
      '\u{e0041}',
      '\ufeff',
      '\u200d',
    ]) {
      expect(usernameSchema.parse(`Ada${character}Bob${character}`)).toBe('AdaBob');
    }
  });

  it('has something to see', () => {
    const invisible = [
      '\u200b',
      '\u2800',
      '\u3164',
      '\u00ad',
      '\u115f',
      '\uffa0',
      '\u180e',
      '\u2060',
      '\u202e',
      '\u{e0041}',
    ];

    for (const name of [...invisible, invisible.join(' '), '\u0301\u0302', '\ufe0f', '\u200d', '\u2800 \u2800']) {
      for (const schema of [usernameSchema, roomNameSchema]) {
        expect(schema.safeParse(name).success).toBe(false);
      }
    }
  });

  it('keeps what is invisible by itself where it belongs to what can be seen', () => {
    for (const name of ['👩‍🚀', '❤️', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'می‌خواهم', 'क्‍ष', '1️⃣', '👍🏽', '🇩🇪', '.']) {
      expect(usernameSchema.parse(name)).toBe(name.normalize('NFKC'));
    }
  });

  it('is the same with other spaces, and has no tower of accents', () => {
    expect(usernameSchema.parse('Ana\u00a0\u2003 \u2800B')).toBe('Ana B');
    expect(usernameSchema.parse(`x${'\u0336'.repeat(40)}`)).toBe(`x${'\u0336'.repeat(4)}`);
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

describe('a text that is far too long', () => {
  /** The least of several times, so that nothing else of the machine is in it. */
  const workOf = (schema: { safeParse(value: unknown): { success: boolean } }, text: string) => {
    const times = Array.from({ length: 5 }, () => {
      const began = performance.now();
      expect(schema.safeParse(text).success).toBe(false);
      return performance.now() - began;
    });
    return Math.min(...times);
  };

  it.each([
    ['a name', usernameSchema],
    ['an e-mail address', emailSchema],
  ])(
    'costs %s no more than letters do, with marks on marks or with letters that are many in another form',
    (_, schema) => {
      const letters = workOf(schema, 'x'.repeat(60_000));
      for (const hostile of [`a${'\u0316\u0301'.repeat(15_000)}`, '\ufdfa'.repeat(20_000)]) {
        expect(workOf(schema, hostile)).toBeLessThan(Math.max(1, letters) * 50);
      }
    },
  );

  it('is told the length that it may have', () => {
    const { issues } = usernameSchema.safeParse('x'.repeat(60_000)).error!;
    expect(issues.map(({ message }) => message)).toEqual([
      usernameSchema.safeParse('x'.repeat(65)).error!.issues[0]!.message,
    ]);
  });
});
