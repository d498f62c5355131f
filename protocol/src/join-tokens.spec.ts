/** What a join token may say. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { grants, grantsByDefault } from './grants.js';
import { createJoinTokenSchema, joinTokenClaimsSchema } from './join-tokens.js';
import { roles } from './roles.js';

const claims = {
  iss: `mk_${'0'.repeat(20)}`,
  sub: 'customer 7',
  aud: 'join',
  room: 'baku-rimo-tefa',
  name: 'Grace',
  exp: 2_000_000_000,
};
const role = fc.constantFrom(...roles);

describe('the claims of a join token', () => {
  it('are a speaker’s where they do not say more', () => {
    expect(joinTokenClaimsSchema.parse(claims)).toEqual({
      ...claims,
      role: 'speaker',
      grants: ['join', 'publish', 'subscribe', 'chat', 'screen'],
    });
  });

  it('grant to moderate by themselves only to who comes as a moderator or a host, and to come in always', () => {
    for (const each of roles) {
      expect(grantsByDefault(each)).toContain('join');
      expect(grantsByDefault(each).includes('moderate')).toBe(each === 'host' || each === 'moderator');
    }
  });

  it('are taken with any grants that go with the role, and refused with any others', () => {
    fc.assert(
      fc.property(role, fc.subarray([...grants]), (each, granted) => {
        const goes =
          granted.includes('join') && (!['host', 'moderator'].includes(each) || granted.includes('moderate'));
        const parsed = joinTokenClaimsSchema.safeParse({ ...claims, role: each, grants: granted });

        expect(parsed.success).toBe(goes);
        expect(parsed.data?.grants ?? granted).toEqual(granted);
        expect(
          createJoinTokenSchema.safeParse({ identity: 'a', name: 'Grace', role: each, grants: granted }).success,
        ).toBe(goes);
      }),
    );
  });

  it('may have others beside them, which libraries add', () => {
    expect(joinTokenClaimsSchema.safeParse({ ...claims, jti: '1', iat: 1.5, aud: ['join'] }).success).toBe(true);
  });

  it.each([
    ['no issuer', { iss: undefined }],
    ['an issuer that is no API key', { iss: 'somebody' }],
    ['no identity', { sub: '' }],
    ['a long identity', { sub: 'x'.repeat(129) }],
    ['no audience', { aud: undefined }],
    ['the audience of refresh tokens', { aud: 'refresh' }],
    ['other audiences', { aud: ['refresh'] }],
    ['an identity that is no text', { sub: '\ud800' }],
    ['no room', { room: undefined }],
    ['no name', { name: '' }],
    ['an unknown role', { role: 'admin' }],
    ['an unknown grant', { grants: ['join', 'everything'] }],
    ['no expiry', { exp: undefined }],
  ])('are refused with %s', (_, change) => {
    expect(joinTokenClaimsSchema.safeParse({ ...claims, ...change }).success).toBe(false);
  });
});
