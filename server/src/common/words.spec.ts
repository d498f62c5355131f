import { describe, expect, it } from '@jest/globals';
import { limits } from '@minimeet/protocol';
import fc from 'fast-check';
import { wordsToFind, wordsToKeep } from './words.js';

const finds = (search: string, text: string) => {
  const kept = wordsToKeep(text);
  const wanted = wordsToFind(search);

  return wanted.length > 0 && wanted.every((word) => kept.includes(word));
};

describe('the words of a text', () => {
  it.each([
    ['capitals', 'HELLO', 'well, hello!'],
    ['accents', 'cafe', 'Im Café um acht'],
    ['accents that were typed', 'café', 'cafe'],
    ['the German ß', 'STRASSE', 'Straße'],
    ['Greek, where the last letter looks different', 'ΟΔΟΣ', 'οδός'],
    ['parts of an address', 'example', 'see https://meet.example.org/r/baku'],
    ['apostrophes', "don't", 'I don’t know'],
    ['numbers', '2026', 'on 2026-11-24'],
    ['Hangul', '회의', '내일 회의 시작'],
    ['Chinese in the middle of a sentence', '会议', '我们明天开会议吧'],
    ['one Chinese character', '会', '我们明天开会议吧'],
    ['Japanese', 'ミーティング', '明日のミーティングは'],
    ['Latin beside Chinese', 'sfu', '用SFU转发'],
    ['a pictograph', '👍', 'fine 👍'],
  ])('match with %s', (_what, search, text) => {
    expect(finds(search, text)).toBe(true);
  });

  it.each([
    ['a part of a word', 'ell', 'hello'],
    ['one word of two', 'hello world', 'hello'],
    ['characters that are not neighbours', '会明', '我们明天开会议吧'],
    ['punctuation', '"*:^-()', 'hello'],
  ])('do not match with %s', (_what, search, text) => {
    expect(finds(search, text)).toBe(false);
  });

  it('are looked for by the eight longest', () => {
    const text = 'a an ant iron inert insect awaited incident attention acceptable';

    expect(wordsToFind(text)).toEqual(text.split(' ').slice(2).reverse());
    expect(finds(`${text} zoo`, 'awaited incident attention acceptable insect inert iron ant')).toBe(true);
  });

  it('are so many of a long text and not more, those of its beginning', () => {
    const chinese = Array.from({ length: 4000 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('');
    const latin = Array.from({ length: 600 }, (_, index) => `w${index}`).join(' ');

    expect(wordsToKeep(chinese)).toHaveLength(limits.messageWords);
    expect(finds(chinese.slice(200, 204), chinese)).toBe(true);
    expect(wordsToKeep(latin)).toEqual(latin.split(' ').slice(0, limits.messageWords));
  });

  it('are few steps to find in any text of a message, also where a letter has thousands of marks or is many in another form', () => {
    const workOf = (text: string) => {
      const times = Array.from({ length: 5 }, () => {
        const began = performance.now();
        wordsToKeep(text);
        return performance.now() - began;
      });
      return Math.min(...times);
    };
    const usual = workOf('\u4e00'.repeat(limits.messageText));
    expect(workOf(`a${'\u0316\u0301'.repeat(limits.messageText / 2)}`)).toBeLessThan(Math.max(1, usual) * 20);
    expect(workOf('\ufdfa'.repeat(limits.messageText))).toBeLessThan(Math.max(1, usual) * 20);
    expect(wordsToKeep(`${'\uac01'.repeat(limits.messageText - 4)} end`)).toContain('end');
  });

  it('are found by each of them and by all of them, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const kept = wordsToKeep(text);
        expect(wordsToFind(text).every((word) => kept.includes(word))).toBe(true);
        expect(kept).toEqual([...new Set(kept)]);
        expect(kept.every((word) => word.length > 0)).toBe(true);
      }),
    );
  });
});
