import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linkify } from './linkify';

const links = (message: string) => linkify(message).flatMap((part) => (part.kind === 'link' ? [part.text] : []));

describe('linkify', () => {
  it('leaves a message without addresses as it is', () => {
    expect(linkify('see you at 10.30, room 4/5')).toEqual([{ kind: 'text', text: 'see you at 10.30, room 4/5' }]);
  });

  it('splits text and links in order', () => {
    expect(linkify('read https://example.org/a?b=c#d and www.example.net')).toEqual([
      { kind: 'text', text: 'read ' },
      { kind: 'link', text: 'https://example.org/a?b=c#d', href: 'https://example.org/a?b=c#d' },
      { kind: 'text', text: ' and ' },
      { kind: 'link', text: 'www.example.net', href: 'https://www.example.net/' },
    ]);
  });

  it.each([
    ['Go to https://example.org.', 'https://example.org'],
    ['(https://example.org/a)', 'https://example.org/a'],
    ['https://en.wikipedia.org/wiki/Mesh_(network)', 'https://en.wikipedia.org/wiki/Mesh_(network)'],
    ['(see https://en.wikipedia.org/wiki/Mesh_(network))', 'https://en.wikipedia.org/wiki/Mesh_(network)'],
    ['**https://example.org/x**', 'https://example.org/x'],
    ['https://example.org/a,b!', 'https://example.org/a,b'],
    ['HTTPS://EXAMPLE.ORG', 'HTTPS://EXAMPLE.ORG'],
    ['"https://example.org/a"', 'https://example.org/a'],
    ['<https://example.org/a>', 'https://example.org/a'],
  ])('keeps the punctuation of %j outside', (message, link) => {
    expect(links(message)).toEqual([link]);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'https://',
    'http://[',
    'www.',
    'ftp://a.b',
  ])('makes no link of %j', (message) => {
    expect(links(message)).toEqual([]);
  });

  it('ends an address before what would show it from the wrong side', () => {
    expect(links('https://example.org/\u202emoc.knab')).toEqual(['https://example.org/']);
    expect(links('\u2067https://example.org\u2069')).toEqual(['https://example.org']);
  });

  it('loses no character and makes only web links', () => {
    const pieces = fc.constantFrom(
      'https://',
      'http://',
      'www.',
      'a.b',
      '/',
      '?',
      '#',
      '(',
      ')',
      '.',
      ' ',
      '\n',
      'ü',
      'javascript:',
      '"',
      '%',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (words) => {
        const message = words.join('');
        const parts = linkify(message);
        expect(parts.map((part) => part.text).join('')).toBe(message);
        for (const part of parts) if (part.kind === 'link') expect(part.href).toMatch(/^https?:\/\/./);
      }),
    );
  });

  it('takes no longer than in proportion to the message, whatever that consists of', () => {
    const kinds = [
      (length: number) => 'http://a' + ')'.repeat(length),
      (length: number) => 'http://a' + '('.repeat(length),
      (length: number) => 'http://a' + '()'.repeat(length / 2) + ']}'.repeat(length / 2),
      (length: number) => 'http://a' + '.'.repeat(length) + '/',
      (length: number) => 'http://'.repeat(length / 7),
      (length: number) => 'http://a.b,'.repeat(length / 11),
      (length: number) => 'http://a) '.repeat(length / 10),
      (length: number) => 'www.'.repeat(length / 4),
      (length: number) => 'www.a.b '.repeat(length / 8),
      (length: number) => `https://${manyLetters.slice(0, length)}.org`,
      (length: number) => 'https://a.b/' + '\u{1f469}\u200d\u{1f52c}'.repeat(length / 5),
      (length: number) => 'https://a\u0301' + '\u0301'.repeat(length),
      (length: number) => '!?…*_~'.repeat(length / 6),
      (length: number) => `https://${'a.'.repeat(length / 2)}`,
      (length: number) => `https://${'@:'.repeat(length / 2)}`,
      (length: number) => `https://a/${'%'.repeat(length)}`,
      (length: number) => `https://a/${'../'.repeat(length / 3)}`,
    ];
    for (const kind of kinds) {
      const [one, eight] = [kind(8000), kind(64_000)];
      // Quadratic would be sixty-four times, and a minute.
      expect(fastest(() => linkify(eight))).toBeLessThan(24 * fastest(() => linkify(one)) + 300);
    }
  });
});

/** All different, as what takes a host name apart likes least. */
const manyLetters = Array.from({ length: 128_000 }, (_, index) => String.fromCodePoint(0x4e00 + (index % 20_000))).join(
  '',
);

/** Milliseconds of the processor, of the fastest of several runs: what the machine does besides makes the others slower. */
function fastest(work: () => unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const begun = process.cpuUsage();
    work();
    return process.cpuUsage(begun).user / 1000;
  });
  return Math.min(...times);
}
