/** How many rooms somebody may make: each is a row that stays when nobody uses it. */
import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { networkOf } from '../common/network-of.js';
import { counter } from '../common/rate-limit.js';
import { Refusals } from '../common/refusals.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { RedisConnections, sharedCounts } from '../storage/redis.js';

/** Guests who make rooms behind one address. */
const GUESTS_BEHIND_ADDRESS = 20;

@Injectable()
export class NewRoomLimits {
  private readonly ofGuests: RateLimiterAbstract;
  private readonly ofAddresses: RateLimiterAbstract;
  private readonly ofAccounts: RateLimiterAbstract;
  private readonly mostOfGuest: number;

  constructor(
    @Inject(SETTINGS) { limits }: Settings,
    @Inject(RedisConnections) connections: RedisConnections | null,
    private readonly refusals: Refusals,
  ) {
    const hourly = (name: string, points: number) =>
      counter({ name: `new-rooms:${name}`, points, seconds: 3600, redis: sharedCounts(connections) });
    this.ofGuests = hourly('guest', limits.guestRoomsPerHour);
    this.ofAddresses = hourly('address', limits.guestRoomsPerHour * GUESTS_BEHIND_ADDRESS);
    this.ofAccounts = hourly('account', limits.accountRoomsPerHour);
    this.mostOfGuest = limits.maxRoomsPerGuest;
  }

  /**
   * Counts a room that somebody is about to make.
   *
   * @param rooms how many they have
   * @param address from where they ask
   * @throws not_allowed for a guest who has too many, rate_limited
   */
  async count({ id, isGuest }: AuthenticatedUser, rooms: () => Promise<number>, address: string): Promise<void> {
    try {
      await (isGuest
        ? Promise.all([this.ofGuests.consume(id), this.ofAddresses.consume(networkOf(address))])
        : this.ofAccounts.consume(id));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }

      this.refusals.note('new_rooms');
      throw new DomainError('rate_limited');
    }

    if (isGuest && (await rooms()) >= this.mostOfGuest) {
      this.refusals.note('guest_rooms');
      throw new DomainError('not_allowed', `A guest has ${this.mostOfGuest} rooms at most; log in with an account`);
    }
  }
}
