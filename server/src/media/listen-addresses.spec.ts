import { describe, expect, it } from '@jest/globals';
import type { NetworkInterfaceInfo } from 'node:os';
import { listenAddresses } from './listen-addresses.js';

const interfaces = {
  lo: [{ family: 'IPv4', address: '127.0.0.1' }],
  eth0: [
    { family: 'IPv4', address: '192.168.1.20' },
    { family: 'IPv6', address: 'fe80::1' },
  ],
  unplugged: [{ family: 'IPv4', address: '169.254.7.7' }],
} as unknown as NodeJS.Dict<NetworkInterfaceInfo[]>;

describe('the media listen addresses', () => {
  it('are loopback and every usable IPv4 address of the host by default', () => {
    expect(listenAddresses({ listenAddress: 'auto' }, interfaces)).toEqual([
      { ip: '127.0.0.1' },
      { ip: '192.168.1.20' },
    ]);
  });

  it('are loopback alone on a host without a network', () => {
    expect(listenAddresses({ listenAddress: 'auto' }, {})).toEqual([{ ip: '127.0.0.1' }]);
  });

  it('are the one address that is asked for', () => {
    expect(listenAddresses({ listenAddress: '10.0.0.7' }, interfaces)).toEqual([{ ip: '10.0.0.7' }]);
  });

  it('are everything, under the announced address, behind a router', () => {
    expect(listenAddresses({ listenAddress: 'auto', announcedAddress: 'meet.example.org' }, interfaces)).toEqual([
      { ip: '0.0.0.0', announcedAddress: 'meet.example.org' },
    ]);
  });
});
