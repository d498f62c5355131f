/** `/rooms/:idOrSlug/participants`: the members of a room. */
import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  addRoomMemberSchema,
  idSchema,
  pageOf,
  pageQuerySchema,
  roomMemberSchema,
  roomReferenceSchema,
  type AddRoomMember,
  type Page,
  type PageQuery,
  type RoomMember,
} from '@minimeet/protocol';
import { CurrentUser, type AuthenticatedUser } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { RoomMembersService } from './room-members.service.js';

@Controller('rooms/:idOrSlug/participants')
export class RoomMembersController {
  constructor(private readonly members: RoomMembersService) {}

  @Post()
  @ApiOperation({
    summary: 'Make a user a member, as the owner or an administrator',
    description: 'By either `userId` or, for accounts alone, `email`.',
  })
  @ApiCreatedResponse({ standardSchema: roomMemberSchema })
  @Refuses('room_not_found', 'user_not_found', 'not_allowed', 'rate_limited')
  add(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Body({ schema: addRoomMemberSchema }) wanted: AddRoomMember,
    @Ip() address: string,
  ): Promise<RoomMember> {
    return this.members.add(caller, idOrSlug, wanted, address);
  }

  @Get()
  @ApiOperation({ summary: 'The members of a room, for its members, its owner and administrators' })
  @ApiOkResponse({ standardSchema: pageOf(roomMemberSchema) })
  @Refuses('room_not_found', 'not_allowed')
  list(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<RoomMember>> {
    return this.members.list(caller, idOrSlug, page);
  }

  @Delete(':userId')
  @HttpCode(204)
  @ApiOperation({ summary: 'End a membership: your own, or anyone’s as the owner or an administrator' })
  @ApiNoContentResponse()
  @Refuses('room_not_found', 'not_allowed')
  async remove(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Param('userId', { schema: idSchema }) userId: string,
  ): Promise<void> {
    await this.members.remove(caller, idOrSlug, userId);
  }
}
