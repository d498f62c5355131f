/** What is deleted by itself. */
import { Module } from '@nestjs/common';
import { MeetingsModule } from '../meetings/meetings.module.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { Retention } from './retention.js';

@Module({ imports: [RoomsModule, MeetingsModule], providers: [Retention] })
export class RetentionModule {}
