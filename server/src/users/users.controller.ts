/** `/users`: making, reading, changing and deleting users. */
import { Body, Controller, Delete, Get, HttpCode, Inject, Ip, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  createUserSchema,
  deleteUserSchema,
  idSchema,
  pageOf,
  pageQuerySchema,
  updateUserSchema,
  userSchema,
  type CreateUser,
  type DeleteUser,
  type Page,
  type PageQuery,
  type UpdateUser,
  type User,
} from '@minimeet/protocol';
import { AdminOnly, CurrentUser, Public, userOf, WithPass, type AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { Refuses } from '../common/refuses.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { mustBeSelfOrAdmin, UsersService } from './users.service.js';

@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Post()
  @Public()
  @ApiOperation({ summary: 'Make a user; only an administrator may where registration is closed' })
  @ApiCreatedResponse({ standardSchema: userSchema })
  @Refuses('email_taken', 'not_allowed')
  create(
    @CurrentUser() caller: AuthenticatedUser | undefined,
    @Body({ schema: createUserSchema }) user: CreateUser,
  ): Promise<User> {
    if (!this.settings.auth.registrationOpen && !caller?.isAdmin) {
      throw new DomainError('not_allowed', 'Registration is closed; ask an administrator for an account');
    }

    return this.users.create(user);
  }

  @Get()
  @AdminOnly()
  @ApiOperation({ summary: 'All users, newest first' })
  @ApiOkResponse({ standardSchema: pageOf(userSchema) })
  @Refuses('not_allowed')
  list(@Query({ schema: pageQuerySchema }) page: PageQuery): Promise<Page<User>> {
    return this.users.list(page);
  }

  @Get('me')
  @WithPass()
  @ApiOperation({ summary: 'The user whose access token this is' })
  @ApiOkResponse({ standardSchema: userSchema })
  me(@CurrentUser() caller: AuthenticatedUser): User {
    return userOf(caller);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One user: yourself, or anyone for an administrator' })
  @ApiOkResponse({ standardSchema: userSchema })
  @Refuses('not_allowed', 'user_not_found')
  get(@CurrentUser() caller: AuthenticatedUser, @Param('id', { schema: idSchema }) id: string): Promise<User> {
    mustBeSelfOrAdmin(caller, id);

    return this.users.get(id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change yourself, or anyone as an administrator',
    description:
      'A new password and a deactivation end the validity of all access tokens; with a new password, revokeApiKeys does the same to API keys. Guests change only their name.',
  })
  @ApiOkResponse({ standardSchema: userSchema })
  @Refuses('not_allowed', 'invalid_credentials', 'user_not_found', 'email_taken', 'rate_limited')
  update(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: updateUserSchema }) change: UpdateUser,
    @Ip() address: string,
  ): Promise<User> {
    return this.users.update(caller, id, change, address);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete yourself, or anyone as an administrator; their rooms stay',
    description: 'To delete yourself wants your password once more, where you have one.',
  })
  @ApiNoContentResponse()
  @Refuses('not_allowed', 'invalid_credentials', 'user_not_found', 'rate_limited')
  async remove(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('id', { schema: idSchema }) id: string,
    @Body({ schema: deleteUserSchema }) { currentPassword }: DeleteUser,
    @Ip() address: string,
  ): Promise<void> {
    await this.users.remove(caller, id, currentPassword, address);
  }
}
