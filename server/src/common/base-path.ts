/** The path of PUBLIC_URL: below it are all pages, files, REST routes and sockets, whether or not the proxy in front strips it. */
import type { Request } from 'express';
import type { IncomingMessage, Server } from 'node:http';

/** @returns `/meet` of `https://example.org/meet`; empty where the address has no path */
export function basePathOf(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** @param url path and query of a request. It stays as it is where a proxy has stripped the base path already. */
export function withoutBasePath(url: string, basePath: string): string {
  const rest = basePath !== '' && url.startsWith(basePath) ? url.slice(basePath.length) : null;

  if (rest === null || !/^(?:$|[/?])/.test(rest)) {
    return url;
  }

  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Has every request and upgrade arrive without the base path. Comes after all that listens to the server, as Socket.IO
 * puts itself in front of what it finds.
 */
export function stripBasePath(server: Server, basePath: string): void {
  if (basePath === '') {
    return;
  }

  const strip = (request: IncomingMessage) => void (request.url = withoutBasePath(request.url ?? '/', basePath));
  server.prependListener('request', strip);
  server.prependListener('upgrade', strip);
}

/** The address under which callers reach the server, for links that are handed out: `PUBLIC_URL`, or where the request was sent; without a slash at its end. */
export function serverUrlOf(publicUrl: string | undefined, request: Request): string {
  return (publicUrl ?? `${request.protocol}://${request.headers.host}`).replace(/\/+$/, '');
}
