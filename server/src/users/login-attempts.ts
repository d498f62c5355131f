/** How often passwords may be tried out for one account: seldom from one address, more often from all together. */
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from '../common/domain-error.js';
import { networkOf } from '../common/network-of.js';
import { counter } from '../common/rate-limit.js';
import { Refusals } from '../common/refusals.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { RedisConnections, sharedCounts } from '../storage/redis.js';

const SECONDS = 900;

/** A password that is tried. */
export interface LoginAttempt {
  email: string;
  /** From where, behind the proxies whose word counts. */
  address: string;
}

@Injectable()
export class LoginAttempts {
  private readonly fromAddress: RateLimiterAbstract;
  private readonly fromAnywhere: RateLimiterAbstract;

  constructor(
    @Inject(SETTINGS) { limits }: Settings,
    @Inject(RedisConnections) connections: RedisConnections | null,
    private readonly refusals: Refusals,
  ) {
    const redis = sharedCounts(connections);
    const common = { seconds: SECONDS, redis };
    this.fromAddress = counter({ name: 'attempts:address', points: limits.failedLoginsPerAddress, ...common });
    this.fromAnywhere = counter({ name: 'attempts', points: limits.failedLoginsFromAnywhere, ...common });
  }

  /**
   * Counts one, whether there is such an account or not, before its password is looked at: many at once are many. What one address tries
   * too often does not count for the others, or it could lock an account by itself.
   *
   * @throws rate_limited
   */
  async begin({ email, address }: LoginAttempt): Promise<void> {
    try {
      await this.fromAddress.consume(keyOf(email, networkOf(address)));
      await this.fromAnywhere.consume(keyOf(email));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }
      this.refusals.note('failed_logins');
      throw new DomainError('rate_limited', 'Too many attempts for this e-mail address; wait a quarter of an hour');
    }
  }

  /** The password was right, so those before it from there were its owner's. */
  async succeed({ email, address }: LoginAttempt): Promise<void> {
    await Promise.all([
      this.fromAddress.delete(keyOf(email, networkOf(address))),
      this.fromAnywhere.reward(keyOf(email)),
    ]);
  }
}

/** Addresses of people are nothing for Redis to keep. */
function keyOf(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}
