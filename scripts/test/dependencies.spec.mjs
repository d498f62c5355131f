import { describe, expect, it } from '@jest/globals';
import { missing } from '../lib/dependencies.mjs';

describe('the installed packages', () => {
  const wanted = {
    '': { version: '0.1.0' },
    'node_modules/zod': { version: '4.1.0' },
    'node_modules/built-for-windows': { version: '1.0.0', optional: true },
  };

  it('are complete without the optional packages of other platforms', () => {
    expect(missing(wanted, { 'node_modules/zod': { version: '4.1.0' } })).toEqual([]);
  });

  it('are incomplete when a package is absent or of another version', () => {
    expect(missing(wanted, {})).toEqual(['node_modules/zod']);
    expect(missing(wanted, { 'node_modules/zod': { version: '4.0.0' } })).toEqual(['node_modules/zod']);
  });

  it('are incomplete when an optional package is of another version', () => {
    const installed = {
      'node_modules/zod': { version: '4.1.0' },
      'node_modules/built-for-windows': { version: '0.9.0' },
    };
    expect(missing(wanted, installed)).toEqual(['node_modules/built-for-windows']);
  });
});
