import { describe, expect, it } from '@jest/globals';
import { routeUrl, serverUrlOf, socketEndpoint } from './server-url.js';

describe('the address of a server', () => {
  it.each([
    ['https://meet.example.org', 'https://meet.example.org'],
    ['https://meet.example.org/', 'https://meet.example.org'],
    ['https://example.org/meet/', 'https://example.org/meet'],
    ['HTTPS://Example.org:443/meet', 'https://example.org/meet'],
    ['javascript:alert(1)', null],
    ['nonsense', null],
    [null, null],
  ])('%s is %s', (address, url) => {
    expect(serverUrlOf(address)).toBe(url);
  });

  it.each([
    ['https://meet.example.org', 'https://meet.example.org/auth/guest'],
    ['https://example.org/meet', 'https://example.org/meet/auth/guest'],
    ['https://example.org/meet/', 'https://example.org/meet/auth/guest'],
  ])('%s has its routes below it', (server, url) => {
    expect(routeUrl(server, '/auth/guest')).toBe(url);
  });

  it.each([
    ['https://meet.example.org/', '/socket.io'],
    ['https://example.org/meet', '/meet/socket.io'],
  ])('%s has its sockets below it, too', (server, path) => {
    expect(socketEndpoint(server)).toEqual({ origin: new URL(server).origin, path });
  });
});
