/** Finding web addresses in a message, so that they can be clicked. */
import { parseUrl } from '../links/parse-url';

export type TextPart = { kind: 'text'; text: string } | { kind: 'link'; text: string; href: string };

const candidate = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+/giu;
const closing = new Map([
  [')', '('],
  [']', '['],
  ['}', '{'],
]);

/**
 * Splits a message into plain text and links, in order and without losing a character. Only `http` and `https` addresses
 * become links, so that no message can run a script; punctuation that belongs to the sentence stays outside.
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
  let end = text.length;
  for (; end > 0; end--) {
    const last = text.charAt(end - 1);
    const opening = closing.get(last);
    if (opening) {
      const inside = text.slice(0, end);
      if (inside.split(last).length <= inside.split(opening).length) break;
    } else if (!/[.,;:!?…*_~]/u.test(last)) break;
  }
  return text.slice(0, end);
}

function webAddress(text: string): string | null {
  const url = parseUrl(/^www\./i.test(text) ? `https://${text}` : text);
  const isWeb = url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname !== 'www.';
  return isWeb ? url.href : null;
}
