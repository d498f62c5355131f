/** Who may read the metrics. They name nobody, but tell how much goes on here, which is nobody's business. */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIPv6 } from 'node:net';
import { isSameSecret } from './is-same-secret.js';

/** `hidden`: as though there were nothing. */
export type Verdict = 'allowed' | 'unauthorized' | 'hidden';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** What proxies leave on what they pass on (RFC 7239, RFC 9110, and custom). */
const marksOfProxies = /^(forwarded|via|x-real-ip|x-forwarded-.+)$/;

/**
 * Whoever has the token, where there is one. Otherwise, on the port that everybody reaches, only programs of this machine: not a proxy
 * on it, which speaks for strangers, and not a page whose own name was made to lead here.
 */
export function verdictOnPublicPort(request: IncomingMessage, token: string | undefined): Verdict {
  if (token !== undefined) {
    return verdictOnToken(request, token);
  }

  return isLoopback(request.socket.remoteAddress) && isAskedByLoopbackName(request) && !cameThroughProxy(request)
    ? 'allowed'
    : 'hidden';
}

/** On a port of its own: whoever reaches it, unless there is a token. */
export function verdictOnOwnPort(request: IncomingMessage, token: string | undefined): Verdict {
  return token === undefined ? 'allowed' : verdictOnToken(request, token);
}

function verdictOnToken({ headers }: IncomingMessage, token: string): Verdict {
  const given = /^bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';

  return isSameSecret(given, token) ? 'allowed' : 'unauthorized';
}

function isLoopback(address = ''): boolean {
  // As a socket that takes both versions tells of IPv4 (RFC 4291, section 2.5.5.2).
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');

  return plain !== '' && loopback.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
}

function isAskedByLoopbackName({ headers: { host = '' } }: IncomingMessage): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.+)\]$/, '$1');

  return name === 'localhost' || isLoopback(name);
}

function cameThroughProxy({ headers }: IncomingMessage): boolean {
  return Object.keys(headers).some((name) => marksOfProxies.test(name));
}
