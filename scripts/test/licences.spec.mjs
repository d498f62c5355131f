/** The licences of what is run and shipped. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installedLicences } from '../commands/licences.mjs';
import { licencesDocument, licencesIn, unreadLicences } from '../lib/licences.mjs';
import { ROOT } from '../lib/paths.mjs';

describe('the licences of packages', () => {
  it('are read from the lock file, those of tools left out, and where it has none from the package', () => {
    const packages = {
      '': { license: 'MIT' },
      'node_modules/one': { license: 'ISC' },
      'node_modules/tool': { license: 'MIT', dev: true },
      'node_modules/@minimeet/server': { link: true },
      'node_modules/one/node_modules/old': {},
    };

    expect(licencesIn({ packages }, () => ({ licenses: [{ type: 'MIT' }] }))).toEqual([
      { name: 'old', licence: 'MIT' },
      { name: 'one', licence: 'ISC' },
    ]);
  });

  it('have to be read by a person where they ask for more than notices', () => {
    const licensed = [
      { name: 'copyleft', licence: 'AGPL-3.0-only' },
      { name: 'both', licence: 'MIT AND GPL-3.0-only' },
      { name: 'either', licence: '(MIT OR GPL-3.0-only)' },
      { name: 'none', licence: 'none named' },
      { name: 'free', licence: 'MIT' },
    ];

    expect(unreadLicences(licensed)).toEqual([
      'copyleft: AGPL-3.0-only',
      'both: MIT AND GPL-3.0-only',
      'none: none named',
    ]);
  });
});

describe('docs/licences.md', () => {
  it('is what npm run licences writes, and all in it have been read', () => {
    const licensed = installedLicences();

    expect(unreadLicences(licensed)).toEqual([]);
    expect(readFileSync(path.join(ROOT, 'docs', 'licences.md'), 'utf8')).toBe(licencesDocument(licensed));
  });
});
