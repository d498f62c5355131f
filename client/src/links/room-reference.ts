/** Reading the room out of what people paste or type: a whole link, or only its code. */
import { serverUrl } from './base-path';

const groups = /^([a-z]{4})([a-z]{4})([a-z]{4})$/;

/** The path of a room's page, below that of the server. */
export const roomPath = (slug: string) => `/r/${slug}`;

/** The link to hand to others. */
export const roomLink = (slug: string, server = serverUrl()) => `${server}${roomPath(slug)}`;

/**
 * The slug (`baku-rimo-tefa`) that a link or code names, or `null` when it names none. Case, spaces, and which dashes or
 * other separators stand between the letters do not matter; in a link, what follows the slug does not matter either.
 */
export function slugOf(text: string): string | null {
  // The server may be below a path that looks like a room's.
  const inLinks = [...text.matchAll(/\/r(?=\/([^/?#]+))/gi)].map(([, code = '']) => decodeLeniently(code));
  const codes = inLinks.length > 0 ? inLinks : [text];
  return codes.map(slugOfCode).find((slug) => slug !== null) ?? null;
}

function slugOfCode(code: string): string | null {
  const letters = code.toLowerCase().replace(/[\s\p{Pd}_.,]+/gu, '');
  const match = groups.exec(letters);
  return match ? `${match[1]}-${match[2]}-${match[3]}` : null;
}

/** A pasted link may end within a percent sequence. */
function decodeLeniently(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
