import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isInRange } from '../lib/versions.mjs';

const read = (file) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));
const { engines } = read('package.json');

describe('the Node that package.json asks for', () => {
  it.each(['22.22.0', '22.22.1', '22.23.0', '24.11.0', '24.12.3', '25.0.0', '26.1.0'])('can be %s', (version) => {
    expect(isInRange(version, engines.node)).toBe(true);
  });

  it.each(['18.20.8', '20.19.5', '22.0.0', '22.21.9', '23.11.1', '24.0.0', '24.10.9'])('cannot be %s', (version) => {
    expect(isInRange(version, engines.node)).toBe(false);
  });

  it('suits every library that says so in the same words', () => {
    const asked = Object.values(read('package-lock.json').packages).map((library) => library.engines?.node ?? '');
    const understood = asked.filter((range) => /^(\^|>=)\d+\.\d+\.\d+( \|\| (\^|>=)\d+\.\d+\.\d+)*$/.test(range));

    for (const version of ['22.22.0', '24.11.0']) {
      expect(understood.filter((range) => !isInRange(version, range))).toEqual([]);
    }
    expect(understood.length).toBeGreaterThan(50);
  });
});
