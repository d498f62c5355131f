/** Keeps the keys with which host applications speak for an account. */
import { createHmac, randomBytes } from 'node:crypto';
import {
  apiKeyIdSchema,
  joinAudience,
  joinTokenClaimsSchema,
  limits,
  type ApiKey,
  type CreateApiKey,
  type JoinTokenClaims,
  type NewApiKey,
} from '@minimeet/protocol';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { InjectRepository } from '@nestjs/typeorm';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { In, type Repository } from 'typeorm';
import type { z } from 'zod';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { isSameSecret } from '../common/is-same-secret.js';
import { counter } from '../common/rate-limit.js';
import { Refusals } from '../common/refusals.js';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { inParts } from '../storage/in-parts.js';
import { RedisConnections, sharedCounts } from '../storage/redis.js';
import { apiKeySecret } from '../storage/token-secret.js';
import { mustBeSelfOrAdmin, toUser, UsersService } from '../users/users.service.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { Sessions } from './sessions.js';

/** Seconds by which the clock of a host application may be wrong. */
export const clockTolerance = 30;
/** Milliseconds in which a key is noted to be used once, however often it is. */
const USE_NOTED = 60_000;

@Injectable()
export class ApiKeys implements OnModuleInit {
  private readonly masterSecret: string;
  private readonly failures: RateLimiterAbstract;

  constructor(
    @InjectRepository(ApiKeyEntity) private readonly keys: Repository<ApiKeyEntity>,
    private readonly users: UsersService,
    private readonly sessions: Sessions,
    private readonly jwt: JwtService,
    @Inject(SETTINGS) settings: Settings,
    @Inject(RedisConnections) redis: RedisConnections | null,
    private readonly refusals: Refusals,
  ) {
    this.masterSecret = apiKeySecret(settings);
    this.failures = counter({
      name: 'api-keys',
      points: settings.limits.loginsPerMinute,
      seconds: 60,
      redis: sharedCounts(redis),
    });
  }

  onModuleInit(): void {
    this.users.revokeApiKeys = (userId) => this.revokeAllOf(userId);
  }

  /**
   * Another key of an account; those that it has go on, so that one can take another's place.
   *
   * @param address from where it is asked for: a wrong password counts like one at a log-in
   * @throws not_allowed for guests, and who has too many; invalid_payload, invalid_credentials, rate_limited, unauthorized
   */
  async create(
    { id: userId, isGuest }: AuthenticatedUser,
    { label, currentPassword }: CreateApiKey,
    address: string,
  ): Promise<NewApiKey> {
    if (isGuest) {
      throw new DomainError('not_allowed', 'API keys are for accounts');
    }
    const tokenVersion = await this.users.confirm(userId, currentPassword, address);
    if ((await this.keys.countBy({ userId })) >= limits.apiKeys) {
      throw new DomainError('not_allowed', `An account has ${limits.apiKeys} API keys at most; delete one first`);
    }
    const key = { id: `mk_${randomBytes(10).toString('hex')}`, userId, label, createdAt: new Date(), lastUsedAt: null };
    await this.keys.insert(key);
    const versions = await this.users.tokenVersions([userId]);
    // All access was ended meanwhile, and perhaps the keys that were there.
    if (versions.get(userId) !== tokenVersion) {
      await this.keys.delete({ id: key.id });
      throw new DomainError('unauthorized');
    }
    return { ...toApiKey(key), secret: this.secretOf(key.id) };
  }

  /** The account's own, newest first. */
  async list({ id: userId }: AuthenticatedUser): Promise<ApiKey[]> {
    const keys = await this.keys.find({ where: { userId }, order: { createdAt: 'DESC', id: 'DESC' } });
    return keys.map(toApiKey);
  }

  /**
   * It and what it signed are worth nothing from now on, and all whom that let in are put out.
   *
   * @throws api_key_not_found, not_allowed
   */
  async revoke(caller: AuthenticatedUser, id: string): Promise<void> {
    const key = await this.keys.findOneBy({ id });
    if (!key) {
      throw new DomainError('api_key_not_found');
    }
    mustBeSelfOrAdmin(caller, key.userId);
    await this.end(id);
  }

  /** The same for all of an account's. */
  async revokeAllOf(userId: string): Promise<void> {
    const keys = await this.keys.findBy({ userId });
    await Promise.all(keys.map(({ id }) => this.end(id)));
  }

