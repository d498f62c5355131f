/** What past meetings tell. */
import { Module } from '@nestjs/common';
import { RoomsModule } from '../rooms/rooms.module.js';
import { AnalyticsController } from './analytics.controller.js';
import { AnalyticsService } from './analytics.service.js';
import { FiguresQueries } from './figures-queries.js';

@Module({
  imports: [RoomsModule],
  controllers: [AnalyticsController],
  providers: [AnalyticsService, FiguresQueries],
})
export class AnalyticsModule {}
