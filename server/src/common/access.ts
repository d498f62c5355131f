/** Who may call a route, and who calls it. A guard of `auth/` reads these marks; without a mark, a route needs a token. */
import type { User } from '@minimeet/protocol';
import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';

/** The caller, as the access token and the database tell. */
export type AuthenticatedUser = User;

/** What the guard leaves on a request; `undefined` on a public route that was called without a valid token. */
export interface AuthenticatedRequest {
  user?: AuthenticatedUser;
}

export const PUBLIC = 'access:public';
export const ANONYMOUS = 'access:anonymous';
export const ADMIN_ONLY = 'access:admin-only';

/** Everybody may call this, also without a token. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiSecurity({}));

/** Everybody may call this, and nobody is asked who they are: not even the database. */
export const Anonymous = () => applyDecorators(SetMetadata(ANONYMOUS, true), ApiSecurity({}));

/** Only administrators may call this. */
export const AdminOnly = () => SetMetadata(ADMIN_ONLY, true);

/** The caller. On a public route it may be `undefined`. */
export const CurrentUser = createParamDecorator(
  (_, context: ExecutionContext) => context.switchToHttp().getRequest<AuthenticatedRequest>().user,
);
