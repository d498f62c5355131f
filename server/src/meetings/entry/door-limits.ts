/** How often people may try the doors of rooms: with a password, or by knocking at a lobby. */
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from '../../common/domain-error.js';
import { counter } from '../../common/rate-limit.js';
import { SETTINGS, type Settings } from '../../settings/settings.js';
import { REDIS_PREFIX, RedisConnections } from '../../storage/redis.js';

/** An office or a school often shares one address. */
const ACCOUNTS_BEHIND_ADDRESS = 10;

export type DoorAttempt = 'password' | 'knock';

/** Who tries, and from where. */
export interface DoorCaller {
  userId: string;
  address: string;
}

interface Counters {
  account: RateLimiterAbstract;
  address: RateLimiterAbstract;
}

@Injectable()
export class DoorLimits {
  private readonly counters: Record<DoorAttempt, Counters>;

  constructor(@Inject(SETTINGS) { limits }: Settings, @Inject(RedisConnections) connections: RedisConnections | null) {
    const redis = connections ? { commands: connections.commands, prefix: REDIS_PREFIX } : undefined;
    const points = limits.doorAttemptsPerMinute;
    const countersOf = (attempt: DoorAttempt) => ({
      account: counter({ name: `${attempt}:account`, points, seconds: 60, redis }),
      address: counter({ name: `${attempt}:address`, points: points * ACCOUNTS_BEHIND_ADDRESS, seconds: 60, redis }),
    });
    this.counters = { password: countersOf('password'), knock: countersOf('knock') };
  }

  /** Counts an attempt before it is looked at, so that those made at once count as well. @throws rate_limited */
  async count(attempt: DoorAttempt, { userId, address }: DoorCaller): Promise<void> {
    const counters = this.counters[attempt];

    try {
      await Promise.all([counters.account.consume(userId), counters.address.consume(address)]);
    } catch (refusal) {
      throw refusal instanceof RateLimiterRes ? new DomainError('rate_limited') : refusal;
    }
  }

  /** The attempt that was counted was rightful, and does not count. */
  async forgive(attempt: DoorAttempt, { userId, address }: DoorCaller): Promise<void> {
    const counters = this.counters[attempt];
    await Promise.all([counters.account.reward(userId), counters.address.reward(address)]);
  }
}
