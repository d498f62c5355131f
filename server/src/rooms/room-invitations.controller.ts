/** `/rooms/:idOrSlug/invitations`: links with which one person each becomes a member of the room. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  createRoomInvitationSchema,
  idSchema,
  newRoomInvitationSchema,
  pageOf,
  pageQuerySchema,
  roomInvitationSchema,
  roomReferenceSchema,
  type CreateRoomInvitation,
  type NewRoomInvitation,
  type Page,
  type PageQuery,
  type RoomInvitation,
} from '@minimeet/protocol';
import type { Request } from 'express';
import { serverUrlOf } from '../common/base-path.js';
import { CurrentUser, type AuthenticatedUser } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { RoomInvitations } from './room-invitations.js';

@Controller('rooms/:idOrSlug/invitations')
export class RoomInvitationsController {
  constructor(
    private readonly invitations: RoomInvitations,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Invite one person to become a member, as the owner or an administrator',
    description: 'The link is shown this once, is good for one account, and for seven days.',
  })
  @ApiCreatedResponse({ standardSchema: newRoomInvitationSchema })
  @Refuses('room_not_found', 'not_allowed')
  create(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Body({ schema: createRoomInvitationSchema }) invitation: CreateRoomInvitation,
    @Req() request: Request,
  ): Promise<NewRoomInvitation> {
    return this.invitations.create(caller, idOrSlug, invitation, serverUrlOf(this.settings.http.publicUrl, request));
  }

  @Get()
  @ApiOperation({ summary: 'The invitations that nobody has used yet, for the owner and administrators; newest first' })
  @ApiOkResponse({ standardSchema: pageOf(roomInvitationSchema) })
  @Refuses('room_not_found', 'not_allowed')
  list(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Query({ schema: pageQuerySchema }) page: PageQuery,
  ): Promise<Page<RoomInvitation>> {
    return this.invitations.list(caller, idOrSlug, page);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Withdraw an invitation, as the owner or an administrator' })
  @ApiNoContentResponse()
  @Refuses('room_not_found', 'not_allowed')
  async withdraw(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Param('id', { schema: idSchema }) id: string,
  ): Promise<void> {
    await this.invitations.withdraw(caller, idOrSlug, id);
  }
}
