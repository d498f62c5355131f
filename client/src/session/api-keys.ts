/** The REST calls of an account's API keys. */
import type { ApiKeyList, CreateApiKey, NewApiKey } from '@minimeet/protocol';
import type { Caller } from './reports';
import { call, callWithoutAnswer } from './rest';

export const fetchApiKeys = (caller: Caller) => call<ApiKeyList>('GET', '/api-keys', caller);

export const createApiKey = (accessToken: string, key: CreateApiKey) =>
  call<NewApiKey>('POST', '/api-keys', { accessToken, body: key });

export const revokeApiKey = (accessToken: string, id: string) =>
  callWithoutAnswer('DELETE', `/api-keys/${encodeURIComponent(id)}`, { accessToken });
