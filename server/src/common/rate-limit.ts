/** How often one address may call. */
import type { RequestHandler } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from './domain-error.js';

/** Refuses an address that has called `perMinute` times within a minute, and tells it when to come back. */
export function rateLimit(perMinute: number): RequestHandler {
  const calls = new RateLimiterMemory({ points: perMinute, duration: 60 });

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
