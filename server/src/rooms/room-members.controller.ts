/** `/rooms/:idOrSlug/participants`: the members of a room. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
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
    summary: 'Make a user a member as the owner or an administrator, or yourself with an invitation',
    description:
      'By either the `userId` of anyone or the code of an `invitation` for yourself, which needs an account.',
  })
  @ApiCreatedResponse({ standardSchema: roomMemberSchema })
  @Refuses('room_not_found', 'user_not_found', 'not_allowed', 'invalid_invitation')
  add(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Body({ schema: addRoomMemberSchema }) wanted: AddRoomMember,
  ): Promise<RoomMember> {
    return this.members.add(caller, idOrSlug, wanted);
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
