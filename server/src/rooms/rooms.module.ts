/** The rooms resource. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChatModule } from '../chat/chat.module.js';
import { LiveStatsModule } from '../live-stats/live-stats.module.js';
import { MeetingsModule } from '../meetings/meetings.module.js';
import { UsersModule } from '../users/users.module.js';
import { NewRoomLimits } from './new-room-limits.js';
import { RoomEntity } from './room.entity.js';
import { RoomInvitationEntity } from './room-invitation.entity.js';
import { RoomInvitationsController } from './room-invitations.controller.js';
import { RoomInvitations } from './room-invitations.js';
import { RoomMembersController } from './room-members.controller.js';
import { RoomMembersService } from './room-members.service.js';
import { RoomDoors } from './room-doors.js';
import { RoomsController } from './rooms.controller.js';
import { RoomsService } from './rooms.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([RoomEntity, RoomInvitationEntity]),
    UsersModule,
    MeetingsModule,
    ChatModule,
    LiveStatsModule,
  ],
  controllers: [RoomsController, RoomMembersController, RoomInvitationsController],
  providers: [RoomsService, NewRoomLimits, RoomMembersService, RoomInvitations, RoomDoors],
  exports: [RoomsService, RoomDoors],
})
export class RoomsModule {}
