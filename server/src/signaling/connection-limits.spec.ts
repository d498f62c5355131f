/** Who may have how many sockets, and that closed ones are forgotten. */
import { describe, expect, it } from '@jest/globals';
import { Refusals, type LimitName } from '../common/refusals.js';
import { loadSettings } from '../settings/settings.js';
import { ConnectionLimits } from './connection-limits.js';

function limitsOf(environment: Record<string, string>) {
  const refused: LimitName[] = [];
  const refusals = new Refusals();
  refusals.on('refused', (limit) => refused.push(limit));

  return {
    refused,
    limits: new ConnectionLimits(
      loadSettings(environment, () => undefined),
      refusals,
    ),
  };
}

describe('the connections of one address', () => {
  it('are told that they are too many, and at twice as many get none', () => {
    const { limits, refused } = limitsOf({ MAX_CONNECTIONS_PER_ADDRESS: '2' });
    const closed = [1, 2].map(() => limits.open('a'));
    limits.assertAddress('a');

    closed.push(limits.open('a'));
    expect(() => limits.assertAddress('a')).toThrow(expect.objectContaining({ code: 'too_many_connections' }));
    expect(limits.mayShakeHands('a')).toBe(true);
    closed.push(limits.open('a'));
    expect([limits.mayShakeHands('a'), limits.mayShakeHands('b')]).toEqual([false, true]);
    expect(refused).toEqual(['open_connections', 'open_connections']);

    closed.splice(0, 2).forEach((close) => {
      close();
      // A socket closes once.
      close();
    });
    limits.assertAddress('a');
    expect(limits.mayShakeHands('a')).toBe(true);
  });

  it('are opened so often a minute, and from other addresses all the same', () => {
    const { limits, refused } = limitsOf({ RATE_LIMIT_ADDRESS_CONNECTIONS: '3' });
    const handshakes = (count: number) => Array.from({ length: count }, () => limits.mayShakeHands('a'));

    expect(handshakes(3)).toEqual(Array(3).fill(true));
    limits.assertAddress('a');
    expect(handshakes(3)).toEqual(Array(3).fill(true));
    expect(() => limits.assertAddress('a')).toThrow(expect.objectContaining({ code: 'rate_limited' }));
    expect(handshakes(2)).toEqual([false, false]);
    limits.assertAddress('b');
    expect(refused).toEqual(Array(3).fill('new_connections'));
  });
});

describe('the connections of one user', () => {
  it('are so many at one time, wherever they come from', () => {
    const { limits } = limitsOf({ MAX_CONNECTIONS_PER_USER: '2' });
    const [close] = [limits.admit('ada'), limits.admit('ada')];

    expect(() => limits.admit('ada')).toThrow(expect.objectContaining({ code: 'too_many_connections' }));
    limits.admit('bob');
    close!();
    limits.admit('ada');
  });

  it('are opened so often a minute, also where each is closed at once', () => {
    const { limits } = limitsOf({ RATE_LIMIT_USER_CONNECTIONS: '5' });

    for (let turn = 0; turn < 5; turn += 1) {
      limits.admit('ada')();
    }
    expect(() => limits.admit('ada')).toThrow(expect.objectContaining({ code: 'rate_limited' }));
  });
});
