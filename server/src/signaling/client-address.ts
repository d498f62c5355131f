/** From which address somebody comes, behind the proxies whose word counts: for sockets what `request.ip` is for REST. */
import type { IncomingMessage } from 'node:http';
import proxyAddress from 'proxy-addr';
import type { Settings } from '../settings/settings.js';

export function addressReader({ trustedProxies }: Pick<Settings['http'], 'trustedProxies'>) {
  const isTrusted = proxyAddress.compile(trustedProxies);

  return (request: IncomingMessage): string => proxyAddress(request, isTrusted);
}
