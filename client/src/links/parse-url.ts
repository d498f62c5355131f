/** Reading an address that may be none. Not `URL.parse()` or `URL.canParse()`: browsers of 2023 have neither. */

/** The address; `null` for a text that is none. */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
