import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Network } from './network-conditions.js';

const media = Buffer.from([0x80]);
const handshake = Buffer.from([22]);

describe('a network', () => {
  afterEach(() => void jest.useRealTimers());

  it('carries all at once where nothing is wrong, and nothing while it is down', async () => {
    const network = new Network();
    const path = network.path();
    const deliver = jest.fn();
    path.carry(media, deliver);
    expect(deliver).toHaveBeenCalledTimes(1);
    network.interrupt(20);
    path.carry(media, deliver);
    await new Promise<void>((resolve) => path.carry(handshake, resolve));
    expect(network.downFor).toBe(0);
    expect(deliver).toHaveBeenCalledTimes(1);
  });

  it('delays packets in their order, and loses as many as it should, but no handshakes', () => {
    jest.useFakeTimers();
    const path = new Network({ loss: 0.5, delay: 5, jitter: 5 }).path();
    const arrived: number[] = [];
    const total = 400;

    for (let index = 0; index < total; index++) {
      path.carry(media, () => arrived.push(index));
    }

    const carried = jest.fn();
    path.carry(handshake, carried);
    expect(carried).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(20);
    expect(arrived).toEqual([...arrived].sort((one, other) => one - other));
    // Ten standard deviations to each side.
    expect(Math.abs(arrived.length / total - 0.5)).toBeLessThan(0.25);
  });
});