  /**
   * Whom a key speaks for.
   *
   * @param address from where it comes: a wrong secret counts against it
   * @throws unauthorized, rate_limited
   */
  async authenticate(id: string, secret: string, address: string): Promise<AuthenticatedUser> {
    const failed = await this.failures.get(address);
    if (failed !== null && failed.remainingPoints <= 0) {
      this.refusals.note('api_key_secrets');
      throw new DomainError('rate_limited');
    }
    const owner = isSameSecret(secret, this.secretOf(id)) ? await this.use(id) : null;
    if (!owner) {
      // Who is over the limit by this one is told so with the next.
      await this.failures.consume(address).catch(() => undefined);
      throw new DomainError('unauthorized');
    }
    return owner;
  }

  /** The same where what it signed is shown. `null` where there is no such key, or its account was deactivated. */
  async use(id: string): Promise<AuthenticatedUser | null> {
    const key = await this.findGood(id);
    const now = new Date();
    if (key && now.getTime() - (key.lastUsedAt?.getTime() ?? 0) > USE_NOTED) {
      await this.keys.update({ id }, { lastUsedAt: now });
    }
    // A key reaches what is its account's own, also where that is an administrator's.
    return key ? { ...toUser(key.user), isAdmin: false } : null;
  }

  /** The account behind a key that is worth something. */
  async ownerOf(id: string): Promise<string | null> {
    return (await this.findGood(id))?.userId ?? null;
  }

  /** Those of these keys that are worth something. */
  async good(ids: Iterable<string>): Promise<Set<string>> {
    const keys = await inParts(ids, (part) =>
      this.keys.find({ select: { id: true }, where: { id: In(part), user: { isActive: true } } }),
    );
    return new Set(keys.map(({ id }) => id));
  }

  /** A join token with these claims, which the key has issued. @param expiresIn seconds from then on */
  sign(
    id: string,
    claims: Omit<z.input<typeof joinTokenClaimsSchema>, 'iss' | 'exp'> & { iat: number },
    expiresIn: number,
  ): Promise<string> {
    return this.jwt.signAsync({ ...claims, iss: id }, { secret: this.secretOf(id), expiresIn });
  }

  /**
   * What a join token says; whether its key is good still, {@link use} tells.
   *
   * @throws invalid_token
   */
  async verify(token: string): Promise<JoinTokenClaims> {
    const { data: id } = apiKeyIdSchema.safeParse(this.issuerOf(token));
    if (id === undefined) {
      throw new DomainError('invalid_token', 'This is no join token');
    }
    const payload = await this.jwt
      .verifyAsync<object>(token, { secret: this.secretOf(id), audience: joinAudience, clockTolerance })
      .catch((error: Error) => {
        throw new DomainError('invalid_token', faultOf(error));
      });
    const claims = joinTokenClaimsSchema.safeParse(payload);
    if (!claims.success) {
      const [issue] = claims.error.issues;
      throw new DomainError('invalid_token', `Claim ${issue!.path.join('.')} of the join token: ${issue!.message}`);
    }
    return claims.data;
  }

  /** What an unverified token says of its issuer. */
  private issuerOf(token: string): unknown {
    try {
      return this.jwt.decode<{ iss?: unknown } | null>(token)?.iss;
    } catch {
      // What is there in place of claims is no JSON.
      return undefined;
    }
  }

  /** What signs its join tokens, made from a key that the database does not hold: who reads that learns neither. */
  private secretOf(id: string): string {
    return this.derive(`api-key:${id}`).toString('base64url');
  }

  /**
   * The user who stands for somebody whom the host applications of an account know: always the same, so that bans last and
   * what they wrote stays theirs; and nobody can tell the identity from it. A UUID of version 8 (RFC 9562, section 5.8).
   */
  userIdOf(ownerId: string, identity: string): string {
    const bytes = this.derive(`identity:${ownerId}:${identity}`).subarray(0, 16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x80;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }

  private async end(id: string): Promise<void> {
    await this.keys.delete({ id });
    // A session that begins meanwhile is looked at without a key, and refused.
    await this.sessions.endBeginningWith({ apiKeyId: id });
  }

  private async findGood(id: string): Promise<(ApiKeyEntity & { user: NonNullable<ApiKeyEntity['user']> }) | null> {
    const key = await this.keys.findOne({ where: { id }, relations: { user: true } });
    return key?.user?.isActive ? { ...key, user: key.user } : null;
  }

  private derive(purpose: string): Buffer {
    return createHmac('sha256', this.masterSecret).update(purpose).digest();
  }
}

function faultOf({ name }: Error): string {
  switch (name) {
    case 'TokenExpiredError':
      return 'The join token has expired';
    case 'NotBeforeError':
      return 'The join token is not valid yet';
    default:
      return 'The join token is not signed by an API key of this server';
  }
}

function toApiKey({ id, label, createdAt, lastUsedAt }: ApiKeyEntity): ApiKey {
  return { id, label, createdAt: createdAt.toISOString(), lastUsedAt: lastUsedAt?.toISOString() ?? null };
}
