/** Says who somebody is: by password once, then by tokens. */
import type { Guest, Login, ServerEntryOptions, Session, User } from '@minimeet/protocol';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import type { Access, AuthenticatedUser, Pass } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { LoginAttempts } from '../users/login-attempts.js';
import { passwordFits } from '../users/password.js';
import type { UserEntity } from '../users/user.entity.js';
import { toUser, UsersService } from '../users/users.service.js';
import { ApiKeys } from './api-keys.js';
import type { SessionEntity } from './session.entity.js';
import { RecentAccesses } from './recent-accesses.js';
import { Sessions, type Turn } from './sessions.js';

/** The audience of refresh tokens, so that neither kind of token passes for the other. */
const REFRESH = 'refresh';

/** What an access token says, beside the times that the library checks. */
const accessSchema = z.object({
  sub: z.string(),
  version: z.int(),
  /** Tokens from before there were sessions have none, and work until they expire. */
  session: z.uuid().optional(),
  aud: z.undefined().optional(),
});

const refreshSchema = z.object({ sub: z.string(), version: z.int(), session: z.uuid(), turn: z.int() });

/** What an access token stands for, for as long as the user and the session let it. */
export type AccessClaims = z.infer<typeof accessSchema>;

@Injectable()
export class AuthService {
  /** Of this server's, as `signaling/` tells what has ended. */
  readonly recent = new RecentAccesses();

