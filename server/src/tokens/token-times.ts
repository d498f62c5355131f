/** How long a join token may be valid, and since when it counts as issued. */
import type { JoinTokenClaims } from '@minimeet/protocol';
import { clockTolerance } from '../auth/api-keys.js';
import { DomainError } from '../common/domain-error.js';

/**
 * When a token was issued, in seconds since 1970. One that does not say counts as issued as early as it can have been, so that
 * a revocation is never too late for it.
 *
 * @param maxLifetime seconds from the issue to the expiry; by this, a revocation need not be remembered for longer
 * @throws invalid_token where it is valid for longer, or says to be from the future
 */
export function issuedAt({ iat, exp }: Pick<JoinTokenClaims, 'iat' | 'exp'>, maxLifetime: number, now: number): number {
  const issued = iat ?? exp - maxLifetime;

  // A second, as times with fractions do not add up to the last digit.
  if (issued > now + clockTolerance || exp - issued > maxLifetime + 1) {
    throw new DomainError('invalid_token', `A join token is valid for ${maxLifetime} seconds at most on this server`);
  }

  return issued;
}
