/** What can be seen of a text: names that look the same are to be the same, and one of which nothing can be seen is none. */

/** Scripts in which letters join or stay apart by an invisible character between them. */
const JOINING = String.raw`\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{sc=Nko}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}`;

/**
 * What belongs to something visible although it cannot be seen itself, and then what cannot be seen at all: Unicode's
 * default-ignorable characters (https://unicode.org/reports/tr44/#Default_Ignorable_Code_Point) and those that turn the direction of
 * writing. First the flags of England, Scotland and Wales, then joiners and variation selectors behind what they change.
 */
const INVISIBLE = new RegExp(
  String.raw`(\u{1f3f4}[\u{e0030}-\u{e007a}]{2,6}\u{e007f}|[\p{Extended_Pictographic}\p{EMod}\p{RI}#*0-9][\ufe0e\ufe0f]?\u200d?|[${JOINING}][\u200c\u200d]?)|[\p{DI}\p{Bidi_C}\ufff9-\ufffb]`,
  'gu',
);

/** The braille pattern without dots is a space that calls itself a symbol. */
const SPACES = /[\s\u2800]+/gu;

/** More accents on one letter than any language has are there to cover the lines above and below. */
const PILED_UP = /(\p{M}{4})\p{M}+/gu;

/** Takes away what cannot be seen, writes every space as one, and leaves the control characters of lines to whoever refuses them. */
export function withoutInvisible(text: string): string {
  return text
    .replace(INVISIBLE, '$1')
    .replace(PILED_UP, '$1')
    .replace(SPACES, (spaces) => (/[\n\r\t\v\f\u2028\u2029]/u.test(spaces) ? spaces : ' '));
}

/** Whether there is a letter, digit, sign or picture in it: accents alone have nothing to stand on. */
export function hasVisible(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replace(/[\p{DI}\u2800]/gu, ''));
}
