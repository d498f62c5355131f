/** `/auth`: getting an access token. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { guestSchema, loginSchema, sessionSchema, type Guest, type Login, type Session } from '@minimeet/protocol';
import { Public } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { AuthService } from './auth.service.js';

@Controller('auth')
@Public()
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('login')
  @HttpCode(200)
  @ApiOperation({ summary: 'Log in with e-mail address and password' })
  @ApiOkResponse({ standardSchema: sessionSchema })
  @Refuses('invalid_credentials')
  login(@Body({ schema: loginSchema }) login: Login): Promise<Session> {
    return this.auth.login(login);
  }

  @Post('guest')
  @ApiOperation({ summary: 'Enter without an account' })
  @ApiCreatedResponse({ standardSchema: sessionSchema })
  @Refuses('not_allowed')
  enterAsGuest(@Body({ schema: guestSchema }) guest: Guest): Promise<Session> {
    return this.auth.enterAsGuest(guest);
  }
}
