/** That more sockets are not more requests. */
import { describe, expect, it } from '@jest/globals';
import type { RequestName } from '@minimeet/protocol';
import { Refusals, type LimitName } from '../common/refusals.js';
import { loadSettings } from '../settings/settings.js';
import { RequestLimits, type Asker } from './request-limits.js';

function isTaken(limits: RequestLimits, asker: Asker, event: RequestName): boolean {
  try {
    limits.count(asker, event);

    return true;
  } catch {
    return false;
  }
}

function limitsOf(environment: Record<string, string>) {
  const refused: LimitName[] = [];
  const refusals = new Refusals();
  refusals.on('refused', (limit) => refused.push(limit));
  const limits = new RequestLimits(
    loadSettings(environment, () => undefined),
    refusals,
  );

  /** How many of so many requests, each over a socket of its own, are taken. */
  function taken(count: number, who: Partial<Asker>, event: RequestName): number {
    return Array.from({ length: count }, (_, index) => ({
      socketId: `${who.userId} ${who.address} ${index}`,
      userId: `user ${index}`,
      address: `at ${index}`,
      participants: 0,
      ...who,
    })).filter((asker) => isTaken(limits, asker, event)).length;
  }

  return { taken, limits, refused };
}

describe('the requests of one user', () => {
  it('are counted over all their sockets, and not those of others', () => {
    const { taken, refused } = limitsOf({ RATE_LIMIT_USER_REQUESTS: '30' });

    expect(taken(50, { userId: 'ada' }, 'ping')).toBe(30);
    expect(taken(10, { userId: 'bob' }, 'ping')).toBe(10);
    expect(refused).toEqual(Array(20).fill('requests'));
  });

  it('are counted more strictly where they are messages, each kind on its own', () => {
    const { taken, refused } = limitsOf({ RATE_LIMIT_USER_CHAT_MESSAGES: '5' });

    expect(taken(8, { userId: 'ada' }, 'send_message')).toBe(5);
    expect(taken(8, { userId: 'ada' }, 'search_messages')).toBe(5);
    expect(taken(8, { userId: 'ada' }, 'ping')).toBe(8);
    expect(refused).toEqual(Array(6).fill('chat_messages'));
  });

  it('are counted where they are pages of history, which are read and sent anew each time', () => {
    const { taken, refused } = limitsOf({ RATE_LIMIT_CHAT_HISTORY: '5' });

    expect(taken(8, { userId: 'ada' }, 'chat_history')).toBe(5);
    expect(taken(8, { userId: 'bob' }, 'chat_history')).toBe(5);
    expect(refused).toEqual(Array(6).fill('chat_history'));
  });
});

describe('the requests of one address', () => {
  it('are counted over all its users', () => {
    const { taken } = limitsOf({ RATE_LIMIT_ADDRESS_REQUESTS: '30', RATE_LIMIT_ADDRESS_CHAT_MESSAGES: '5' });

    expect(taken(8, { address: 'a' }, 'send_message')).toBe(5);
    expect(taken(50, { address: 'a' }, 'ping')).toBe(22);
    expect(taken(8, { address: 'b' }, 'ping')).toBe(8);
  });
});

describe('the requests of one socket', () => {
  const ada = { socketId: 'one', userId: 'ada', address: 'a', participants: 0 };

  it('are bounded where a media worker has to work for them', () => {
    const { limits, refused } = limitsOf({ RATE_LIMIT_MEDIA_REQUESTS: '3' });
    const outcomes = Array.from({ length: 5 }, () => isTaken(limits, ada, 'rebuild_media'));

    expect(outcomes).toEqual([true, true, true, false, false]);
    expect(refused).toEqual(Array(2).fill('media_requests'));
    limits.count(ada, 'restart_ice');
  });

  it('do not use up those of its user where they are refused', () => {
    const { limits } = limitsOf({
      RATE_LIMIT_SOCKET_REQUESTS: '1',
      RATE_LIMIT_SOCKET_BURST: '9',
      RATE_LIMIT_USER_REQUESTS: '20',
    });
    Array.from({ length: 500 }, () => isTaken(limits, ada, 'ping'));
    limits.count({ ...ada, socketId: 'another' }, 'ping');
  });

  it('may be more for a moment than in the long run', () => {
    const { limits } = limitsOf({ RATE_LIMIT_SOCKET_REQUESTS: '50', RATE_LIMIT_SOCKET_BURST: '200' });
    const outcomes = Array.from({ length: 400 }, () => isTaken(limits, ada, 'ping'));

    // However slow the machine is: at least one second's worth and the burst.
    expect(outcomes.filter(Boolean).length).toBeGreaterThanOrEqual(250);
    expect(outcomes.slice(0, 250)).not.toContain(false);
  });

  it('cost more in a large meeting where all others are given something to receive', () => {
    const taken = (participants: number) => {
      const { limits } = limitsOf({ RATE_LIMIT_USER_MEDIA_POINTS: '100' });
      const asker = (index: number) => ({ ...ada, socketId: `${index}`, participants });

      return Array.from({ length: 100 }, (_, index) => isTaken(limits, asker(index), 'produce')).filter(Boolean).length;
    };

    expect([taken(2), taken(30), taken(500)]).toEqual([100, 25, 10]);
  });
});
