/** What administrators alone may see. */
import { Module } from '@nestjs/common';
import { LiveStatsModule } from '../live-stats/live-stats.module.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { LiveController } from './live.controller.js';

@Module({ imports: [LiveStatsModule, RoomsModule], controllers: [LiveController] })
export class AdminModule {}
