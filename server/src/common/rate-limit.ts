/** How often one address may call. */
import type { RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { DomainError } from './domain-error.js';

export interface RateLimitOptions {
  /** Of what is limited, such as `rest`: calls under different names are counted apart. */
  name: string;
  perMinute: number;
  /** Where several servers count together; while it is away, each counts by itself. */
  redis?: { commands: Redis; prefix: string } | undefined;
}

/** Refuses an address that has called `perMinute` times within a minute, and tells it when to come back. */
export function rateLimit(options: RateLimitOptions): RequestHandler {
  const calls = callCounter(options);

  return async (request, response, next) => {
    try {
      await calls.consume(request.ip ?? 'unknown');
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) {
        throw refusal;
      }

      response.setHeader('Retry-After', Math.ceil(refusal.msBeforeNext / 1000));
      throw new DomainError('rate_limited');
    }

    next();
  };
}

/** Counts calls; `consume` rejects with a `RateLimiterRes` where there were too many. */
export function callCounter({ name, perMinute, redis }: RateLimitOptions): RateLimiterAbstract {
  const limit = { points: perMinute, duration: 60 };
  const alone = new RateLimiterMemory(limit);

  return redis
    ? new RateLimiterRedis({
        ...limit,
        storeClient: redis.commands,
        keyPrefix: `${redis.prefix}calls:${name}`,
        rejectIfRedisNotReady: true,
        insuranceLimiter: alone,
        // Who is over the limit already need not be counted again.
        inMemoryBlockOnConsumed: perMinute + 1,
      })
    : alone;
}
