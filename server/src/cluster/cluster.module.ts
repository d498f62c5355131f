/** Provides the agreement among servers: through Redis where the settings name one, otherwise with nobody. */
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { RedisConnections } from '../storage/redis.js';
import { StoreCalls } from '../storage/store-calls.js';
import { Cluster, ownServer } from './cluster.js';
import { LoneServer } from './lone-server.js';
import { RedisCluster } from './redis-cluster.js';

@Module({
  providers: [
    {
      provide: Cluster,
      inject: [SETTINGS, RedisConnections, PinoLogger, StoreCalls],
      useFactory: (
        settings: Settings,
        redis: RedisConnections | null,
        { logger }: PinoLogger,
        calls: StoreCalls,
      ): Cluster =>
        calls.observe<Cluster>(
          'cluster',
          redis
            ? new RedisCluster(ownServer(settings), redis, logger.child({ context: Cluster.name }))
            : new LoneServer(ownServer(settings)),
          ['claim', 'hostElsewhere'],
        ),
    },
  ],
  exports: [Cluster],
})
export class ClusterModule implements OnApplicationShutdown {
  constructor(@Inject(Cluster) private readonly cluster: Cluster) {}

  onApplicationShutdown(): void {
    this.cluster.close();
  }
}
