/** Finding web addresses in a message, so that they can be clicked. */
import { parseUrl } from '../links/parse-url';

export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

// What turns the direction of letters round is no part of an address: it would be shown as another one.
const candidate = /\b(?:https?:\/\/|www\.)[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]+/giu;
const closing = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);
const sentenceEnd = new Set('.,;:!?…*_~');

/** Characters. Browsers cut longer addresses, and what takes a host name apart is not linear in its length. */
const longest = { address: 2048, host: 253 };

/**
 * Splits a message into plain text and links, in order and without losing a character. Only `http` and `https` addresses
 * become links, so that no message can run a script; punctuation that belongs to the sentence stays outside.
 *
 * Takes time in proportion to the message, whatever it consists of: people choose what others have to render.
 */
export function linkify(message: string): TextPart[] {
  const parts: TextPart[] = [];
  let plain = '';
  let position = 0;
  for (const match of message.matchAll(candidate)) {
    const text = withoutSentenceEnd(match[0]);
    const href = webAddress(text);
    if (!href) continue;
    plain += message.slice(position, match.index);
    if (plain) parts.push({ kind: 'text', text: plain });
    plain = '';
    parts.push({ kind: 'link', text, href });
    position = match.index + text.length;
  }
  plain += message.slice(position);
  if (plain) parts.push({ kind: 'text', text: plain });
  return parts;
}

/** Without trailing punctuation, and without closing brackets that were not opened within the address. */
function withoutSentenceEnd(text: string): string {
  const surplus = surplusOf(text);
  let end = text.length;
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    const more = surplus.get(last);
    if (more === undefined ? !sentenceEnd.has(last) : more <= 0) break;
    if (more !== undefined) surplus.set(last, more - 1);
  }
  return text.slice(0, end);
}

/** For each closing bracket, how many more there are of it than of what opens it. */
function surplusOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return new Map([...closing].map(([close, open]) => [close, (counts.get(close) ?? 0) - (counts.get(open) ?? 0)]));
}

function webAddress(text: string): string | null {
  const address = /^www\./i.test(text) ? `https://${text}` : text;
  const host = /^https?:\/\/([^/?#]*)/i.exec(address)?.[1];
  if (!host || host.length > longest.host || address.length > longest.address) return null;
  const url = parseUrl(address);
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== 'www.';
  return isWeb ? url.href : null;
}
