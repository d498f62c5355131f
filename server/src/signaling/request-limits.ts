/** How often one socket may ask. */
import { BurstyRateLimiter, RateLimiterMemory } from 'rate-limiter-flexible';
import type { RequestName } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';
import type { Settings } from '../settings/settings.js';

/** What the chat's database has to work for, or everybody's screen, each counted on its own. */
const chatRequests: ReadonlySet<RequestName> = new Set([
  'send_message',
  'search_messages',
  'react_to_message',
  'delete_message',
  'send_reaction',
  'raise_hand',
]);

export class RequestLimits {
  private readonly requests: BurstyRateLimiter;
  private readonly chat: RateLimiterMemory;

  constructor({ limits }: Pick<Settings, 'limits'>) {
    this.requests = new BurstyRateLimiter(
      new RateLimiterMemory({ points: limits.socketRequestsPerSecond, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: 'burst', points: limits.socketRequestBurst, duration: 10 }),
    );
    this.chat = new RateLimiterMemory({ points: limits.chatMessagesPer10Seconds, duration: 10 });
  }

  /** @throws rate_limited */
  async count(socketId: string, event: RequestName | null): Promise<void> {
    try {
      await this.requests.consume(socketId);

      if (event !== null && chatRequests.has(event)) {
        await this.chat.consume(`${event} ${socketId}`);
      }
    } catch {
      throw new DomainError('rate_limited');
    }
  }
}
