/** Lets a request through to a route that its caller may use. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { ADMIN_ONLY, ANONYMOUS, PUBLIC, type AuthenticatedRequest } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { AuthService } from './auth.service.js';

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly auth: AuthService,
    private readonly reflector: Reflector,
  ) {}

  /** @throws unauthorized, not_allowed */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    // The gateway authenticates its sockets in the handshake.
    if (context.getType() !== 'http') {
      return true;
    }
    const request = context.switchToHttp().getRequest<Request & AuthenticatedRequest>();
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
      throw new DomainError('unauthorized');
    }
    request.user = await this.auth.authenticate(token);
    if (marked(ADMIN_ONLY) && !request.user.isAdmin) {
      throw new DomainError('not_allowed', 'Only an administrator may do this');
    }
    return true;
  }
}

/** A token that is worth nothing opens no more than none; a database that cannot say so is another matter. */
function nobodyIfRefused(error: unknown): undefined {
  if (!(error instanceof DomainError)) {
    throw error;
  }
}