  constructor(
    private readonly users: UsersService,
    private readonly sessions: Sessions,
    private readonly apiKeys: ApiKeys,
    private readonly attempts: LoginAttempts,
    private readonly tokens: JwtService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  get options(): ServerEntryOptions {
    const { registrationOpen, guestsAllowed } = this.settings.auth;

    return { registrationOpen, guestsAllowed };
  }

  /**
   * Takes as long for an unknown address as for a wrong password, and counts both in the same way.
   *
   * @param address from where
   * @throws invalid_credentials, rate_limited
   */
  async login({ email, password }: Login, address: string): Promise<Session> {
    await this.attempts.begin({ email, address });
    const user = await this.users.findByEmail(email);
    const fits = await passwordFits(user?.passwordHash, password);
    if (!user || !fits || !user.isActive) {
      throw new DomainError('invalid_credentials');
    }
    await this.attempts.succeed({ email, address });
    return this.session(toUser(user), user.tokenVersion);
  }

  /** @throws not_allowed where guests are not welcome */
  async enterAsGuest({ displayName }: Guest): Promise<Session> {
    if (!this.settings.auth.guestsAllowed) {
      throw new DomainError('not_allowed', 'This server has no guests; log in with an account');
    }
    const user = await this.users.createGuest(displayName);
    return this.session(user, 0);
  }

  /**
   * Other tokens for the same session. A refresh token that was exchanged before ends the session. Whoever has been deactivated or deleted
   * is told so, as whoever has only lost their session may begin another one.
   *
   * @throws unauthorized, access_ended
   */
  async refresh(refreshToken: string): Promise<Session> {
    const { sub, version, session, turn } = await this.verifyRefresh(refreshToken);
    const user = await this.users.findById(sub);
    if (!user?.isActive) {
      throw new DomainError('access_ended');
    }
    const next = isValidFor(user, version) ? await this.sessions.next({ sessionId: session, turn }) : null;
    if (!next) {
      throw new DomainError('unauthorized');
    }
    return this.tokensFor(toUser(user), version, next);
  }

  /**
   * Ends the session of this token, and with it its access tokens and sockets; one that has ended already is fine.
   *
   * @throws unauthorized where it is no token of ours
   */
  async logOut(refreshToken: string): Promise<void> {
    const { session } = await this.verifyRefresh(refreshToken);
    await this.sessions.end(session);
  }

  /** Ends all sessions of the user, and their sockets. */
  async logOutEverywhere(userId: string, revokeApiKeys: boolean): Promise<void> {
    if (revokeApiKeys) {
      // Before, as whoever asks can ask again only as long as they have access; and after, for a key that is made meanwhile.
      await this.apiKeys.revokeAllOf(userId);
    }
    await this.users.endAccess(userId);
    if (revokeApiKeys) {
      await this.apiKeys.revokeAllOf(userId);
    }
  }

  /**
   * The user whose token this is, as the database knows them now.
   *
   * @throws unauthorized
   */
  async authenticate(accessToken: string): Promise<AuthenticatedUser> {
    return this.userOf(await this.claimsOf(accessToken));
  }

  /**
   * What a token says that has not expired yet.
   *
   * @throws unauthorized
   */
  claimsOf(accessToken: string): Promise<AccessClaims> {
    return this.tokens
      .verifyAsync<object>(accessToken)
      .then((payload) => accessSchema.parse(payload))
      .catch(refuse);
  }

  /**
   * Whom these claims stand for now. A token expires soon, so that one which leaks is soon worth nothing; what was opened with it goes on
   * for as long as the session does.
   *
   * @throws unauthorized
   */
  async userOf({ sub, version, session }: AccessClaims): Promise<AuthenticatedUser> {
    const [user, running] = await Promise.all([
      this.users.findById(sub),
      session === undefined ? undefined : this.sessions.find(session),
    ]);
    if (!isValidFor(user, version) || running === null) {
      throw new DomainError('unauthorized');
    }
    const pass = await this.passOf(running);
    const authenticated = { ...toUser(user), ...(pass && { pass }) };
    this.recent.note({ sub, version, session }, authenticated);
    return authenticated;
  }

  /** Those among what was opened whose access has ended: found with a few queries, however many these are. */
  async ended<Opened extends { access: Access }>(opened: readonly Opened[]): Promise<Opened[]> {
    const accesses = opened.map(({ access }) => access);
    const [versions, sessions, keys] = await Promise.all([
      this.users.tokenVersions(accesses.map(({ userId }) => userId)),
      this.sessions.notEnded(accesses.flatMap(({ sessionId }) => sessionId ?? [])),
      this.apiKeys.good(accesses.flatMap(({ pass }) => pass?.apiKeyId ?? [])),
    ]);
    const isGood = ({ userId, tokenVersion, sessionId, pass }: Access) =>
      versions.get(userId) === tokenVersion &&
      (sessionId === undefined || sessions.has(sessionId)) &&
      (pass === undefined || keys.has(pass.apiKeyId));
    return opened.filter(({ access }) => !isGood(access));
  }

  /**
   * A session for who has shown a join token.
   *
   * @throws not_allowed where an administrator has deactivated the user
   */
  async enterWithPass(user: UserEntity, pass: Pass): Promise<{ sessionId: string; session: Session }> {
    if (!user.isActive) {
      throw new DomainError('not_allowed', 'An administrator has shut this person out');
    }
    const turn = await this.sessions.begin(user.id, pass);
    return { sessionId: turn.sessionId, session: await this.tokensFor(toUser(user), user.tokenVersion, turn) };
  }

  /** @throws unauthorized where its API key is worth nothing any more */
  private async passOf(session: SessionEntity | undefined): Promise<Pass | undefined> {
    if (!session || session.apiKeyId === null) {
      return undefined;
    }
    const { apiKeyId, roomId, pass } = session;
    const ownerId = await this.apiKeys.ownerOf(apiKeyId);
    if (ownerId === null || roomId === null || pass === null) {
      throw new DomainError('unauthorized');
    }
    return { ...pass, roomId, apiKeyId, ownerId };
  }

  private verifyRefresh(refreshToken: string): Promise<z.infer<typeof refreshSchema>> {
    return this.tokens
      .verifyAsync<object>(refreshToken, { audience: REFRESH })
      .then((payload) => refreshSchema.parse(payload))
      .catch(refuse);
  }

  private async session(user: User, version: number): Promise<Session> {
    return this.tokensFor(user, version, await this.sessions.begin(user.id));
  }

  private async tokensFor(user: User, version: number, { sessionId: session, turn }: Turn): Promise<Session> {
    const { accessTokenLifetimeSeconds: expiresIn, refreshTokenLifetimeSeconds } = this.settings.auth;
    const [accessToken, refreshToken] = await Promise.all([
      this.tokens.signAsync({ version, session }, { subject: user.id }),
      this.tokens.signAsync(
        { version, session, turn },
        { subject: user.id, audience: REFRESH, expiresIn: refreshTokenLifetimeSeconds },
      ),
    ]);
    return { accessToken, refreshToken, expiresIn, user };
  }
}

function refuse(): never {
  throw new DomainError('unauthorized');
}

function isValidFor(user: UserEntity | null, tokenVersion: number): user is UserEntity {
  return user !== null && user.isActive && user.tokenVersion === tokenVersion;
}
