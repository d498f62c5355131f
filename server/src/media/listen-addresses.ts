/** Which addresses the media ports listen on. What clients are told of them is `announced-addresses.ts`. */
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isWildcard, whyUnreachable } from '../settings/media-addresses.js';

export interface ListenAddress {
  ip: string;
  /** So that `::` leaves IPv4 to a listener of its own. */
  flags?: { ipv6Only: true };
}

/**
 * @param listenAddress some addresses, or `auto`: every IPv4 and IPv6 address of this machine, loopback too, so that a browser on the
 *   same machine and one in the local network both find a candidate that they can reach
 * @param announcedAddress what clients are told; where that is all they are told, `auto` listens on everything
 */
export function listenAddresses(
  {
    listenAddress,
    announcedAddress,
  }: { listenAddress: 'auto' | readonly string[]; announcedAddress?: readonly string[] | undefined },
  interfaces = networkInterfaces(),
): ListenAddress[] {
  if (listenAddress !== 'auto') {
    return listenAddress.map(listener);
  }

  const own = ownAddresses(interfaces);

  if (announcedAddress === undefined) {
    return own.map(listener);
  }

  // The address behind a router or of a container may change.
  return ['0.0.0.0', ...(own.some(isIPv6) ? ['::'] : [])].map(listener);
}

/** Every address of this machine that somebody can reach, loopback first. */
export function ownAddresses(interfaces = networkInterfaces()): string[] {
  const addresses = Object.values(interfaces)
    .flatMap((each) => each ?? [])
    .map(({ address }) => address)
    .filter((address) => whyUnreachable(address) === undefined);

  return [...new Set(['127.0.0.1', ...addresses])];
}

function listener(ip: string): ListenAddress {
  return isWildcard(ip) && isIPv6(ip) ? { ip, flags: { ipv6Only: true } } : { ip };
}
