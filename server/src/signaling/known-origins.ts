/** From which web pages a browser may call this server: its own, those of the servers that share the databases, and those that the settings name. */
import type { IncomingMessage } from 'node:http';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Cluster } from '../cluster/cluster.js';
import { LiveStatsStore } from '../live-stats/live-stats-store.js';
import { SETTINGS, type Settings } from '../settings/settings.js';

/** Milliseconds between two looks at which servers there are. */
const INTERVAL = 5000;
/** Milliseconds in which no more than one look is for the sake of an origin that is not known: whoever makes them up asks no database for each. */
const UNKNOWN_INTERVAL = 1000;
/** Refused origins that the log tells of; whoever makes them up does not fill it. */
const MOST_TOLD = 20;
const LONGEST_TOLD = 200;

@Injectable()
export class KnownOrigins implements OnModuleInit, OnApplicationShutdown {
  /** Of the servers that share the databases, this one among them. */
  private origins = new Set<string>();
  private readonly allowed: ReadonlySet<string>;
  private readonly told = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private lookedAt = -Infinity;

  constructor(
    private readonly liveStats: LiveStatsStore,
    private readonly cluster: Cluster,
    private readonly logger: PinoLogger,
    @Inject(SETTINGS) settings: Pick<Settings, 'http'>,
  ) {
    this.allowed = new Set(settings.http.allowedOrigins);
    logger.setContext(KnownOrigins.name);
  }

  async onModuleInit(): Promise<void> {
    this.timer = setInterval(() => void this.look(), INTERVAL);
    this.timer.unref();
    await this.look();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** What a page of this server may connect to, as a Content-Security-Policy names it: the known servers, by HTTP and WebSocket. */
  get connectSources(): string {
    return [...this.origins].flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]).join(' ');
  }

  /** Whether pages of this origin are a known server's, or the operator has allowed them. */
  async includes(origin: string): Promise<boolean> {
    if (this.allowed.has(origin)) {
      return true;
    }

    if (!this.origins.has(origin)) {
      // Its server may have come a moment ago.
      await this.lookAgain();
    }

    return this.origins.has(origin);
  }

  /** The same, as middleware for CORS asks; who does not know refuses. */
  async answer(origin: string | undefined, allow: (error: null, allowed: boolean) => void): Promise<void> {
    const included = origin !== undefined && (await this.includes(origin).catch(() => false));
    allow(null, included);
  }

  /** Whether what sends a request may do so: a program, a page of this server or a page of a known one. */
  async allows({ headers }: Pick<IncomingMessage, 'headers'>): Promise<boolean> {
    const { origin } = headers;

    // Browsers name the origin with each WebSocket and each request to another origin (https://fetch.spec.whatwg.org/#origin-header).
    if (origin === undefined || isOwn(origin, headers) || (await this.includes(origin))) {
      return true;
    }

    this.tellOf(origin.slice(0, LONGEST_TOLD), headers);

    return false;
  }

  /** Once for each origin: behind a proxy that passes on another Host than the browser's, everybody is refused. */
  private tellOf(origin: string, { host }: IncomingMessage['headers']): void {
    if (this.told.has(origin) || this.told.size >= MOST_TOLD) {
      return;
    }

    this.told.add(origin);
    this.logger.warn(
      { origin, host },
      'sockets are refused to pages of an origin that is not this server’s; if it is, name it in PUBLIC_URL, or have the proxy pass on the Host of the browser; if it is another’s, ALLOWED_ORIGINS lets it in',
    );
  }

  private async lookAgain(): Promise<void> {
    if (this.looking === null && performance.now() - this.lookedAt < UNKNOWN_INTERVAL) {
      return;
    }

    this.looking ??= this.look().finally(() => {
      this.lookedAt = performance.now();
      this.looking = null;
    });
    await this.looking;
  }

  private async look(): Promise<void> {
    const servers = await this.liveStats.servers();
    this.origins = new Set(
      [this.cluster.self, ...servers].flatMap(({ url }) =>
        url !== null && URL.canParse(url) ? new URL(url).origin : [],
      ),
    );
  }
}

/** A proxy may pass on what the browser asked for in a header of its own, which no page of another origin can set. */
function isOwn(origin: string, headers: IncomingMessage['headers']): boolean {
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  const forwarded = String(headers['x-forwarded-host'] ?? '')
    .split(',')[0]
    ?.trim();

  return host !== undefined && [headers.host, forwarded].includes(host);
}
