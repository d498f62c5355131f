/** Provides the store of live figures: in Redis where the settings name one, otherwise in memory. */
import { Module } from '@nestjs/common';
import { RedisConnections } from '../storage/redis.js';
import { LiveStatsStore } from './live-stats-store.js';
import { MemoryLiveStatsStore } from './memory-live-stats-store.js';
import { RedisLiveStatsStore } from './redis-live-stats-store.js';

@Module({
  providers: [
    {
      provide: LiveStatsStore,
      inject: [RedisConnections],
      useFactory: (redis: RedisConnections | null) =>
        redis ? new RedisLiveStatsStore(redis.commands) : new MemoryLiveStatsStore(),
    },
  ],
  exports: [LiveStatsStore],
})
export class LiveStatsModule {}
