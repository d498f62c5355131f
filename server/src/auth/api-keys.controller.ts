/** `/api-keys`: what host applications of an account speak with. */
import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import {
  apiKeyIdSchema,
  apiKeyListSchema,
  createApiKeySchema,
  newApiKeySchema,
  type ApiKeyList,
  type CreateApiKey,
  type NewApiKey,
} from '@minimeet/protocol';
import { CurrentUser, type AuthenticatedUser } from '../common/access.js';
import { Refuses } from '../common/refuses.js';
import { ApiKeys } from './api-keys.js';

@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @ApiOperation({
    summary: 'Make an API key for a host application',
    description:
      'Wants the account’s password once more, where it has one. The secret is shown this once. Several keys may be good side by side, as while one takes another’s place.',
  })
  @ApiCreatedResponse({ standardSchema: newApiKeySchema })
  @Refuses('not_allowed', 'invalid_credentials', 'rate_limited')
  create(
    @CurrentUser() caller: AuthenticatedUser,
    @Body({ schema: createApiKeySchema }) key: CreateApiKey,
    @Ip() address: string,
  ): Promise<NewApiKey> {
    return this.keys.create(caller, key, address);
  }

  @Get()
  @ApiOperation({ summary: 'Your API keys, newest first' })
  @ApiOkResponse({ standardSchema: apiKeyListSchema })
  async list(@CurrentUser() caller: AuthenticatedUser): Promise<ApiKeyList> {
    return { items: await this.keys.list(caller) };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke an API key of yours, or anyone’s as an administrator',
    description: 'Its join tokens are worth nothing any more, and whoever came with one is put out.',
  })
  @ApiNoContentResponse()
  @Refuses('api_key_not_found', 'not_allowed')
  async revoke(
    @CurrentUser() caller: AuthenticatedUser,
    @Param('id', { schema: apiKeyIdSchema }) id: string,
  ): Promise<void> {
    await this.keys.revoke(caller, id);
  }
}
