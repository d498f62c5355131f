/** Provides the agreement among servers: through Redis where the settings name one, otherwise with nobody. */
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { RedisConnections } from '../storage/redis.js';
import { StoreCalls } from '../storage/store-calls.js';
import { apiKeySecret, tokenSecret } from '../storage/token-secret.js';
import { Cluster, ownServer, type OwnServer } from './cluster.js';
import { LoneServer } from './lone-server.js';
import { RedisCluster } from './redis-cluster.js';
import { Roster } from './roster.js';

/** This process, as the others see it. */
const OWN_SERVER = Symbol('own server');

@Module({
  providers: [
    { provide: OWN_SERVER, inject: [SETTINGS], useFactory: ownServer },
    {
      provide: Roster,
      inject: [SETTINGS, OWN_SERVER, RedisConnections, PinoLogger],
      useFactory: async (
        settings: Settings,
        self: OwnServer,
        redis: RedisConnections | null,
        { logger }: PinoLogger,
      ): Promise<Roster | null> => {
        if (redis === null) {
          return null;
        }

        const secrets = { tokens: tokenSecret(settings), apiKeys: apiKeySecret(settings) };
        const roster = new Roster(self, secrets, redis, logger.child({ context: Roster.name }));
        await roster.enter();

        return roster;
      },
    },
    {
      provide: Cluster,
      // After the roster, which keeps those out who would do harm.
      inject: [OWN_SERVER, RedisConnections, PinoLogger, StoreCalls, Roster],
      useFactory: (
        self: OwnServer,
        redis: RedisConnections | null,
        { logger }: PinoLogger,
        calls: StoreCalls,
      ): Cluster =>
        calls.observe<Cluster>(
          'cluster',
          redis ? new RedisCluster(self, redis, logger.child({ context: Cluster.name })) : new LoneServer(self),
          ['claim', 'hostElsewhere'],
        ),
    },
  ],
  exports: [Cluster],
})
export class ClusterModule implements OnApplicationShutdown {
  constructor(
    @Inject(Cluster) private readonly cluster: Cluster,
    @Inject(Roster) private readonly roster: Roster | null,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.cluster.close();
    await this.roster?.leave();
  }
}
