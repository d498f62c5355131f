import { describe, expect, it } from '@jest/globals';
import { isolated, withoutDirections } from './direction';

describe('a name in a sentence', () => {
  it('is set apart where it is written from right to left, also in part', () => {
    expect(isolated('דנה')).toBe('\u2068דנה\u2069');
    expect(isolated('Dana דנה')).toBe('\u2068Dana דנה\u2069');
    expect(isolated('ليلى.')).toBe('\u2068ليلى.\u2069');
  });

  it('stays as it is otherwise', () => {
    expect(isolated('Zoë 2 山田')).toBe('Zoë 2 山田');
  });

  it('cannot end what sets it apart, nor turn round what follows', () => {
    expect(isolated('דנה\u2069\u202e')).toBe('\u2068דנה\u2069');
    expect(isolated('Bob\u202e')).toBe('Bob');
    expect(withoutDirections('a\u200fb\u202dc')).toBe('abc');
  });
});
