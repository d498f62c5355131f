/** Provides the store of past meetings. */
import { Module } from '@nestjs/common';
import { StoreCalls } from '../storage/store-calls.js';
import { DatabaseHistoryStore } from './database-history-store.js';
import { HistoryStore } from './history-store.js';
import { HistoryUpkeep } from './history-upkeep.js';
import { HistoryWriter } from './history-writer.js';

@Module({
  providers: [
    DatabaseHistoryStore,
    {
      provide: HistoryStore,
      inject: [DatabaseHistoryStore, StoreCalls],
      useFactory: (store: HistoryStore, calls: StoreCalls) =>
        calls.observe('history', store, ['save', 'closeUnfinished', 'sumUp']),
    },
    HistoryWriter,
    HistoryUpkeep,
  ],
  exports: [HistoryStore, HistoryWriter],
})
export class HistoryModule {}
