import { describe, expect, it } from '@jest/globals';
import { avatarColours, colourOf, initialsOf } from './avatar-look';

describe('initialsOf', () => {
  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['Anna Maria van der Berg', 'AB'],
    ['  Grace   Hopper  ', 'GH'],
    ['Łukasz Żak', 'ŁŻ'],
    ['(guest) Mia', 'GM'],
    ['李小龍', '李'],
    ['👩‍🚀 Explorer', '👩‍🚀E'],
    ['Room 12', 'R1'],
    ['---', '?'],
    ['', '?'],
  ])('makes of %j %j', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });
});

describe('colourOf', () => {
  it('stays the same for one person', () => {
    const id = crypto.randomUUID();
    expect(colourOf(id)).toBe(colourOf(id));
  });

  it('uses every colour when there are many people', () => {
    expect(new Set(Array.from({ length: 500 }, () => colourOf(crypto.randomUUID()))).size).toBe(avatarColours.length);
  });

  it('leaves white letters readable on every colour', () => {
    for (const colour of avatarColours) expect(contrastWithWhite(colour)).toBeGreaterThanOrEqual(4.5);
  });
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrastWithWhite(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
