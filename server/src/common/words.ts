/** The words by which a text is found: the same on every database, because none of them is asked to find words by itself. */
import { limits } from '@minimeet/protocol';

/** Accents and points above and below letters, once they are taken apart: Latin, Greek, Cyrillic, Hebrew, Arabic. */
const MARKS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/gu;
/** Marks on one letter, of which no language needs so many (https://unicode.org/reports/tr15/#Stream_Safe_Text_Format). */
const MORE_MARKS = /(\p{M}{30})\p{M}+/gu;
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
 *
 * At most `limits.messageWords`, the first ones: each is an entry in an index, and 4,000 different characters would be 8,000.
 */
export function wordsToKeep(text: string): string[] {
  return firstOf(words(text, charactersAndPairs), limits.messageWords);
}

/**
 * The words that a message must all have to match the text of a search; none when nothing can be looked for. Of many, the
 * longest, which few messages have: looking for more costs the database much and finds hardly less.
 */
export function wordsToFind(text: string): string[] {
  return firstOf(words(text, pairsOrOne), Infinity)
    .sort((one, other) => other.length - one.length)
    .slice(0, MOST_TO_FIND);
}

/** Each as often as it is there, one after the other: no more are found than are taken. */
function* words(text: string, ofSpaceless: (characters: string[]) => Iterable<string>): Generator<string> {
  for (const [run] of folded(text).matchAll(RUNS)) {
    for (const [span] of run.matchAll(SPANS)) {
      if (STARTS_SPACELESS.test(span)) {
        yield* ofSpaceless([...span]);
      } else {
        // Of two units each at most.
        yield [...span.slice(0, 2 * LONGEST)].slice(0, LONGEST).join('');
      }
    }
  }
}

function firstOf(found: Iterable<string>, most: number): string[] {
  const first = new Set<string>();

  for (const word of found) {
    first.add(word);

    if (first.size === most) {
      break;
    }
  }

  return [...first];
}

/**
 * Upper before lower case, so that ß is ss. Normalizing takes time that grows with the square of the marks on one letter, and makes 18
 * letters of some; of any text that people write, it makes three times as many at most.
 */
function folded(text: string): string {
  const taken = text
    .replace(MORE_MARKS, '$1')
    .normalize('NFKD')
    .slice(0, 3 * limits.messageText);

  return taken.replace(MARKS, '').toUpperCase().toLowerCase().normalize('NFKC');
}

/** In the order of the text, so that of a long one the beginning is found by both. */
function* charactersAndPairs(characters: string[]): Generator<string> {
  for (const [index, character] of characters.entries()) {
    yield character;

    if (index + 1 < characters.length) {
      yield `${character}${characters[index + 1]}`;
    }
  }
}

function pairsOrOne(characters: string[]): string[] {
  return characters.length > 1
    ? characters.slice(1).map((character, index) => `${characters[index]}${character}`)
    : characters;
}
