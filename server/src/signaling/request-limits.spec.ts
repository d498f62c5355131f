/** That more sockets are not more requests. */
import { describe, expect, it } from '@jest/globals';
import type { RequestName } from '@minimeet/protocol';
import { Refusals, type LimitName } from '../common/refusals.js';
import { loadSettings } from '../settings/settings.js';
import { RequestLimits } from './request-limits.js';

function limitsOf(environment: Record<string, string>) {
  const refused: LimitName[] = [];
  const refusals = new Refusals();
  refusals.on('refused', (limit) => refused.push(limit));
  const limits = new RequestLimits(
    loadSettings(environment, () => undefined),
    refusals,
  );

  /** How many of so many requests, each over a socket of its own, are taken. */
  async function taken(count: number, who: { userId?: string; address?: string }, event: RequestName): Promise<number> {
    const outcomes = await Promise.allSettled(
      Array.from({ length: count }, (_, index) =>
        limits.count(
          {
            socketId: `${who.userId} ${who.address} ${index}`,
            userId: `user ${index}`,
            address: `at ${index}`,
            ...who,
          },
          event,
        ),
      ),
    );

    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  return { taken, limits, refused };
}

describe('the requests of one user', () => {
  it('are counted over all their sockets, and not those of others', async () => {
    const { taken, refused } = limitsOf({ RATE_LIMIT_USER_REQUESTS: '30' });

    expect(await taken(50, { userId: 'ada' }, 'ping')).toBe(30);
    expect(await taken(10, { userId: 'bob' }, 'ping')).toBe(10);
    expect(refused).toEqual(Array(20).fill('requests'));
  });

  it('are counted more strictly where they are messages, each kind on its own', async () => {
    const { taken, refused } = limitsOf({ RATE_LIMIT_USER_CHAT_MESSAGES: '5' });

    expect(await taken(8, { userId: 'ada' }, 'send_message')).toBe(5);
    expect(await taken(8, { userId: 'ada' }, 'search_messages')).toBe(5);
    expect(await taken(8, { userId: 'ada' }, 'ping')).toBe(8);
    expect(refused).toEqual(Array(6).fill('chat_messages'));
  });

  it('are counted where they are pages of history, which are read and sent anew each time', async () => {
    const { taken, refused } = limitsOf({ RATE_LIMIT_CHAT_HISTORY: '5' });

    expect(await taken(8, { userId: 'ada' }, 'chat_history')).toBe(5);
    expect(await taken(8, { userId: 'bob' }, 'chat_history')).toBe(5);
    expect(refused).toEqual(Array(6).fill('chat_history'));
  });
});

describe('the requests of one address', () => {
  it('are counted over all its users', async () => {
    const { taken } = limitsOf({ RATE_LIMIT_ADDRESS_REQUESTS: '30', RATE_LIMIT_ADDRESS_CHAT_MESSAGES: '5' });

    expect(await taken(8, { address: 'a' }, 'send_message')).toBe(5);
    expect(await taken(50, { address: 'a' }, 'ping')).toBe(22);
    expect(await taken(8, { address: 'b' }, 'ping')).toBe(8);
  });
});

describe('the requests of one socket', () => {
  const ada = { socketId: 'one', userId: 'ada', address: 'a' };

  it('are bounded where a media worker has to work for them', async () => {
    const { limits, refused } = limitsOf({ RATE_LIMIT_MEDIA_REQUESTS: '3' });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => limits.count(ada, 'rebuild_media')));

    expect(outcomes.map(({ status }) => status)).toEqual([...Array(3).fill('fulfilled'), ...Array(2).fill('rejected')]);
    expect(refused).toEqual(Array(2).fill('media_requests'));
    await limits.count(ada, 'restart_ice');
  });

  it('do not use up those of its user where they are refused', async () => {
    const { limits } = limitsOf({
      RATE_LIMIT_SOCKET_REQUESTS: '1',
      RATE_LIMIT_SOCKET_BURST: '9',
      RATE_LIMIT_USER_REQUESTS: '20',
    });
    await Promise.allSettled(Array.from({ length: 500 }, () => limits.count(ada, 'ping')));
    await limits.count({ ...ada, socketId: 'another' }, 'ping');
  });
});
