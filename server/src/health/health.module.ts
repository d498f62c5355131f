/** Health for orchestrators and monitors. */
import { Module } from '@nestjs/common';
import { MeetingsModule } from '../meetings/meetings.module.js';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';

@Module({ imports: [MeetingsModule], controllers: [HealthController], providers: [Readiness], exports: [Readiness] })
export class HealthModule {}
