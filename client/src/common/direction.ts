/** Texts in whatever script within others, where there is no element around them: labels, notices, titles. */

/** What says to the letters after it which way to go. */
const directions = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
/** Any letter of a script that is written from right to left. */
const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}]/u;

/** Without what could turn round the words that stand beside the text. */
export function withoutDirections(text: string): string {
  return text.replace(directions, '');
}

/**
 * A name in a sentence of the page. One that has letters from right to left is set apart by Unicode's isolates (UAX #9),
 * so that the sentence around it keeps its order; others stay as they are.
 */
export function isolated(text: string): string {
  const plain = withoutDirections(text);
  return rightToLeft.test(plain) ? `\u2068${plain}\u2069` : plain;
}
