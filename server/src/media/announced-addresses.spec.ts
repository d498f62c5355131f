import { afterEach, describe, expect, it } from '@jest/globals';
import type { IceCandidate } from 'mediasoup/types';
import { until } from '../../test/support.js';
import { AnnouncedAddresses, type AnnouncedAddressesOptions } from './announced-addresses.js';

const candidate = (address: string, protocol: 'udp' | 'tcp' = 'udp', port = 20_000): IceCandidate => ({
  foundation: `${protocol}candidate`,
  priority: protocol === 'udp' ? 1_076_558_079 : 1_076_302_079,
  address,
  ip: address,
  protocol,
  port,
  type: 'host',
  ...(protocol === 'tcp' && { tcpType: 'passive' as const }),
});

describe('the announced media addresses', () => {
  const open: AnnouncedAddresses[] = [];
  const logger = { lines: [] as string[], info: record, warn: record };

  function record(_: object, line: string): void {
    logger.lines.push(line);
  }

  afterEach(() => {
    open.splice(0).forEach((each) => each.onApplicationShutdown());
    logger.lines = [];
  });

  const announce = async (announced: string[] | undefined, options: Partial<AnnouncedAddressesOptions> = {}) => {
    const each = await AnnouncedAddresses.create({
      announced,
      listen: [{ ip: '0.0.0.0' }, { ip: '::' }],
      logger: logger as unknown as AnnouncedAddressesOptions['logger'],
      startDelay: 1,
      ...options,
    });
    open.push(each);

    return each;
  };
  const told = (addresses: AnnouncedAddresses, ...listened: IceCandidate[]) =>
    addresses.candidates(listened).map(({ protocol, address, port }) => `${protocol} ${address} ${port}`);

  it('are all told, of both families, each with the port of its family', async () => {
    const addresses = await announce(['203.0.113.7', '192.168.1.20', '2001:db8::7']);

    expect(told(addresses, candidate('0.0.0.0'), candidate('0.0.0.0', 'tcp'), candidate('::', 'udp', 20_001))).toEqual([
      'udp 203.0.113.7 20000',
      'udp 192.168.1.20 20000',
      'tcp 203.0.113.7 20000',
      'tcp 192.168.1.20 20000',
      'udp 2001:db8::7 20001',
    ]);
  });

  it('are tried in their order, UDP before TCP, and are told apart', async () => {
    const addresses = await announce(['203.0.113.7', '192.168.1.20']);
    const candidates = addresses.candidates([candidate('0.0.0.0'), candidate('0.0.0.0', 'tcp')]);
    const priorities = candidates.map(({ priority }) => priority);

    expect(priorities).toEqual([...priorities].sort((one, other) => other - one));
    expect(new Set(candidates.map(({ foundation }) => foundation)).size).toBe(4);
    expect(candidates.every(({ ip, address }) => ip === address)).toBe(true);
  });

  it('are told once where several ports of one number are behind them', async () => {
    const addresses = await announce(['203.0.113.7'], { listen: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] });

    expect(told(addresses, candidate('10.0.0.1'), candidate('10.0.0.2'))).toEqual(['udp 203.0.113.7 20000']);
  });

  it('are those listened on without any, and those of the machine for all of them', async () => {
    const addresses = await announce(undefined);

    expect(told(addresses, candidate('10.0.0.1'))).toEqual(['udp 10.0.0.1 20000']);
    expect(told(addresses, candidate('0.0.0.0'))).toContain('udp 127.0.0.1 20000');
    expect(told(addresses, candidate('0.0.0.0')).join()).not.toContain('0.0.0.0');
  });

  it('are what a name stands for, also when that changes, and when it is forgotten for a while', async () => {
    let answer = async () => ['203.0.113.7', '2001:db8::7'];
    const addresses = await announce(['home.example'], { lookup: () => answer(), interval: 5 });
    expect(told(addresses, candidate('0.0.0.0'), candidate('::'))).toEqual([
      'udp 203.0.113.7 20000',
      'udp 2001:db8::7 20000',
    ]);

    answer = async () => ['203.0.113.8'];
    await until(() => addresses.current.join() === '203.0.113.8');
    expect(logger.lines).toEqual(['the announced media addresses have changed']);

    answer = () => Promise.reject(new Error('SERVFAIL'));
    await until(() => logger.lines.length > 1);
    expect(logger.lines[1]).toContain('MEDIA_ANNOUNCED_ADDRESS names home.example');
    expect(addresses.current).toEqual(['203.0.113.8']);
  });

  it('wait a moment at the start for who resolves names', async () => {
    let asked = 0;
    const lookup = async () => {
      if (++asked < 3) throw new Error('EAI_AGAIN');
      return ['203.0.113.7'];
    };

    expect((await announce(['home.example'], { lookup })).current).toEqual(['203.0.113.7']);
  });

  it.each([
    ['an unknown name', ['meet.invalid'], {}, /meet\.invalid, which cannot be resolved/],
    [
      'a name without an address to reach',
      ['zero.example'],
      { lookup: async () => ['0.0.0.0'] },
      /no address that clients can reach/,
    ],
    [
      'IPv6 without a port of IPv6',
      ['203.0.113.7', '2001:db8::7'],
      { listen: [{ ip: '10.0.0.1' }] },
      /2001:db8::7, but media is taken over IPv4 alone/,
    ],
    [
      'IPv4 without a port of IPv4',
      ['203.0.113.7'],
      { listen: [{ ip: '::1' }] },
      /203\.0\.113\.7, but media is taken over IPv6 alone/,
    ],
    [
      'a name of IPv6 alone without a port of it',
      ['six.example'],
      { listen: [{ ip: '10.0.0.1' }], lookup: async () => ['2001:db8::7'] },
      /over IPv4 alone/,
    ],
  ])('are refused at the start: %s', async (_, announced, options, sentence) => {
    const lookup = () => Promise.reject(new Error('ENOTFOUND'));

    await expect(announce(announced, { lookup, ...options })).rejects.toThrow(sentence);
  });
});
