/** `/auth`: getting tokens, exchanging them, and giving them up. */
import { Body, Controller, Get, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  entryOptionsSchema,
  guestSchema,
  loginSchema,
  logOutEverywhereSchema,
  refreshSchema,
  sessionSchema,
  type Guest,
  type Login,
  type LogOutEverywhere,
  type Refresh,
  type ServerEntryOptions,
  type Session,
} from '@minimeet/protocol';
import { Anonymous, CurrentUser, Public, type AuthenticatedUser } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { AuthService } from './auth.service.js';

@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Get('options')
  @Anonymous()
  @ApiOperation({ summary: 'Whether people may make accounts, and whether guests are welcome' })
  @ApiOkResponse({ standardSchema: entryOptionsSchema })
  options(): ServerEntryOptions {
    return this.auth.options;
  }

  @Post('login')
  @Public()
  @HttpCode(200)
  @ApiOperation({ summary: 'Log in with e-mail address and password' })
  @ApiOkResponse({ standardSchema: sessionSchema })
  @Refuses('invalid_credentials', 'rate_limited')
  login(@Body({ schema: loginSchema }) login: Login, @Ip() address: string): Promise<Session> {
    return this.auth.login(login, address);
  }

  @Post('guest')
  @Public()
  @ApiOperation({ summary: 'Enter without an account' })
  @ApiCreatedResponse({ standardSchema: sessionSchema })
  @Refuses('not_allowed')
  enterAsGuest(@Body({ schema: guestSchema }) guest: Guest): Promise<Session> {
    return this.auth.enterAsGuest(guest);
  }

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Exchange a refresh token for an access token and another refresh token',
    description:
      'Each refresh token is good once. One that comes again later ends the session: one of the two has stolen it.',
  })
  @ApiOkResponse({ standardSchema: sessionSchema })
  @Refuses('unauthorized', 'access_ended')
  refresh(@Body({ schema: refreshSchema }) { refreshToken }: Refresh): Promise<Session> {
    return this.auth.refresh(refreshToken);
  }

  @Post('logout')
  @Public()
  @HttpCode(204)
  @ApiOperation({ summary: 'Log out: ends the session of this refresh token, its access tokens and its sockets' })
  @ApiNoContentResponse()
  @Refuses('unauthorized')
  async logOut(@Body({ schema: refreshSchema }) { refreshToken }: Refresh): Promise<void> {
    await this.auth.logOut(refreshToken);
  }

  @Post('logout-everywhere')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Log out on every device: ends all your sessions, their tokens and their sockets',
    description: 'With revokeApiKeys, your API keys and what they let in end too. Without a body, they stay.',
  })
  @ApiNoContentResponse()
  async logOutEverywhere(
    @CurrentUser() caller: AuthenticatedUser,
    @Body({ schema: logOutEverywhereSchema }) { revokeApiKeys }: LogOutEverywhere,
  ): Promise<void> {
    await this.auth.logOutEverywhere(caller.id, revokeApiKeys);
  }
}
