/** Where a meeting is that this page cannot reach, as a page that was loaded before the other server started must not. */
import type { MeetingError } from '@minimeet/sdk';
import { withToken } from './join-token';
import { parseUrl } from './parse-url';

/**
 * The same page on the server that hosts the meeting; `undefined` where the error names none.
 *
 * @param page this page's path below that of the server, query included
 * @param token of the personal link that led here: without it, nobody who was sent comes in there
 */
export function pageElsewhere(
  error: Pick<MeetingError, 'code' | 'server'>,
  page: string,
  token: string | null,
): string | undefined {
  const url = error.code === 'meeting_elsewhere' ? error.server?.url : undefined;
  const address = url ? parseUrl(url) : null;
  if (!address || !/^https?:$/.test(address.protocol)) return undefined;
  const server = address.origin + address.pathname.replace(/\/+$/, '');
  return new URL(server + page + withToken(token)).href;
}
