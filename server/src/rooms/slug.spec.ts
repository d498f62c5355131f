import { describe, expect, it } from '@jest/globals';
import { slugSchema } from '@minimeet/protocol';
import { randomSlug } from './slug.js';

describe('a random slug', () => {
  const slugs = Array.from({ length: 1000 }, randomSlug);

  it('has the shape that links must have', () => {
    expect(slugs.filter((slug) => !slugSchema.safeParse(slug).success)).toEqual([]);
  });

  it('can be spoken: consonants and vowels take turns', () => {
    expect(slugs.filter((slug) => !/^([^aeiou-][aeiou]){2}(-([^aeiou-][aeiou]){2}){2}$/.test(slug))).toEqual([]);
  });

  it('is another one each time', () => {
    expect(new Set(slugs).size).toBe(slugs.length);
  });
});
