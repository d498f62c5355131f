/** Join tokens: a host application's word for who may come into one of its rooms, as whom, and for what. */
import {
  joinAudience,
  type CreateJoinToken,
  type createJoinTokenSchema,
  type JoinToken,
  type RevokeJoinTokensQuery,
  type Session,
} from '@minimeet/protocol';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, MoreThanOrEqual, type Repository } from 'typeorm';
import type { z } from 'zod';
import { ApiKeys, clockTolerance } from '../auth/api-keys.js';
import { AuthService } from '../auth/auth.service.js';
import { Sessions } from '../auth/sessions.js';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { mayChange, RoomsService } from '../rooms/rooms.service.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { UsersService } from '../users/users.service.js';
import { JoinTokenRevocation } from './join-token-revocation.entity.js';
import { issuedAt } from './token-times.js';

/** Seconds for which a token is valid whose maker does not say. */
const usualLifetime = 3600;

@Injectable()
export class JoinTokens {
  private readonly maxLifetime: number;

  constructor(
    @InjectRepository(JoinTokenRevocation) private readonly revocations: Repository<JoinTokenRevocation>,
    private readonly apiKeys: ApiKeys,
    private readonly auth: AuthService,
    private readonly sessions: Sessions,
    private readonly users: UsersService,
    private readonly rooms: RoomsService,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.maxLifetime = settings.auth.maxJoinTokenLifetimeSeconds;
  }

  /**
   * A token for one person and one room, as the host application could have made it by itself.
   *
   * @param server the address under which the caller reaches it, without a slash at its end
   * @throws room_not_found, not_allowed, invalid_payload where it would be valid for longer than the settings allow
   */
  async create(
    caller: AuthenticatedUser,
    apiKeyId: string,
    idOrSlug: string,
    { identity, name, role, grants, expiresIn, notBefore }: z.output<typeof createJoinTokenSchema>,
    server: string,
  ): Promise<JoinToken> {
    const { id: room, slug } = await this.rooms.findOwned(caller, idOrSlug);
    const lifetime = expiresIn ?? Math.min(usualLifetime, this.maxLifetime);
    if (lifetime > this.maxLifetime) {
      throw faulty('expiresIn', `must be at most ${this.maxLifetime} on this server`);
    }
    // With its fraction, so that a token that is made right after a revocation is newer than that.
    const iat = Date.now() / 1000;
    const nbf = notBefore === undefined ? undefined : Date.parse(notBefore) / 1000;
    const exp = iat + lifetime;
    if (nbf !== undefined && nbf >= exp) {
      throw faulty('notBefore', 'must be before the token expires');
    }
    const claims = {
      sub: identity,
      aud: joinAudience,
      room,
      name,
      role,
      iat,
      ...(grants && { grants }),
      ...(nbf !== undefined && { nbf }),
    } as const;
    const token = await this.apiKeys.sign(apiKeyId, claims, lifetime);
    return { token, url: `${server}/r/${slug}#token=${token}`, expiresAt: new Date(exp * 1000).toISOString() };
  }

  /**
   * Nobody comes in any more with what was made for this person and room until now, and who did is put out. A later token is good.
   *
   * @param issuedUntil what "now" is by the clock that tokens are made by, in seconds since 1970: only that can tell whether one was
   *   made before
   * @throws room_not_found, not_allowed, invalid_payload where that clock is wrong
   */
  async revoke(caller: AuthenticatedUser, idOrSlug: string, identity: string, issuedUntil?: number): Promise<void> {
    const { id: roomId } = await this.rooms.findOwned(caller, idOrSlug);
    const userId = this.apiKeys.userIdOf(caller.id, identity);
    const now = new Date();
    const revokedAt = momentOf(issuedUntil, now);
    // First this, so that a session which begins meanwhile sees it; and none takes an earlier one back.
    await this.revocations.createQueryBuilder().insert().values({ userId, roomId, revokedAt }).orIgnore().execute();
    await this.revocations.update({ userId, roomId, revokedAt: LessThan(revokedAt) }, { revokedAt });
    await this.sessions.endBeginningWith({ userId, roomId });
    // Tokens are good for a moment longer than they say (see issuedAt).
    const lasting = (this.maxLifetime + clockTolerance + 2) * 1000;
    await this.revocations.delete({ revokedAt: LessThan(new Date(now.getTime() - lasting)) });
  }

  /**
   * A session for whoever shows a token.
   *
   * @throws invalid_token, room_not_found, not_allowed (its maker does not own the room, or an administrator shut the person out)
   */
  async exchange(token: string): Promise<Session> {
    const claims = await this.apiKeys.verify(token);
    const owner = await this.apiKeys.use(claims.iss);
    if (!owner) {
      throw new DomainError('invalid_token', 'The API key of this join token was revoked');
    }
    const room = await this.rooms.find(claims.room);
    if (!mayChange(owner, room)) {
      throw new DomainError('not_allowed', 'The join token is for a room of somebody else');
    }
    const issued = issuedAt(claims, this.maxLifetime, Date.now() / 1000);
    const userId = this.apiKeys.userIdOf(owner.id, claims.sub);
    const mustNotBeRevoked = () => this.assertNotRevoked({ userId, roomId: room.id, issued });
    await mustNotBeRevoked();

    const user = await this.users.createKnown(userId, claims.name);
    const { role, grants, iss: apiKeyId } = claims;
    const pass = { ownerId: owner.id, apiKeyId, roomId: room.id, role, grants };
    const { sessionId, session } = await this.auth.enterWithPass(user, pass);
    try {
      // A revocation that came in between has not seen the session.
      await mustNotBeRevoked();
    } catch (error) {
      await this.sessions.end(sessionId, 'others');
      throw error;
    }
    return session;
  }

  private async assertNotRevoked({ userId, roomId, issued }: { userId: string; roomId: string; issued: number }) {
    const revokedAt = MoreThanOrEqual(new Date(issued * 1000));
    if (await this.revocations.existsBy({ userId, roomId, revokedAt })) {
      throw new DomainError('invalid_token', 'The join token was revoked');
    }
  }
}

function momentOf(issuedUntil: number | undefined, now: Date): Date {
  const moment = issuedUntil === undefined ? now : new Date(issuedUntil * 1000);

  // Also where the number is none that a Date can be made of.
  if (!(Math.abs(moment.getTime() - now.getTime()) <= clockTolerance * 1000)) {
    throw faulty('issuedUntil', `must be now, give or take ${clockTolerance} seconds: is a clock wrong?`);
  }

  return moment;
}

function faulty(name: keyof CreateJoinToken | keyof RevokeJoinTokensQuery, message: string): DomainError {
  return new DomainError('invalid_payload', undefined, [{ path: [name], message }]);
}
