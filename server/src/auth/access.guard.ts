/** Lets a request through to a route that its caller may use. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import {
  ADMIN_ONLY,
  ANONYMOUS,
  API_KEY_ONLY,
  PUBLIC,
  WITH_API_KEY,
  WITH_PASS,
  type AuthenticatedRequest,
} from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { networkOf } from '../common/network-of.js';
import { ApiKeys } from './api-keys.js';
import { AuthService } from './auth.service.js';

type GuardedRequest = Request & AuthenticatedRequest;

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly auth: AuthService,
    private readonly apiKeys: ApiKeys,
    private readonly reflector: Reflector,
  ) {}

  /** @throws unauthorized, not_allowed, rate_limited */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    // The gateway authenticates its sockets in the handshake.
    if (context.getType() !== 'http') {
      return true;
    }
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const marked = (mark: string) =>
      this.reflector.getAllAndOverride<boolean>(mark, [context.getHandler(), context.getClass()]);
    const token = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];

    if (marked(ANONYMOUS)) {
      return true;
    }
    if (marked(PUBLIC)) {
      request.user = token === undefined ? undefined : await this.auth.authenticate(token).catch(nobodyIfRefused);
      return true;
    }
    if (token === undefined) {
      await this.admitApiKey(request, marked(WITH_API_KEY) || marked(API_KEY_ONLY));
      return true;
    }
    request.user = await this.auth.authenticate(token);
    if (marked(API_KEY_ONLY)) {
      throw new DomainError('not_allowed', 'Only an API key may do this');
    }
    if (request.user.pass && !marked(WITH_PASS)) {
      throw new DomainError('not_allowed', 'A join token opens its room, and nothing else');
    }
    if (marked(ADMIN_ONLY) && !request.user.isAdmin) {
      throw new DomainError('not_allowed', 'Only an administrator may do this');
    }
    return true;
  }

  /** RFC 7617: the id of the key and its secret, where others have name and password. */
  private async admitApiKey(request: GuardedRequest, isMeant: boolean): Promise<void> {
    const encoded = /^basic +([\w+/]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
    const [, id, secret] = /^([^:]+):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString()) ?? [];
    if (!isMeant || id === undefined || secret === undefined) {
      throw new DomainError('unauthorized');
    }
    request.user = await this.apiKeys.authenticate(id, secret, networkOf(request.ip ?? 'unknown'));
    request.apiKeyId = id;
  }
}

/** A token that is worth nothing opens no more than none; a database that cannot say so is another matter. */
function nobodyIfRefused(error: unknown): undefined {
  if (!(error instanceof DomainError)) {
    throw error;
  }
}
