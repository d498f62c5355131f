import { describe, expect, it } from '@jest/globals';
import { issuedAt } from './token-times.js';

const now = 1_800_000_000;
const day = 86_400;

describe('the moment in which a join token was issued', () => {
  it('is what it says', () => {
    expect(issuedAt({ iat: now - 10, exp: now + 50 }, day, now)).toBe(now - 10);
  });

  it('is as early as it can have been, where it does not say', () => {
    expect(issuedAt({ exp: now + 50 }, day, now)).toBe(now + 50 - day);
  });

  it('may be a little ahead of this server’s clock', () => {
    expect(issuedAt({ iat: now + 20.5, exp: now + 50 }, day, now)).toBe(now + 20.5);
  });

  it.each([
    ['is valid for too long', { iat: now, exp: now + day + 2 }],
    ['would be valid for too long from now on, and does not say when it was issued', { exp: now + day + 60 }],
    ['is from the future', { iat: now + 60, exp: now + 120 }],
  ])('does not matter where the token %s', (_, claims) => {
    expect(() => issuedAt(claims, day, now)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  });
});
