/** How clients are told to reach the media ports, and that they do: by a real client over IPv4 and over IPv6. */
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestResult } from '@minimeet/protocol';
import { io } from 'socket.io-client';
import { createRoom, guest, startServer, type TestServer } from './harness.js';

const hasIpv6 = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .some(({ address }) => address === '::1');

describe('the media addresses', () => {
  let server: TestServer | undefined;

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  const transportOf = async ({ url }: TestServer) => {
    const { accessToken } = await guest(url, 'Ada');
    const { slug } = await createRoom(url, accessToken);
    const socket = io(url, { transports: ['websocket'], auth: { token: accessToken }, forceNew: true });
    await new Promise((resolve) => socket.once('welcome', resolve));
    const joined: RequestResult<'join_room'> = await socket.emitWithAck('join_room', { roomId: slug });

    return { socket, joined, candidates: joined.recvTransport.iceCandidates };
  };

  it('are told to a client as the settings name them, with a name resolved and both families', async () => {
    server = await startServer({
      MEDIA_LISTEN_ADDRESS: hasIpv6 ? '127.0.0.1,::1' : '127.0.0.1',
      MEDIA_ANNOUNCED_ADDRESS: `203.0.113.7,localhost${hasIpv6 ? ',2001:db8::7' : ''}`,
    });
    const { socket, candidates } = await transportOf(server);
    socket.disconnect();
    const told = new Set(candidates.filter(({ protocol }) => protocol === 'udp').map(({ address }) => address));

    expect([...told]).toEqual(
      expect.arrayContaining(['203.0.113.7', '127.0.0.1', ...(hasIpv6 ? ['2001:db8::7'] : [])]),
    );
    expect(candidates.every(({ address, ip }) => address === ip && !/localhost/.test(address!))).toBe(true);
  });

  it.each([
    ['meet.invalid', /MEDIA_ANNOUNCED_ADDRESS names meet\.invalid, which cannot be resolved/],
    ['2001:db8::7', /MEDIA_ANNOUNCED_ADDRESS names 2001:db8::7, but media is taken over IPv4 alone/],
  ])('end the start with a sentence where they cannot work: %s', async (address, sentence) => {
    await expect(startServer({ MEDIA_ANNOUNCED_ADDRESS: address })).rejects.toThrow(sentence);
  });
});
