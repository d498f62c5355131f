import { describe, expect, it } from '@jest/globals';
import type { NetworkInterfaceInfo } from 'node:os';
import { listenAddresses, ownAddresses } from './listen-addresses.js';

const interfaces = {
  lo: [
    { family: 'IPv4', address: '127.0.0.1' },
    { family: 'IPv6', address: '::1' },
  ],
  eth0: [
    { family: 'IPv4', address: '192.168.1.20' },
    { family: 'IPv6', address: '2001:db8::20' },
    { family: 'IPv6', address: 'fe80::1' },
  ],
  unplugged: [{ family: 'IPv4', address: '169.254.7.7' }],
} as unknown as NodeJS.Dict<NetworkInterfaceInfo[]>;
const withoutIpv6 = { eth0: [{ family: 'IPv4', address: '172.18.0.5' }] } as unknown as typeof interfaces;

describe('the media listen addresses', () => {
  it('are loopback and every usable address of the host by default, of IPv4 and of IPv6', () => {
    expect(listenAddresses({ listenAddress: 'auto' }, interfaces)).toEqual([
      { ip: '127.0.0.1' },
      { ip: '::1' },
      { ip: '192.168.1.20' },
      { ip: '2001:db8::20' },
    ]);
  });

  it('are loopback alone on a host without a network', () => {
    expect(listenAddresses({ listenAddress: 'auto' }, {})).toEqual([{ ip: '127.0.0.1' }]);
  });

  it('are those that are asked for', () => {
    expect(listenAddresses({ listenAddress: ['10.0.0.7', '::'] }, interfaces)).toEqual([
      { ip: '10.0.0.7' },
      { ip: '::', flags: { ipv6Only: true } },
    ]);
  });

  it('are everything behind a router, IPv4 and IPv6 apart where there are both', () => {
    const announcedAddress = ['meet.example.org'];

    expect(listenAddresses({ listenAddress: 'auto', announcedAddress }, interfaces)).toEqual([
      { ip: '0.0.0.0' },
      { ip: '::', flags: { ipv6Only: true } },
    ]);
    expect(listenAddresses({ listenAddress: 'auto', announcedAddress }, withoutIpv6)).toEqual([{ ip: '0.0.0.0' }]);
  });

  it('of this machine are those that somebody can reach', () => {
    expect(ownAddresses(withoutIpv6)).toEqual(['127.0.0.1', '172.18.0.5']);
  });
});
