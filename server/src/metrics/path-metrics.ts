/** Whether media gets through, and over what. */
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { MediaPaths } from '../meetings/live/media-paths.js';
import { Meetings } from '../meetings/meetings.js';
import { MetricMaker, REGISTRY } from './metric-kinds.js';

const outcomes = ['connected', 'ice_failed', 'dtls_failed'] as const;

@Injectable()
export class PathMetrics implements OnModuleInit {
  private readonly transports;
  private readonly outcomes;
  private readonly blocked;

  constructor(
    @Inject(REGISTRY) registry: Registry,
    private readonly paths: MediaPaths,
    private readonly meetings: Meetings,
  ) {
    const make = new MetricMaker(registry);
    this.transports = make.gauge(
      'transports',
      'Transports that clients connect or have connected, by their ICE and DTLS states, and by what their packets come over: udp, tcp, relay or none yet.',
      ['ice', 'dtls', 'path'],
    );
    this.outcomes = make.counter(
      'transport_connections_total',
      'Transports that were connected, also again, and those that were not within 8 s: for want of ICE or of DTLS.',
      ['outcome'],
    );
    this.blocked = make.gauge(
      'participants_media_blocked',
      'Participants whose media does not get through, by what seems to be in the way: their network, or this server for all.',
      ['cause'],
    );
    outcomes.forEach((outcome) => this.outcomes.inc({ outcome }, 0));
  }

  onModuleInit(): void {
    this.paths.on('settled', (outcome) => this.outcomes.inc({ outcome }));
  }

  refresh(): void {
    this.transports.reset();

    for (const meeting of this.meetings.current) {
      for (const { media } of meeting.participants.values()) {
        for (const transport of media.asked) {
          const { iceState: ice, dtlsState: dtls } = transport;
          this.transports.inc({ ice, dtls, path: this.paths.pathOf(transport) });
        }
      }
    }

    const { network, server } = this.paths.blockedNow;
    this.blocked.set({ cause: 'network' }, network);
    this.blocked.set({ cause: 'server' }, server);
  }
}
