import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { loadSettings } from './settings/settings.js';
import { addressesToOpen, startupMessage } from './startup-message.js';

const settings = (environment: Record<string, string>) => loadSettings(environment, () => undefined);

const address = (address: string, family: 'IPv4' | 'IPv6', internal: boolean) =>
  ({ address, family, internal }) as NetworkInterfaceInfo;

const interfaces = {
  lo: [address('127.0.0.1', 'IPv4', true), address('::1', 'IPv6', true)],
  eth0: [address('192.0.2.7', 'IPv4', false), address('2001:db8::7', 'IPv6', false)],
};

describe('the addresses to open', () => {
  it('are this machine and its addresses in the network, when the server listens everywhere', () => {
    expect(addressesToOpen(settings({ HOST: '0.0.0.0' }), 3000, interfaces)).toEqual({
      here: 'http://localhost:3000',
      network: ['http://192.0.2.7:3000'],
    });
  });

  it('are asked for by HTTPS where the server has a certificate', () => {
    const files = { TLS_CERT_FILE: '/cert.pem', TLS_KEY_FILE: '/key.pem' };
    const addresses = addressesToOpen(settings({ HOST: '0.0.0.0', ...files }), 3000, interfaces);

    expect(addresses).toEqual({ here: 'https://localhost:3000', network: ['https://192.0.2.7:3000'] });
    expect(startupMessage(addresses, '/data')).not.toContain('only over https');
  });

  it('are the one address that the server listens on', () => {
    expect(addressesToOpen(settings({ HOST: '192.0.2.7' }), 80, interfaces)).toEqual({
      here: 'http://192.0.2.7:80',
      network: [],
    });
    expect(addressesToOpen(settings({ HOST: '::1' }), 80, interfaces).here).toBe('http://[::1]:80');
  });

  it('are the public address alone, where there is one', () => {
    expect(addressesToOpen(settings({ PUBLIC_URL: 'https://meet.example.org/' }), 3000, interfaces)).toEqual({
      here: 'https://meet.example.org',
      network: [],
    });
  });
});

describe('the startup message', () => {
  it('names where to meet and where data is kept', () => {
    const message = startupMessage({ here: 'http://localhost:3000', network: [] }, '/var/lib/minimeet');

    expect(message).toContain('http://localhost:3000\n');
    expect(message).toContain('/var/lib/minimeet\n');
    expect(message).not.toContain('Network');
  });

  it('says that other machines need https, where they are invited', () => {
    expect(startupMessage({ here: 'http://localhost:3000', network: ['http://192.0.2.7:3000'] }, '/data')).toMatch(
      /192\.0\.2\.7:3000\n.+only over https/,
    );
  });
});
