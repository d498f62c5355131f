/** Which addresses the media port listens on, and which of them clients are told. */
import { networkInterfaces } from 'node:os';

export interface ListenAddress {
  ip: string;
  /** What clients are told instead of `ip`: an address or a host name. */
  announcedAddress?: string;
}

/**
 * @param listenAddress one address, or `auto`: loopback and every IPv4 address of this host, so that a browser on the
 *   same machine and one on the local network both find a candidate that they can reach
 * @param announcedAddress the public address where a router or container maps the port; one listener is enough then
 */
export function listenAddresses(
  { listenAddress, announcedAddress }: { listenAddress: string; announcedAddress?: string | undefined },
  interfaces = networkInterfaces(),
): ListenAddress[] {
  if (announcedAddress) {
    return [{ ip: listenAddress === 'auto' ? '0.0.0.0' : listenAddress, announcedAddress }];
  }

  if (listenAddress !== 'auto') {
    return [{ ip: listenAddress }];
  }

  const addresses = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, address }) => family === 'IPv4' && !address.startsWith('169.254.'))
    .map(({ address }) => address);

  return [...new Set(['127.0.0.1', ...addresses])].map((ip) => ({ ip }));
}
