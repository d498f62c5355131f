/** Finds accounts by e-mail address, for whoever names others, and seldom what nobody has. */
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { networkOf } from '../common/network-of.js';
import { counter } from '../common/rate-limit.js';
import { Refusals } from '../common/refusals.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { RedisConnections, sharedCounts } from '../storage/redis.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersService } from '../users/users.service.js';

@Injectable()
export class AccountSearch {
  private readonly misses: RateLimiterAbstract;

  constructor(
    private readonly users: UsersService,
    @Inject(SETTINGS) { limits }: Settings,
    @Inject(RedisConnections) connections: RedisConnections | null,
    private readonly refusals: Refusals,
  ) {
    this.misses = counter({
      name: 'account-search',
      // As often as registering, which tells the same.
      points: limits.loginsPerMinute,
      seconds: 60,
      redis: sharedCounts(connections),
    });
  }

  /**
   * Anybody can be a guest with a room. They must not find out who has an account where strangers cannot make one.
   *
   * @param address from where they ask: what nobody has counts against it
   * @throws not_allowed for guests, user_not_found, rate_limited
   */
  async find({ isGuest }: AuthenticatedUser, email: string, address: string): Promise<UserEntity> {
    if (isGuest) {
      throw new DomainError('not_allowed', 'Only accounts may name others by e-mail address');
    }

    // Before it is looked: many at once are many.
    await this.count(networkOf(address));
    const user = await this.users.findByEmail(email);

    if (!user) {
      throw new DomainError('user_not_found', 'Nobody has an account with this e-mail address');
    }

    await this.misses.reward(networkOf(address));

    return user;
  }

  private async count(address: string): Promise<void> {
    try {
      await this.misses.consume(address);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }

      this.refusals.note('account_searches');
      throw new DomainError('rate_limited');
    }
  }
}
