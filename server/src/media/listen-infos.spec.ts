import { describe, expect, it } from '@jest/globals';
import { listenInfosOf } from './listen-infos.js';

describe('the ports of a worker', () => {
  it('are UDP and TCP on every address, with much room for UDP', () => {
    const infos = listenInfosOf([{ ip: '127.0.0.1' }, { ip: '::', flags: { ipv6Only: true } }], 20_000);

    expect(infos).toEqual([
      expect.objectContaining({ protocol: 'udp', ip: '127.0.0.1', port: 20_000, recvBufferSize: 4_194_304 }),
      { protocol: 'tcp', ip: '127.0.0.1', port: 20_000 },
      expect.objectContaining({ protocol: 'udp', ip: '::', flags: { ipv6Only: true }, port: 20_000 }),
      { protocol: 'tcp', ip: '::', flags: { ipv6Only: true }, port: 20_000 },
    ]);
  });
});
