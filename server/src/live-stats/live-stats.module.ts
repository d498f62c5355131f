/** Provides the store of live figures. */
import { Module } from '@nestjs/common';
import { LiveStatsStore } from './live-stats-store.js';
import { MemoryLiveStatsStore } from './memory-live-stats-store.js';

@Module({ providers: [{ provide: LiveStatsStore, useClass: MemoryLiveStatsStore }], exports: [LiveStatsStore] })
export class LiveStatsModule {}
