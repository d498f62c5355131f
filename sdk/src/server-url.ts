/** The address of a server, which may be below a path of its host: `https://example.org/meet`. */

/** The same address without a slash at its end, as browsers write it; `null` where it is none of a server. */
export function serverUrlOf(address: string | null | undefined): string | null {
  try {
    const { protocol, origin, pathname } = new URL(address ?? '');
    return /^https?:$/.test(protocol) ? origin + withoutSlashes(pathname) : null;
  } catch {
    return null;
  }
}

/** The address of one of the server's routes, such as `/auth/guest`. */
export function routeUrl(server: string, path: string): string {
  return (serverUrlOf(server) ?? server) + path;
}

/** Socket.IO takes the path of an address for the name of a namespace, so it has both apart. */
export function socketEndpoint(server: string): { origin: string; path: string } {
  const { origin, pathname } = new URL(server);
  return { origin, path: `${withoutSlashes(pathname)}/socket.io` };
}

function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}
