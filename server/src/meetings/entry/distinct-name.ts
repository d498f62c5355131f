/** Names in one meeting: two people who are called the same are told apart by a number. */
import { limits } from '@minimeet/protocol';

/**
 * The name, or the name with the first free number after it: `Ana (2)`. Names are equal that look equal but for capitals, accents and spaces,
 * so that nobody passes for somebody else who is there.
 *
 * @param taken the names of the others
 */
export function distinctName(name: string, taken: Iterable<string>): string {
  const looks = new Set([...taken].map(lookOf));

  if (!looks.has(lookOf(name))) {
    return name;
  }

  for (let number = 2; ; number += 1) {
    const end = ` (${number})`;
    const numbered = `${cut(name, limits.username - end.length)}${end}`;

    if (!looks.has(lookOf(numbered))) {
      return numbered;
    }
  }
}

function lookOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\p{M}\p{DI}\s]/gu, '')
    .toUpperCase()
    .toLowerCase();
}

/** Never in the middle of a character that has two code units. */
function cut(name: string, most: number): string {
  return name.length <= most ? name : name.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
