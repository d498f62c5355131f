/** Which addresses of media ports can work: an address that no client can reach is found at the start, not in a meeting. */
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

/** Candidates are told to every participant, and each is tried. */
const MOST_ADDRESSES = 8;

type Subnet = [network: string, prefix: number];

const ranges: [what: string, subnets: Subnet[]][] = [
  [
    'stands for every address of this machine',
    [
      ['0.0.0.0', 8],
      ['::', 128],
    ],
  ],
  [
    'is a multicast address',
    [
      ['224.0.0.0', 4],
      ['ff00::', 8],
    ],
  ],
  ['is no address of one machine', [['240.0.0.0', 4]]],
  [
    'is a link-local address',
    [
      ['169.254.0.0', 16],
      ['fe80::', 10],
    ],
  ],
  ['is an IPv4 address in the form of IPv6', [['::ffff:0:0', 96]]],
];
const blockLists = ranges.map(([what, subnets]) => {
  const list = new BlockList();
  subnets.forEach(([network, prefix]) => list.addSubnet(network, prefix, familyOf(network)));

  return { what, list };
});

/** Of an IP address. */
export function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** What keeps clients from reaching this IP address, as in “it is a multicast address”; `undefined` where nothing does. */
export function whyUnreachable(address: string): string | undefined {
  // An IPv4 address is never in an IPv4-mapped subnet of a list of its own, but Node looks for it there, too.
  return blockLists.find(
    ({ what, list }) => !(isIPv4(address) && what.includes('in the form of')) && list.check(address, familyOf(address)),
  )?.what;
}

/** Reads `203.0.113.7, 2001:db8::7, meet.example.org`; answers the addresses, or what is wrong with the text. */
export function readAnnouncedAddresses(text: string): string[] | { fault: string } {
  const addresses = parts(text);
  const fault = addresses.map(faultOfAnnounced).find((each) => each !== undefined);

  if (fault !== undefined) {
    return { fault };
  }

  return addresses.length > MOST_ADDRESSES ? { fault: `must have at most ${MOST_ADDRESSES} addresses` } : addresses;
}

/** Reads `auto`, or IP addresses; answers the addresses, or what is wrong with the text. */
export function readListenAddresses(text: string): 'auto' | string[] | { fault: string } {
  if (text === 'auto') {
    return 'auto';
  }

  const addresses = parts(text);

  if (!addresses.every((address) => isIP(address) !== 0)) {
    return { fault: 'must be auto, or a comma-separated list of IP addresses' };
  }

  const useless = addresses.find((address) => !isWildcard(address) && whyUnreachable(address));

  if (useless !== undefined) {
    return { fault: `must have addresses of this machine (${useless} ${whyUnreachable(useless)})` };
  }

  const wildcard = addresses.find((address) => isWildcard(address));
  const beside = addresses.find(
    (address) => address !== wildcard && wildcard && familyOf(address) === familyOf(wildcard),
  );

  return beside === undefined
    ? addresses
    : { fault: `must not have ${beside} beside ${wildcard}, which has it already` };
}

/** `0.0.0.0` and `::`, on which a program listens for every address of the machine. */
export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]+$/.test(address);
}

function faultOfAnnounced(address: string): string | undefined {
  if (isIP(address) !== 0) {
    const why = address.includes('%') ? 'is a link-local address' : whyUnreachable(address);

    return why === undefined ? undefined : `must name addresses that clients can reach (${address} ${why})`;
  }

  if (address.startsWith('[')) {
    return 'must have IPv6 addresses without brackets and port';
  }

  if (/^[^:]+:\d+$/.test(address)) {
    return 'must have addresses without ports, which MEDIA_PORT says';
  }

  // What looks like an IPv4 address and is none, is no name either (https://url.spec.whatwg.org/#ends-in-a-number-checker).
  return z.hostname().safeParse(address).success && !/(?:^|\.)\d+$/.test(address)
    ? undefined
    : 'must be a comma-separated list of IP addresses and host names';
}

function parts(text: string): string[] {
  return [...new Set(text.split(',').map((part) => part.trim().toLowerCase()))];
}
