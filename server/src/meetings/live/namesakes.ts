/** Notices that another server has this one's name, by which each would end the other's records at its start. */
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Cluster } from '../../cluster/cluster.js';
import { LIVE_FIGURES_EXPIRY, LiveStatsStore } from '../../live-stats/live-stats-store.js';

/** Milliseconds between two looks. Figures of a dead server, such as an earlier process of this one, do not last so long. */
const INTERVAL = LIVE_FIGURES_EXPIRY + 5000;

@Injectable()
export class Namesakes implements OnModuleInit, OnApplicationShutdown {
  /** Whether the process with this id has been told of. */
  private seen = new Map<string, boolean>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly liveStats: LiveStatsStore,
    private readonly cluster: Cluster,
    private readonly logger: PinoLogger,
  ) {
    logger.setContext(Namesakes.name);
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.look(), INTERVAL).unref();
    void this.look();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Tells once of each that was there at the look before, longer ago than the figures of a dead server last. */
  async look(): Promise<void> {
    const { id: ownId, name } = this.cluster.self;
    const servers = await this.liveStats.servers();
    const namesakes = servers.filter((server) => server.name === name && server.id !== ownId);

    for (const { id, url } of namesakes) {
      if (this.seen.get(id) === false) {
        this.logger.warn({ name, url }, 'another server has the same name; give each a SERVER_NAME of its own');
      }
    }

    this.seen = new Map(namesakes.map(({ id }) => [id, this.seen.has(id)]));
  }
}
