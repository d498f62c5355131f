/** Which addresses clients are told of the media ports: those of the settings, with names resolved, and resolved again when that changes. */
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { IceCandidate } from 'mediasoup/types';
import type { Logger } from 'pino';
import { isWildcard, whyUnreachable } from '../settings/media-addresses.js';
import { ownAddresses, type ListenAddress } from './listen-addresses.js';

/** Milliseconds between two looks at what the names stand for; providers change addresses of homes about once a day. */
const INTERVAL = 30_000;
/** At the start, where the resolver may come up with this server. */
const START_TRIES = 4;
const START_DELAY = 1000;

export interface AnnouncedAddressesOptions {
  /** IP addresses and names; without any, the addresses of the candidates stay as they are. */
  announced: readonly string[] | undefined;
  listen: readonly ListenAddress[];
  logger: Pick<Logger, 'info' | 'warn'>;
  /** Resolves a name to all its addresses, in the order in which to use them. */
  lookup?: (name: string) => Promise<string[]>;
  interval?: number;
  startDelay?: number;
}

export class AnnouncedAddresses {
  private addresses: readonly string[] = [];
  private own: readonly string[] = ownAddresses();
  /** Names that could not be resolved when it was tried last: said once. */
  private readonly unknown = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  private constructor(private readonly options: AnnouncedAddressesOptions) {}

  /** @throws Error with one sentence, where a name is unknown, or an address cannot be reached over what is listened on */
  static async create(options: AnnouncedAddressesOptions): Promise<AnnouncedAddresses> {
    const announced = new AnnouncedAddresses(options);
    await announced.resolveAtStart();
    announced.timer = setInterval(() => void announced.look(), options.interval ?? INTERVAL);
    announced.timer.unref();

    return announced;
  }

  /** What clients are told now; empty where they are told what is listened on. */
  get current(): readonly string[] {
    return this.addresses;
  }

  /** Nest calls it when the server stops. */
  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * The candidates of a transport as clients are told them, each with an IP address: browsers do not agree on names in candidates.
   * Those that are named first are the first to be tried.
   */
  candidates(listened: readonly IceCandidate[]): IceCandidate[] {
    const told = listened.flatMap((candidate) =>
      this.addressesFor(candidate.address).map((address, index) => ({
        ...candidate,
        address,
        ip: address,
        // RFC 8445, 5.1.1.3 and 5.1.2.1: another address, another foundation; the local preference has the second byte.
        foundation: index === 0 ? candidate.foundation : `${candidate.foundation}${index}`,
        priority: candidate.priority - 256 * index,
      })),
    );

    return told.filter(
      ({ address, port, protocol }, index) =>
        told.findIndex((other) => other.address === address && other.port === port && other.protocol === protocol) ===
        index,
    );
  }

  private addressesFor(listened: string): readonly string[] {
    const isOfFamily = (address: string) => isIPv6(address) === isIPv6(listened);

    if (this.options.announced !== undefined) {
      return this.addresses.filter(isOfFamily);
    }

    return isWildcard(listened) ? this.own.filter(isOfFamily) : [listened];
  }

  private async resolveAtStart(): Promise<void> {
    const { announced = [], startDelay = START_DELAY } = this.options;

    for (let tries = 1; ; tries++) {
      const { addresses, failed } = await this.resolve(announced);
      const [first] = failed;

      if (first === undefined) {
        this.addresses = addresses;
        break;
      }

      if (tries === START_TRIES) {
        throw new Error(`MEDIA_ANNOUNCED_ADDRESS names ${first.name}, which ${first.why}`);
      }

      await delay(startDelay);
    }

    this.assertReachable(announced);
  }

  /** Every address that is given as such, and one address of all names at least. */
  private assertReachable(announced: readonly string[]): void {
    const { listen } = this.options;
    const isListened = (address: string) => listen.some(({ ip }) => isIPv6(ip) === isIPv6(address));
    const given = announced.filter((address) => isIP(address) !== 0);
    const useless =
      given.find((address) => !isListened(address)) ??
      (this.addresses.some(isListened) ? undefined : this.addresses[0]);

    if (useless !== undefined) {
      const [family, other] = isIPv6(useless) ? ['IPv6', 'IPv4'] : ['IPv4', 'IPv6'];
      throw new Error(
        `MEDIA_ANNOUNCED_ADDRESS names ${useless}, but media is taken over ${other} alone; have this machine and MEDIA_LISTEN_ADDRESS use ${family}, too, or leave that address out`,
      );
    }
  }

  private async look(): Promise<void> {
    const { announced = [], logger } = this.options;
    this.own = ownAddresses();
    const { addresses, failed } = await this.resolve(announced);

    for (const { name, why } of failed.filter(({ name }) => !this.unknown.has(name))) {
      logger.warn(
        { name },
        `MEDIA_ANNOUNCED_ADDRESS names ${name}, which now ${why}; clients are told what it was before`,
      );
    }

    this.unknown.clear();
    failed.forEach(({ name }) => this.unknown.add(name));

    if (failed.length === 0 && addresses.join() !== this.addresses.join()) {
      logger.info({ before: this.addresses, now: addresses }, 'the announced media addresses have changed');
      this.addresses = addresses;
    }
  }

  private async resolve(
    announced: readonly string[],
  ): Promise<{ addresses: string[]; failed: { name: string; why: string }[] }> {
    const { lookup = allAddressesOf } = this.options;
    const failed: { name: string; why: string }[] = [];
    const resolved = await Promise.all(
      announced.map(async (name) => {
        if (isIP(name) !== 0) {
          return [name];
        }

        const addresses = await lookup(name).catch(() => undefined);
        const reachable = addresses?.filter((address) => whyUnreachable(address) === undefined) ?? [];

        if (reachable.length === 0) {
          const why = addresses?.length
            ? `has no address that clients can reach (${addresses.join(', ')})`
            : 'cannot be resolved';
          failed.push({ name, why });
        }

        return reachable;
      }),
    );

    return { addresses: [...new Set(resolved.flat())], failed };
  }
}

async function allAddressesOf(name: string): Promise<string[]> {
  return (await systemLookup(name, { all: true })).map(({ address }) => address);
}
