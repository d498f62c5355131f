/** Health for orchestrators and monitors. */
import { Module } from '@nestjs/common';
import { MeetingsModule } from '../meetings/meetings.module.js';
import { HealthController } from './health.controller.js';

@Module({ imports: [MeetingsModule], controllers: [HealthController] })
export class HealthModule {}
