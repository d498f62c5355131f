/** How often may be asked over one socket, over all sockets of one user, and over all of one address. */
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

/** What all the others of a meeting are given something for: their consumers are made anew, one after the other. */
const meetingRequests: ReadonlySet<RequestName> = new Set(['produce', 'rebuild_media', 'set_rtp_capabilities']);

/** So many participants add as much to the cost of such a request as it has by itself; and at most this many times as much. */
const PARTICIPANTS_PER_POINT = 8;
const MOST_POINTS = 10;

const SECOND = 1000;
const TEN_SECONDS = 10_000;

/** Who asks. */
export interface Asker {
  socketId: string;
  userId: string;
  address: string;
  /** Participants of the meeting that they are in; 0 where they are in none. */
  participants: number;
}

/** In this process's memory alone: a request waits for no database to be counted. */
export class RequestLimits {
  private readonly ofSecond = new WindowCounter(SECOND);
  private readonly counted = new WindowCounter(TEN_SECONDS);
  private readonly limits: Settings['limits'];

  constructor(
    { limits }: Pick<Settings, 'limits'>,
    private readonly refusals: Refusals,
  ) {
    this.limits = limits;
  }

  /**
   * Counts a request before anything else is done about it, and at once: what waits to be counted is work already.
   *
   * @throws rate_limited
   */
  count({ socketId, userId, address, participants }: Asker, event: RequestName | null): void {
    const { limits } = this;

    if (this.ofSecond.count(socketId) > limits.socketRequestsPerSecond) {
      this.assert('requests', socketId, limits.socketRequestBurst);
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

    if (event !== null && meetingRequests.has(event)) {
      const points = Math.min(MOST_POINTS, 1 + Math.floor(participants / PARTICIPANTS_PER_POINT));
      this.assert('meeting_media_requests', `meeting of user ${userId}`, limits.userMediaPointsPer10Seconds, points);
    }
  }

  private assert(limit: LimitName, key: string, most: number, points = 1): void {
    if (this.counted.count(key, points) > most) {
      this.refusals.note(limit);
      throw new DomainError('rate_limited');
    }
  }
}
