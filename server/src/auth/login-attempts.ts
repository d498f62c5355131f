/** How often passwords may be tried out for one account, from wherever. */
import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from '../common/domain-error.js';
import { counter } from '../common/rate-limit.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { REDIS_PREFIX, RedisConnections } from '../storage/redis.js';

const SECONDS = 900;

@Injectable()
export class LoginAttempts {
  private readonly attempts: RateLimiterAbstract;

  constructor(@Inject(SETTINGS) { limits }: Settings, @Inject(RedisConnections) redis: RedisConnections | null) {
    this.attempts = counter({
      name: 'attempts',
      points: limits.failedLoginsPerAccount,
      seconds: SECONDS,
      redis: redis ? { commands: redis.commands, prefix: REDIS_PREFIX } : undefined,
    });
  }

  /**
   * Counts one, whether there is such an account or not, before its password is looked at: many at once are many.
   *
   * @throws rate_limited
   */
  async begin(email: string): Promise<void> {
    try {
      await this.attempts.consume(keyOf(email));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }
      throw new DomainError('rate_limited', 'Too many attempts for this e-mail address; wait a quarter of an hour');
    }
  }

  /** The password was right, so those before it were its owner's. */
  async succeed(email: string): Promise<void> {
    await this.attempts.delete(keyOf(email));
  }
}

/** Addresses of people are nothing for Redis to keep. */
function keyOf(email: string): string {
  return createHash('sha256').update(email).digest('base64url');
}
