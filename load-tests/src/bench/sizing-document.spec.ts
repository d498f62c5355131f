import { describe, expect, it } from '@jest/globals';
import { shortReport, withSection } from './sizing-document.js';

const document = 'Before.\n\n<!-- bench one begin -->\nold\n<!-- bench one end -->\n\nAfter, $1.\n';

describe('the page of figures', () => {
  it('gets a new section and keeps what is around it', () => {
    const once = withSection(document, 'one', 'new, $&');
    expect(once).toBe('Before.\n\n<!-- bench one begin -->\n\nnew, $&\n\n<!-- bench one end -->\n\nAfter, $1.\n');
    expect(withSection(once, 'one', 'new, $&')).toBe(once);
  });

  it('is not written where it has no place for a benchmark', () => {
    expect(() => withSection(document, 'two', 'new')).toThrow('no marks for two');
  });
});

it('a short run says that its figures mean nothing, and prints none in bold', () => {
  const text = shortReport('**12 streams** in all\n\nAt 70 % of a core: **303 streams, 9 packets/s**');

  expect(text).toMatch(/^A short run: these figures mean nothing\./);
  expect(text).not.toContain('**');
  expect(text).toContain('303 streams');
});
