/** How often somebody may call: counted by address, or by whatever else tells one from another. */
import type { RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from './domain-error.js';
import { networkOf } from './network-of.js';

export interface CounterOptions {
  /** Of what is limited, such as `rest`: calls under different names are counted apart. */
  name: string;
  /** So many in so many seconds. */
  points: number;
  seconds: number;
  /** Where several servers count together; while it is away, each counts by itself. */
  redis?: { commands: Redis; prefix: string } | undefined;
}

export type RateLimitOptions = Omit<CounterOptions, 'points' | 'seconds'> & {
  perMinute: number;
  /** In place of a minute. */
  seconds?: number;
  /** Called for each call that is refused. */
  refused(): void;
};

/** Refuses an address that has called `perMinute` times within a minute, or the `seconds` given, and tells it when to come back. */
export function rateLimit({ perMinute, seconds = 60, refused, ...options }: RateLimitOptions): RequestHandler {
  const calls = counter({ ...options, points: perMinute, seconds });

  return async (request, response, next) => {
    try {
      await calls.consume(networkOf(request.ip ?? 'unknown'));
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }

      refused();
      response.setHeader('Retry-After', Math.ceil(refusal.msBeforeNext / 1000));
      throw new DomainError('rate_limited');
    }

    next();
  };
}

/** Counts by whatever key, in memory or in Redis. */
export function counter({ name, points, seconds, redis }: CounterOptions): RateLimiterAbstract {
  const limit = { points, duration: seconds };
  const alone = new RateLimiterMemory(limit);

  return redis
    ? new RateLimiterRedis({
        ...limit,
        storeClient: redis.commands,
        keyPrefix: `${redis.prefix}calls:${name}`,
        rejectIfRedisNotReady: true,
        insuranceLimiter: alone,
        // Who is over the limit already need not be counted again.
        inMemoryBlockOnConsumed: points + 1,
      })
    : alone;
}
