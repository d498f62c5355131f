/** How many sockets one address and one user may have at one time, and how many they may open in a minute: counted in memory, before any database is asked. */
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { networkOf } from '../common/network-of.js';
import { Refusals } from '../common/refusals.js';
import { WindowCounter } from '../common/window-counter.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { addressReader } from './client-address.js';

/**
 * A refusal has a code only once there is a socket to tell it over. So who is over a limit of their address gets one for that moment, and who
 * is over this many times the limit gets none.
 */
const TOLD = 2;

const MINUTE = 60_000;
const TEN_SECONDS = 10_000;

@Injectable()
export class ConnectionLimits {
  private readonly ofAddresses = new Map<string, number>();
  private readonly ofUsers = new Map<string, number>();
  private readonly newOfAddresses = new WindowCounter(MINUTE);
  private readonly newOfUsers = new WindowCounter(MINUTE);
  private readonly callsOfAddresses = new WindowCounter(TEN_SECONDS);
  private readonly limits: Settings['limits'];
  /** From where a request comes, whatever proxies are in between; of IPv6, the network. */
  readonly addressOf: (request: IncomingMessage) => string;

  constructor(
    @Inject(SETTINGS) { http, limits }: Pick<Settings, 'http' | 'limits'>,
    private readonly refusals: Refusals,
  ) {
    this.limits = limits;
    const addressOf = addressReader(http);
    this.addressOf = (request) => networkOf(addressOf(request));
  }

  /** Counts a handshake, and says whether it leads to a socket at all. */
  mayShakeHands(address: string): boolean {
    const { maxConnectionsPerAddress, addressConnectionsPerMinute } = this.limits;
    const isRare = this.newOfAddresses.count(address) <= addressConnectionsPerMinute * TOLD;
    const isFree = countIn(this.ofAddresses, address) < maxConnectionsPerAddress * TOLD;

    if (!isRare || !isFree) {
      this.refusals.note(isRare ? 'open_connections' : 'new_connections');
    }

    return isRare && isFree;
  }

  /** Counts a call of long polling or for a WebSocket: one for each packet or two, so as many as requests. */
  mayCall(address: string): boolean {
    const isRare = this.callsOfAddresses.count(address) <= this.limits.addressRequestsPer10Seconds;

    if (!isRare) {
      this.refusals.note('requests');
    }

    return isRare;
  }

  /** A socket was opened; whoever is behind it is not known yet. Returns what is to be called when it is closed. */
  open(address: string): () => void {
    return take(this.ofAddresses, address);
  }

  /**
   * Whether the address of a socket that was opened has not too many of them.
   *
   * @throws too_many_connections, rate_limited
   */
  assertAddress(address: string): void {
    const { maxConnectionsPerAddress, addressConnectionsPerMinute } = this.limits;
    this.assert(
      countIn(this.ofAddresses, address) <= maxConnectionsPerAddress,
      this.newOfAddresses.countOf(address) <= addressConnectionsPerMinute,
    );
  }

  /**
   * The user behind a socket is known. Returns what is to be called when it is closed.
   *
   * @throws too_many_connections, rate_limited
   */
  admit(userId: string): () => void {
    const { maxConnectionsPerUser, userConnectionsPerMinute } = this.limits;
    this.assert(
      countIn(this.ofUsers, userId) < maxConnectionsPerUser,
      this.newOfUsers.count(userId) <= userConnectionsPerMinute,
    );

    return take(this.ofUsers, userId);
  }

  private assert(isFree: boolean, isRare: boolean): void {
    if (!isFree) {
      this.refusals.note('open_connections');
      throw new DomainError('too_many_connections');
    }

    if (!isRare) {
      this.refusals.note('new_connections');
      throw new DomainError('rate_limited');
    }
  }
}

function countIn(counts: ReadonlyMap<string, number>, key: string): number {
  return counts.get(key) ?? 0;
}

/** Counts one more, until what it returns is called for the first time. */
function take(counts: Map<string, number>, key: string): () => void {
  let isTaken = true;
  counts.set(key, countIn(counts, key) + 1);

  return () => {
    if (!isTaken) {
      return;
    }

    isTaken = false;
    const left = countIn(counts, key) - 1;

    if (left > 0) {
      counts.set(key, left);
    } else {
      counts.delete(key);
    }
  };
}
