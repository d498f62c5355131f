/** `/rooms`: making, finding, changing and deleting rooms. */
import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  createRoomSchema,
  pageOf,
  pageQuerySchema,
  roomReferenceSchema,
  roomSchema,
  updateRoomSchema,
  visibleRoomSchema,
  type Page,
  type PageQuery,
  type Room,
  type UpdateRoom,
  type VisibleRoom,
} from '@minimeet/protocol';
import type { z } from 'zod';
import { CurrentUser, WithApiKey, WithPass, type AuthenticatedUser } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { RoomDoors } from './room-doors.js';
import { RoomsService } from './rooms.service.js';

@Controller('rooms')
export class RoomsController {
  constructor(
    private readonly rooms: RoomsService,
    private readonly doors: RoomDoors,
  ) {}

  @Post()
  @WithApiKey()
  @ApiOperation({ summary: 'Make a room' })
  @ApiCreatedResponse({ standardSchema: roomSchema })
  @Refuses('not_allowed', 'rate_limited')
  create(
    @CurrentUser() caller: AuthenticatedUser,
    @Body({ schema: createRoomSchema }) room: z.output<typeof createRoomSchema>,
    @Ip() address: string,
  ): Promise<Room> {
    return this.rooms.create(caller, room, address);
  }

  @Get()
  @ApiOperation({ summary: 'The rooms that you own or are a member of, all for an administrator; newest first' })
  @ApiOkResponse({ standardSchema: pageOf(roomSchema) })
  list(
    @CurrentUser() caller: AuthenticatedUser,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<Room>> {
    return this.rooms.list(caller, page);
  }

  @Get(':idOrSlug')
  @WithApiKey()
  @WithPass()
  @ApiOperation({
    summary: 'One room; who knows its link may see it',
    description:
      'Who is neither the owner nor a member nor an administrator nor has a join token for it sees nothing of a room for those alone, and of one with a password only its name, link, access and lobby.',
  })
  @ApiOkResponse({ standardSchema: visibleRoomSchema })
  @Refuses('room_not_found', 'not_allowed')
  get(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
  ): Promise<Room | VisibleRoom> {
    return this.doors.look(caller, idOrSlug);
  }

  @Patch(':idOrSlug')
  @WithApiKey()
  @ApiOperation({
    summary: 'Change a room, as its owner or an administrator',
    description:
      'A `password` makes the access `password`, and `null` takes it away. Who is in the meeting stays there.',
  })
  @ApiOkResponse({ standardSchema: roomSchema })
  @Refuses('room_not_found', 'not_allowed')
  update(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Body({ schema: updateRoomSchema }) change: UpdateRoom,
  ): Promise<Room> {
    return this.rooms.update(caller, idOrSlug, change);
  }

  @Delete(':idOrSlug')
  @WithApiKey()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a room and its chat, as its owner or an administrator; a running meeting ends' })
  @ApiNoContentResponse()
  @Refuses('room_not_found', 'not_allowed', 'chat_unavailable')
  async remove(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
  ): Promise<void> {
    await this.rooms.remove(caller, idOrSlug);
  }
}
