/** Reading the room out of what people paste or type: a whole link, or only its code. */

const groups = /^([a-z]{4})([a-z]{4})([a-z]{4})$/;

/** The path of a room's page. */
export const roomPath = (slug: string) => `/r/${slug}`;

/** The link to hand to others. */
export const roomLink = (slug: string, origin = window.location.origin) => `${origin}${roomPath(slug)}`;

/**
 * The slug (`baku-rimo-tefa`) that a link or code names, or `null` when it names none. Case, spaces, and which dashes or
 * other separators stand between the letters do not matter; in a link, what follows the slug does not matter either.
 */
export function slugOf(text: string): string | null {
  const inLink = /\/r\/([^/?#]+)/i.exec(text)?.[1];
  const code = inLink === undefined ? text : decodeLeniently(inLink);
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
