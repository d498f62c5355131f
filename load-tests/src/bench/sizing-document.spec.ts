import { describe, expect, it } from '@jest/globals';
import { withSection } from './sizing-document.js';

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
