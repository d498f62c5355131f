/** Initials and colour that stand for a person whose camera is off. */

/** Where the browser cannot tell what belongs together (Firefox before 125), an emoji made of several becomes its first. */
const graphemes = 'Segmenter' in Intl ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : null;

const signsOf = (word: string): string[] =>
  graphemes ? Array.from(graphemes.segment(word), ({ segment }) => segment) : Array.from(word.normalize('NFC'));

/** The first letters of the first and the last word of a name, in upper case; one letter when there is one word. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}\p{Emoji}]/u.test(word));
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => firstSign(word ?? '')).join('') || '?';
}

/** A word's first letter, digit or emoji, skipping brackets and quotation marks before it. */
function firstSign(word: string): string {
  return (
    signsOf(word)
      .find((sign) => /[\p{L}\p{N}\p{Emoji}]/u.test(sign))
      ?.toLocaleUpperCase() ?? ''
  );
}

/** Dark enough that white letters reach a contrast of 4.5:1 (WCAG 2.2, 1.4.3). */
export const avatarColours = [
  '#0f766e',
  '#1d4ed8',
  '#7c3aed',
  '#be185d',
  '#b45309',
  '#15803d',
  '#b91c1c',
  '#0e7490',
  '#6d28d9',
  '#a21caf',
  '#4d7c0f',
  '#475569',
] as const;

/** Always the same colour for the same id; ids that differ are spread over all colours. */
export function colourOf(id: string): string {
  let hash = 0;
  for (const character of id) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return avatarColours[Math.abs(hash) % avatarColours.length] ?? avatarColours[0];
}
