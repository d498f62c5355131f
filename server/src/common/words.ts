/** The words by which a text is found: the same on every database, because none of them is asked to find words by itself. */

/** Accents and points above and below letters, once they are taken apart: Latin, Greek, Cyrillic, Hebrew, Arabic. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
/** A run of letters and digits, or one pictograph. */
const RUNS = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;
/** Scripts that write words without spaces between them. */
const SPACELESS = String.raw`[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}\u30fc]`;
const SPANS = new RegExp(String.raw`${SPACELESS}+|(?:(?!${SPACELESS})[^])+`, 'gu');
const STARTS_SPACELESS = new RegExp(`^${SPACELESS}`, 'u');
/** Words of a search that count. */
const MOST_TO_FIND = 8;
/** Characters of a word that count; who looks for a longer one finds what begins like it. */
const LONGEST = 64;

/**
 * The words of a written text, each once, without capitals and accents. Where words have no spaces between them, as in
 * Chinese, Japanese and Thai, each character and each pair of neighbours is a word: dictionaries would cut the text of a
 * message and the text of a search at different places, and otherwise with each version of theirs.
 */
export function wordsToKeep(text: string): string[] {
  return words(text, (characters) => [...characters, ...pairsOf(characters)]);
}

/**
 * The words that a message must all have to match the text of a search; none when nothing can be looked for. Of many, the
 * longest, which few messages have: looking for more costs the database much and finds hardly less.
 */
export function wordsToFind(text: string): string[] {
  return words(text, (characters) => (characters.length > 1 ? pairsOf(characters) : characters))
    .sort((one, other) => other.length - one.length)
    .slice(0, MOST_TO_FIND);
}

function words(text: string, ofSpaceless: (characters: string[]) => string[]): string[] {
  const found = new Set<string>();

  for (const run of folded(text).match(RUNS) ?? []) {
    for (const span of run.match(SPANS) ?? []) {
      const parts = STARTS_SPACELESS.test(span) ? ofSpaceless([...span]) : [[...span].slice(0, LONGEST).join('')];
      parts.forEach((word) => found.add(word));
    }
  }

  return [...found];
}

/** Upper before lower case, so that ß is ss. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').toUpperCase().toLowerCase().normalize('NFKC');
}

function pairsOf(characters: string[]): string[] {
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}
