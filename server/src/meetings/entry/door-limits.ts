/** How often people may come to the doors of rooms: to join, to try a password, to knock at a lobby. */
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from '../../common/domain-error.js';
import { counter } from '../../common/rate-limit.js';
import { Refusals, type LimitName } from '../../common/refusals.js';
import { SETTINGS, type Settings } from '../../settings/settings.js';
import { RedisConnections, sharedCounts } from '../../storage/redis.js';

/** An office or a school often shares one address. */
const ACCOUNTS_BEHIND_ADDRESS = 10;

export type DoorAttempt = 'password' | 'knock' | 'join';

/** Who tries, and from where. */
export interface DoorCaller {
  userId: string;
  address: string;
}

interface Counters {
  account: RateLimiterAbstract;
  address: RateLimiterAbstract;
}

const limitOf: Record<DoorAttempt, LimitName> = { password: 'room_passwords', knock: 'knocks', join: 'joins' };

@Injectable()
export class DoorLimits {
  private readonly counters: Record<DoorAttempt, Counters>;

  constructor(
    @Inject(SETTINGS) { limits }: Settings,
    @Inject(RedisConnections) connections: RedisConnections | null,
    private readonly refusals: Refusals,
  ) {
    const redis = sharedCounts(connections);
    const countersOf = (attempt: DoorAttempt, account: number, address: number): Counters => ({
      account: counter({ name: `${attempt}:account`, points: account, seconds: 60, redis }),
      address: counter({ name: `${attempt}:address`, points: address, seconds: 60, redis }),
    });
    const attempts = limits.doorAttemptsPerMinute;
    this.counters = {
      password: countersOf('password', attempts, attempts * ACCOUNTS_BEHIND_ADDRESS),
      knock: countersOf('knock', attempts, attempts * ACCOUNTS_BEHIND_ADDRESS),
      join: countersOf('join', limits.userJoinsPerMinute, limits.addressJoinsPerMinute),
    };
  }

  /** Counts an attempt before it is looked at, so that those made at once count as well. @throws rate_limited */
  async count(attempt: DoorAttempt, { userId, address }: DoorCaller): Promise<void> {
    const counters = this.counters[attempt];

    try {
      await Promise.all([counters.account.consume(userId), counters.address.consume(address)]);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }

      this.refusals.note(limitOf[attempt]);
      throw new DomainError('rate_limited');
    }
  }

  /** Has a user join nothing for so many seconds, whoever they are. */
  async keepOut(userId: string, seconds: number): Promise<void> {
    await this.counters.join.account.block(userId, seconds);
  }

  /** The attempt that was counted was rightful, and does not count. */
  async forgive(attempt: DoorAttempt, { userId, address }: DoorCaller): Promise<void> {
    const counters = this.counters[attempt];
    await Promise.all([counters.account.reward(userId), counters.address.reward(address)]);
  }
}
