/** The join token of a personal link: in its fragment, which browsers send to no server and put into no log. */

/** The token in `#token=…`; `null` where there is none. */
export function tokenIn(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') || null;
}
