/** Puts the sockets on top of users, rooms and meetings. */
import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ClusterModule } from '../cluster/cluster.module.js';
import { LiveStatsModule } from '../live-stats/live-stats.module.js';
import { MeetingsModule } from '../meetings/meetings.module.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { UsersModule } from '../users/users.module.js';
import { ConnectionGuards } from './connection-guard.js';
import { ConnectionLimits } from './connection-limits.js';
import { KnownOrigins } from './known-origins.js';
import { SignalingEvents } from './signaling-events.js';
import { SignalingGateway } from './signaling.gateway.js';

@Module({
  imports: [AuthModule, UsersModule, RoomsModule, MeetingsModule, ClusterModule, LiveStatsModule],
  providers: [SignalingGateway, SignalingEvents, KnownOrigins, ConnectionLimits, ConnectionGuards],
  exports: [SignalingEvents],
})
export class SignalingModule {}
