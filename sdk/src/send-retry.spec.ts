import { describe, expect, it } from '@jest/globals';
import { retryLimit } from './send-retry.js';

describe('a message that could not be sent', () => {
  it.each([
    'chat_unavailable',
    'database_unavailable',
    'timeout',
    'connection_failed',
    'not_joined',
    'rate_limited',
  ] as const)('is tried again as long as the meeting lasts after %s', (code) => {
    expect(retryLimit(code)).toBe(Infinity);
  });

  it('is tried again for half a minute after a fault of the server', () => {
    expect(retryLimit('internal_error')).toBe(30_000);
  });

  it.each(['invalid_payload', 'unauthorized', 'not_allowed', 'room_not_found', 'aborted'] as const)(
    'is not tried again after %s',
    (code) => {
      expect(retryLimit(code)).toBe(0);
    },
  );
});
