/** Provides the store of past meetings. */
import { Module } from '@nestjs/common';
import { DatabaseHistoryStore } from './database-history-store.js';
import { HistoryStore } from './history-store.js';
import { HistoryUpkeep } from './history-upkeep.js';
import { HistoryWriter } from './history-writer.js';

@Module({
  providers: [{ provide: HistoryStore, useClass: DatabaseHistoryStore }, HistoryWriter, HistoryUpkeep],
  exports: [HistoryStore, HistoryWriter],
})
export class HistoryModule {}
