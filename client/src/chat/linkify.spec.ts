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
});
