/** Whom limits count together: whoever has an address of IPv6 has as many as they like beside it. */
import { isIPv6 } from 'node:net';

/** Of what a provider gives one customer, the part that they cannot choose. */
const GROUPS = 4;

/**
 * The address itself where it is one of IPv4, the first 64 bits of one of IPv6 (RFC 6177).
 *
 * @returns `192.0.2.7`, or `2001:db8:0:1::/64`
 */
export function networkOf(address: string): string {
  const ipv4 = /^::ffff:([\d.]+)$/i.exec(address)?.[1];

  if (ipv4 !== undefined || !isIPv6(address)) {
    return ipv4 ?? address;
  }

  const [before = '', after] = address.split('%')[0]!.split('::');
  const groupsOf = (part: string) => part.split(':').filter((group) => group !== '');
  const [first, last] = [groupsOf(before), groupsOf(after ?? '')];
  // One of IPv4 at the end takes the place of two groups.
  const left = 8 - first.length - last.length - (address.includes('.') ? 1 : 0);
  const groups = [...first, ...Array<string>(after === undefined ? 0 : left).fill('0'), ...last];

  return `${groups
    .slice(0, GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
