/** Says who somebody is: by password once, then by access token. */
import type { Guest, Login, Session, User } from '@minimeet/protocol';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { passwordFits } from '../users/password.js';
import type { UserEntity } from '../users/user.entity.js';
import { toUser, UsersService } from '../users/users.service.js';

/** What an access token says, beside the times that the library checks. */
const claimsSchema = z.object({ sub: z.string(), version: z.int() });

@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersService,
    private readonly tokens: JwtService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Takes as long for an unknown address as for a wrong password.
   *
   * @throws invalid_credentials
   */
  async login({ email, password }: Login): Promise<Session> {
    const user = await this.users.findByEmail(email);
    const fits = await passwordFits(user?.passwordHash, password);
    if (!user || !fits || !user.isActive) {
      throw new DomainError('invalid_credentials');
    }
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
   * The user whose token this is, as the database knows them now.
   *
   * @throws unauthorized
   */
  async authenticate(accessToken: string): Promise<AuthenticatedUser> {
    const claims = await this.tokens
      .verifyAsync<object>(accessToken)
      .then((payload) => claimsSchema.parse(payload))
      .catch(() => {
        throw new DomainError('unauthorized');
      });
    const user = await this.users.findById(claims.sub);
    if (!isValidFor(user, claims.version)) {
      throw new DomainError('unauthorized');
    }
    return toUser(user);
  }

  private async session(user: User, version: number): Promise<Session> {
    return { accessToken: await this.tokens.signAsync({ version }, { subject: user.id }), user };
  }
}

function isValidFor(user: UserEntity | null, tokenVersion: number): user is UserEntity {
  return user !== null && user.isActive && user.tokenVersion === tokenVersion;
}
