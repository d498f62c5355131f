/** Provides the store of past meetings. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseHistoryStore } from './database-history-store.js';
import { HistoryStore } from './history-store.js';
import { MeetingRecord } from './meeting-record.entity.js';
import { ParticipantRecord } from './participant-record.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([MeetingRecord, ParticipantRecord])],
  providers: [{ provide: HistoryStore, useClass: DatabaseHistoryStore }],
  exports: [HistoryStore],
})
export class HistoryModule {}
