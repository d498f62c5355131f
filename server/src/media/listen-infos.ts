/** The ports of a worker, as mediasoup wants to be told of them. */
import type { TransportListenInfo } from 'mediasoup/types';
import type { ListenAddress } from './listen-addresses.js';

/**
 * Bytes that wait in the socket while the worker has something else to do. All participants of a worker share one socket, and what the
 * system gives by default is full after some thousandths of a second. The system may allow less (`docs/operating.md`).
 */
const udpBuffer = 4 * 2 ** 20;

/** @param port 0 takes any free port */
export function listenInfosOf(addresses: readonly ListenAddress[], port: number): TransportListenInfo[] {
  return addresses.flatMap((address): TransportListenInfo[] => [
    { protocol: 'udp', port, ...address, sendBufferSize: udpBuffer, recvBufferSize: udpBuffer },
    { protocol: 'tcp', port, ...address },
  ]);
}
