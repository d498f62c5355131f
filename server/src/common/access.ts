/** Who may call a route, and who calls it. A guard of `auth/` reads these marks; without a mark, a route needs the token of who has no pass. */
import type { Grant, Role, User } from '@minimeet/protocol';
import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';

/** What somebody carries who came with a join token: one room is open to them, and nothing else is. */
export interface Pass {
  /** The account whose host application knows them, and its API key. */
  ownerId: string;
  apiKeyId: string;
  roomId: string;
  role: Role;
  /** The most that they may do in the meeting, whatever their role is. */
  grants: readonly Grant[];
}

/** By what somebody came. */
export interface Access {
  userId: string;
  /** Of their tokens: another one where all of these have ended. */
  tokenVersion: number;
  /** `undefined` for a token from before there were sessions. */
  sessionId: string | undefined;
  pass: Pick<Pass, 'ownerId' | 'apiKeyId' | 'roomId'> | undefined;
}

/** Names for what may end: with it ends whatever was opened by an access that has the name. */
export const accessName = {
  user: (userId: string) => `user:${userId}`,
  session: (sessionId: string) => `session:${sessionId}`,
  /** Of all whom the host applications of an account sent. */
  owner: (ownerId: string) => `owner:${ownerId}`,
  apiKey: (apiKeyId: string) => `api-key:${apiKeyId}`,
  /** Of somebody who was sent into a room. */
  sent: (userId: string, roomId: string) => `sent:${userId}:${roomId}`,
} as const;

export function accessNames({ userId, sessionId, pass }: Access): string[] {
  return [
    accessName.user(userId),
    ...(sessionId === undefined ? [] : [accessName.session(sessionId)]),
    ...(pass
      ? [accessName.owner(pass.ownerId), accessName.apiKey(pass.apiKeyId), accessName.sent(userId, pass.roomId)]
      : []),
  ];
}

/** The caller, as the access token and the database tell. */
export interface AuthenticatedUser extends User {
  pass?: Pass;
}

/** What the guard leaves on a request; `user` is `undefined` on a public route that was called without a valid token. */
export interface AuthenticatedRequest {
  user?: AuthenticatedUser;
  /** The API key that was shown, which speaks for `user`. */
  apiKeyId?: string;
}

/** The user alone, as the wire shows them. */
export function userOf({ pass, ...user }: AuthenticatedUser): User {
  return user;
}

export const PUBLIC = 'access:public';
export const ANONYMOUS = 'access:anonymous';
export const ADMIN_ONLY = 'access:admin-only';
export const WITH_API_KEY = 'access:with-api-key';
export const API_KEY_ONLY = 'access:api-key-only';
export const WITH_PASS = 'access:with-pass';

/** Everybody may call this, also without a token. */
export const Public = () => applyDecorators(SetMetadata(PUBLIC, true), ApiSecurity({}), ApiSecurity('bearer'));

/** Everybody may call this, and nobody is asked who they are: not even the database. */
export const Anonymous = () => applyDecorators(SetMetadata(ANONYMOUS, true), ApiSecurity({}));

/** Only administrators may call this. */
export const AdminOnly = () => SetMetadata(ADMIN_ONLY, true);

/** An API key may call this as well, for the account that it belongs to. */
export const WithApiKey = () =>
  applyDecorators(SetMetadata(WITH_API_KEY, true), ApiSecurity('bearer'), ApiSecurity('basic'));

/** Nothing but an API key may call this. */
export const ApiKeyOnly = () => applyDecorators(SetMetadata(API_KEY_ONLY, true), ApiSecurity('basic'));

/** Who came with a join token may call this as well. */
export const WithPass = () => SetMetadata(WITH_PASS, true);

/** The id of the API key that calls; only where {@link ApiKeyOnly} says so it is certain that there is one. */
export const CallingApiKey = createParamDecorator(
  (_, context: ExecutionContext) => context.switchToHttp().getRequest<AuthenticatedRequest>().apiKeyId,
);

/** The caller. On a public route it may be `undefined`. */
export const CurrentUser = createParamDecorator(
  (_, context: ExecutionContext) => context.switchToHttp().getRequest<AuthenticatedRequest>().user,
);
