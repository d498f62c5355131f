/** Whether media gets through to the participants: looks at the ICE and DTLS states of their transports, and tells where it does not. */
import { lookup } from 'node:dns/promises';
import { EventEmitter } from 'node:events';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { WebRtcTransport } from 'mediasoup/types';
import { PinoLogger } from 'nestjs-pino';
import { SETTINGS, type Settings } from '../../settings/settings.js';
import { Meetings } from '../meetings.js';
import type { Participant } from '../participant.js';

const INTERVAL = 1000;
/** Milliseconds that ICE and DTLS may take together; TCP and relays, which are tried as well, need the longest. */
const CONNECT_TIMEOUT = 8000;
/** Milliseconds for which somebody who got through shows that the server can be reached. */
const REMEMBERED = 10 * 60_000;
/** Milliseconds in which the log has one line of this, whatever happens. */
const LOG_INTERVAL = 60_000;
const RESOLVE_INTERVAL = 5 * 60_000;

export type MediaOutcome = 'connected' | 'ice_failed' | 'dtls_failed';
export type BlockCause = 'network' | 'server';

interface PathState {
  isUp: boolean;
  /** When it began to connect, or was lost. */
  since: number;
  isBlocked: boolean;
}

@Injectable()
export class MediaPaths
  extends EventEmitter<{ settled: [MediaOutcome] }>
  implements OnModuleInit, BeforeApplicationShutdown
{
  private readonly paths = new WeakMap<WebRtcTransport, PathState>();
  private readonly blocked = new Map<Participant, BlockCause>();
  /** When each user got through last; those of the last ten minutes. */
  private readonly through = new Map<string, number>();
  private readonly relays = new Set<string>();
  private readonly isRelayOffered: boolean;
  private timers: NodeJS.Timeout[] = [];
  private loggedAt = -Infinity;
  private unlogged = 0;

  constructor(
    private readonly meetings: Meetings,
    private readonly logger: PinoLogger,
    @Inject(SETTINGS) private readonly settings: Pick<Settings, 'media'>,
  ) {
    super();
    this.isRelayOffered = this.relayHosts().length > 0;
    logger.setContext(MediaPaths.name);
  }

  onModuleInit(): void {
    void this.resolveRelays();
    this.timers = [
      setInterval(() => this.look(), INTERVAL).unref(),
      setInterval(() => void this.resolveRelays(), RESOLVE_INTERVAL).unref(),
    ];
  }

  beforeApplicationShutdown(): void {
    this.timers.forEach((timer) => clearInterval(timer));
  }

  /** Participants whose media does not get through now, by what seems to be in the way. */
  get blockedNow(): Record<BlockCause, number> {
    const causes = [...this.blocked.values()];

    return {
      network: causes.filter((cause) => cause === 'network').length,
      server: causes.filter((cause) => cause === 'server').length,
    };
  }

  /** `false` while nobody's media gets through although somebody tries; `null` while nobody shows either. */
  get isReachable(): boolean | null {
    this.forget(performance.now());

    return this.through.size > 0 ? true : this.blocked.size > 0 ? false : null;
  }

  /** Over what a transport's packets come: `none` before any did. */
  pathOf({ iceSelectedTuple }: WebRtcTransport): 'none' | 'udp' | 'tcp' | 'relay' {
    if (!iceSelectedTuple) {
      return 'none';
    }

    const { remoteIp, protocol } = iceSelectedTuple;

    return remoteIp !== undefined && this.relays.has(remoteIp) ? 'relay' : protocol;
  }

  private look(): void {
    const now = performance.now();
    const present = new Set<Participant>();

    for (const meeting of this.meetings.current) {
      for (const participant of meeting.participants.values()) {
        present.add(participant);
        this.lookAt(participant, now);
      }
    }

    for (const participant of this.blocked.keys()) {
      if (!present.has(participant)) {
        this.blocked.delete(participant);
      }
    }

    this.forget(now);
  }

  private lookAt(participant: Participant, now: number): void {
    if (!participant.connected) {
      // Its page forgets what it was told. It is told again where media is still blocked when it is back.
      this.blocked.delete(participant);
      return;
    }

    const transports = participant.media.closed ? [] : participant.media.asked;
    const states = transports.map((transport) => this.follow(transport, participant, now));

    if (states.some(({ isBlocked }) => isBlocked)) {
      this.block(participant, now);
    } else if (states.length > 0 && states.every(({ isUp }) => isUp) && this.blocked.delete(participant)) {
      participant.channel.send('media_blocked', { cause: null, relayOffered: this.isRelayOffered });
    }
  }

  private follow(transport: WebRtcTransport, participant: Participant, now: number): PathState {
    const { iceState, dtlsState } = transport;
    const isIceUp = iceState === 'connected' || iceState === 'completed';
    const isUp = isIceUp && dtlsState === 'connected';
    const before = this.paths.get(transport) ?? { isUp: false, since: now, isBlocked: false };
    const state = isUp
      ? { isUp, since: now, isBlocked: false }
      : { isUp, since: before.isUp ? now : before.since, isBlocked: before.isBlocked };

    if (isUp) {
      this.through.set(participant.userId, now);

      if (!before.isUp) {
        this.emit('settled', 'connected');
      }
    } else if (!state.isBlocked && now - state.since >= CONNECT_TIMEOUT) {
      state.isBlocked = true;
      this.emit('settled', isIceUp ? 'dtls_failed' : 'ice_failed');
    }

    this.paths.set(transport, state);

    return state;
  }

  private block(participant: Participant, now: number): void {
    const others = [...this.through.keys()].some((userId) => userId !== participant.userId);
    const cause = others ? 'network' : 'server';

    if (this.blocked.get(participant) === cause) {
      return;
    }

    const isNew = !this.blocked.has(participant);
    this.blocked.set(participant, cause);
    participant.channel.send('media_blocked', { cause, relayOffered: this.isRelayOffered });

    if (isNew) {
      this.log(cause, now);
    }
  }

  private log(cause: BlockCause, now: number): void {
    this.unlogged += 1;

    if (now - this.loggedAt < LOG_INTERVAL) {
      return;
    }

    const participants = this.unlogged;
    this.loggedAt = now;
    this.unlogged = 0;
    this.logger.warn({ cause, participants }, this.remedyFor(cause));
  }

  private remedyFor(cause: BlockCause): string {
    const { announcedAddress, port } = this.settings.media;

    if (cause === 'server') {
      const told = announcedAddress
        ? `clients are told ${announcedAddress.join(', ')}`
        : 'clients are told what the machine has';

      return `media gets through to nobody; check MEDIA_ANNOUNCED_ADDRESS (${told}), and that the media ports from MEDIA_PORT (${port}) on are open for UDP and TCP`;
    }

    return this.isRelayOffered
      ? 'media does not get through to a participant, though it does to others; check that the TURN servers of TURN_URLS answer, best also by TLS on port 443'
      : 'media does not get through to a participant, though it does to others; a TURN server (TURN_URLS), best also by TLS on port 443, reaches people whose network lets nothing else through';
  }

  private forget(now: number): void {
    for (const [userId, at] of this.through) {
      if (now - at > REMEMBERED) {
        this.through.delete(userId);
      }
    }
  }

  private relayHosts(): string[] {
    const { iceServers, turnUrls = [] } = this.settings.media;
    const urls = [...turnUrls, ...iceServers.flatMap(({ urls: of }) => of)];

    return urls.flatMap((url) => /^turns?:(?:\[([^\]]+)\]|([^:?]+))/.exec(url)?.slice(1).find(Boolean) ?? []);
  }

  private async resolveRelays(): Promise<void> {
    const resolved = await Promise.allSettled(this.relayHosts().map((host) => lookup(host, { all: true })));
    resolved
      .flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
      .forEach(({ address }) => this.relays.add(address));
  }
}
