/** How often may be asked over one socket, over all sockets of one user, and over all of one address. */
import { BurstyRateLimiter, RateLimiterMemory } from 'rate-limiter-flexible';
import type { RequestName } from '@minimeet/protocol';
import { DomainError } from '../common/domain-error.js';
import type { LimitName, Refusals } from '../common/refusals.js';
import { WindowCounter } from '../common/window-counter.js';
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

/** What a media worker has to work for, and often everybody else, each counted on its own. */
const mediaRequests: ReadonlySet<RequestName> = new Set([
  'connect_transport',
  'restart_ice',
  'rebuild_media',
  'produce',
  'pause_producer',
  'resume_producer',
  'close_producer',
  'request_key_frame',
]);

const TEN_SECONDS = 10_000;

/** Who asks. */
export interface Asker {
  socketId: string;
  userId: string;
  address: string;
}

/** In this process's memory alone: a request waits for no database to be counted. */
export class RequestLimits {
  private readonly requests: BurstyRateLimiter;
  private readonly counted = new WindowCounter(TEN_SECONDS);
  private readonly limits: Settings['limits'];

  constructor(
    { limits }: Pick<Settings, 'limits'>,
    private readonly refusals: Refusals,
  ) {
    this.limits = limits;
    this.requests = new BurstyRateLimiter(
      new RateLimiterMemory({ points: limits.socketRequestsPerSecond, duration: 1 }),
      new RateLimiterMemory({ keyPrefix: 'burst', points: limits.socketRequestBurst, duration: 10 }),
    );
  }

  /** @throws rate_limited */
  async count({ socketId, userId, address }: Asker, event: RequestName | null): Promise<void> {
    const { limits } = this;

    try {
      await this.requests.consume(socketId);
    } catch {
      this.refuse('requests');
    }

    // What one socket asks too often does not count for the others.
    this.assert('requests', `user ${userId}`, limits.userRequestsPer10Seconds);
    this.assert('requests', `address ${address}`, limits.addressRequestsPer10Seconds);

    if (event !== null && chatRequests.has(event)) {
      this.assert('chat_messages', `${event} of ${socketId}`, limits.chatMessagesPer10Seconds);
      this.assert('chat_messages', `${event} of user ${userId}`, limits.userChatMessagesPer10Seconds);
      this.assert('chat_messages', `${event} of address ${address}`, limits.addressChatMessagesPer10Seconds);
    }

    if (event === 'chat_history') {
      this.assert('chat_history', `${event} of user ${userId}`, limits.userHistoryPagesPer10Seconds);
      this.assert('chat_history', `${event} of address ${address}`, limits.addressChatMessagesPer10Seconds);
    }

    if (event !== null && mediaRequests.has(event)) {
      this.assert('media_requests', `${event} of ${socketId}`, limits.mediaRequestsPer10Seconds);
    }
  }

  private assert(limit: LimitName, key: string, most: number): void {
    if (this.counted.count(key) > most) {
      this.refuse(limit);
    }
  }

  private refuse(limit: LimitName): never {
    this.refusals.note(limit);
    throw new DomainError('rate_limited');
  }
}
