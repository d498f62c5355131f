/** How often one socket may ask. */
import { BurstyRateLimiter, RateLimiterMemory } from 'rate-limiter-flexible';
import type { RequestName } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';
import type { Settings } from '../settings/settings.js';

export class RequestLimits {
  private readonly requests: BurstyRateLimiter;
  private readonly messages: RateLimiterMemory;

  constructor({ limits }: Pick<Settings, 'limits'>) {
    this.requests = new BurstyRateLimiter(
      new RateLimiterMemory({ points: limits.socketRequestsPerSecond, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: 'burst', points: limits.socketRequestBurst, duration: 10 }),
    );
    this.messages = new RateLimiterMemory({ points: limits.chatMessagesPer10Seconds, duration: 10 });
  }

  /** @throws rate_limited */
  async count(socketId: string, event: RequestName | null): Promise<void> {
    try {
      await this.requests.consume(socketId);

      if (event === 'send_message') {
        await this.messages.consume(socketId);
      }
    } catch {
      throw new DomainError('rate_limited');
    }
  }
}
