/** The join token of a personal link: in its fragment, which browsers send to no server and put into no log. */

/** The token in `#token=…`; `null` where there is none. */
export function tokenIn(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') || null;
}

/** The fragment that has the token; empty where there is none. */
export const withToken = (token: string | null): string => (token === null ? '' : `#${new URLSearchParams({ token })}`);
