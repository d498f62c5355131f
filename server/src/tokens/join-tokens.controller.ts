/** `/rooms/:idOrSlug/tokens`: join tokens of a room, for host applications; and the exchange of one for a session. */
import { Body, Controller, Delete, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOperation } from '@nestjs/swagger';
import {
  createJoinTokenSchema,
  exchangeJoinTokenSchema,
  identitySchema,
  joinTokenSchema,
  revokeJoinTokensQuerySchema,
  roomReferenceSchema,
  sessionSchema,
  type ExchangeJoinToken,
  type JoinToken,
  type RevokeJoinTokensQuery,
  type Session,
} from '@minimeet/protocol';
import type { Request } from 'express';
import type { z } from 'zod';
import { ApiKeyOnly, CallingApiKey, CurrentUser, Public, type AuthenticatedUser } from '../common/access.js';
import { serverUrlOf } from '../common/base-path.js';
import { Refuses } from '../common/refuses.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { JoinTokens } from './join-tokens.js';

@Controller()
export class JoinTokensController {
  constructor(
    private readonly tokens: JoinTokens,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post('rooms/:idOrSlug/tokens')
  @ApiKeyOnly()
  @ApiOperation({
    summary: 'A join token for one person, and the link that takes them in',
    description:
      'Signed with the API key that asks. What may stand in a token, docs/protocol.md says: any JWT library makes the same.',
  })
  @ApiCreatedResponse({ standardSchema: joinTokenSchema })
  @Refuses('room_not_found', 'not_allowed')
  create(
    @CurrentUser() caller: AuthenticatedUser,
    @CallingApiKey() apiKeyId: string,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Body({ schema: createJoinTokenSchema }) token: z.output<typeof createJoinTokenSchema>,
    @Req() request: Request,
  ): Promise<JoinToken> {
    return this.tokens.create(caller, apiKeyId, idOrSlug, token, serverUrlOf(this.settings.http.publicUrl, request));
  }

  @Delete('rooms/:idOrSlug/tokens/:identity')
  @ApiKeyOnly()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke all join tokens that one person has had for this room until now, and put them out',
    description:
      'Whichever of the account’s API keys they were signed with. “Now” is by this server’s clock; an application that makes tokens by itself had better say `issuedUntil`, the time by its own.',
  })
  @ApiNoContentResponse()
  @Refuses('room_not_found', 'not_allowed')
  async revoke(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('idOrSlug', { schema: roomReferenceSchema }) idOrSlug: string,
    @Param('identity', { schema: identitySchema }) identity: string,
    @Query({ schema: revokeJoinTokensQuerySchema }) { issuedUntil }: RevokeJoinTokensQuery,
  ): Promise<void> {
    await this.tokens.revoke(caller, idOrSlug, identity, issuedUntil);
  }

  @Post('auth/join-token')
  @Public()
  @ApiOperation({ summary: 'Exchange a join token for a session in which its room is open, and nothing else' })
  @ApiCreatedResponse({ standardSchema: sessionSchema })
  @Refuses('invalid_token', 'not_allowed', 'room_not_found')
  exchange(@Body({ schema: exchangeJoinTokenSchema }) { token }: ExchangeJoinToken): Promise<Session> {
    return this.tokens.exchange(token);
  }
}
