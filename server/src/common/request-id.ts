/** The id that connects the lines of one request, here and at the proxy in front. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const HEADER = 'X-Request-Id';

/** What a proxy may send; anything else would be a way to write into the log. */
const acceptable = /^[\w.:=+/@-]{1,64}$/;

/** The id that came with the request, where it is one, else another; the answer bears it as well. */
export function requestIdOf({ headers }: IncomingMessage, response: ServerResponse): string {
  const sent = headers['x-request-id'];
  const id = typeof sent === 'string' && acceptable.test(sent) ? sent : randomUUID();
  response.setHeader(HEADER, id);

  return id;
}
