/** Makes the speakable part of a room's link. */
import { randomInt } from 'node:crypto';

const CONSONANTS = 'bdfgklmnprstvz';
const VOWELS = 'aeiou';

/** Three groups of two syllables, `baku-rimo-tefa`: one of 70⁶, about 10¹¹, so that links cannot be guessed. */
export function randomSlug(): string {
  return Array.from({ length: 3 }, () => syllable() + syllable()).join('-');
}

function syllable(): string {
  return letterOf(CONSONANTS) + letterOf(VOWELS);
}

function letterOf(letters: string): string {
  return letters.charAt(randomInt(letters.length));
}
