/** Provides the store of live figures: in Redis where the settings name one, otherwise in memory. */
import { Module } from '@nestjs/common';
import { RedisConnections } from '../storage/redis.js';
import { StoreCalls } from '../storage/store-calls.js';
import { LiveStatsStore } from './live-stats-store.js';
import { MemoryLiveStatsStore } from './memory-live-stats-store.js';
import { RedisLiveStatsStore } from './redis-live-stats-store.js';

@Module({
  providers: [
    {
      provide: LiveStatsStore,
      inject: [RedisConnections, StoreCalls],
      useFactory: (redis: RedisConnections | null, calls: StoreCalls): LiveStatsStore =>
        calls.observe<LiveStatsStore>(
          'live_stats',
          redis ? new RedisLiveStatsStore(redis.commands, undefined, redis.prefix) : new MemoryLiveStatsStore(),
          ['report', 'change', 'withdraw', 'participantsNow', 'all', 'servers'],
        ),
    },
  ],
  exports: [LiveStatsStore],
})
export class LiveStatsModule {}
