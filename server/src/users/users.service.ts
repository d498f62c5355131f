/** Keeps users: accounts and guests. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { CreateUser, Page, PageQuery, UpdateUser, User } from '@minimeet/protocol';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, type Repository } from 'typeorm';
import type { AuthenticatedUser } from '../common/access.js';
import { DomainError } from '../common/domain-error.js';
import { inParts } from '../storage/in-parts.js';
import { isUniqueViolation } from '../storage/query-errors.js';
import { LoginAttempts } from './login-attempts.js';
import { hashPassword, passwordFits } from './password.js';
import { UserEntity } from './user.entity.js';

/** A user's access tokens are worth nothing any more, so whatever they opened must be closed. */
interface UsersEvents {
  access_ended: [userId: string, endedBy: 'themselves' | 'others'];
  /** They were deactivated or deleted, so nothing that they vouched for is good any more. */
  gone: [userId: string];
}

/** Ends what API keys an account has. Rejects where they may be good still. */
type RevokeApiKeys = (userId: string) => Promise<void>;

@Injectable()
export class UsersService extends EventEmitter<UsersEvents> {
  /** Who keeps them stands above, and says here how. */
  revokeApiKeys: RevokeApiKeys = () => Promise.reject(new Error('nobody keeps API keys'));

  constructor(
    @InjectRepository(UserEntity) private readonly users: Repository<UserEntity>,
    private readonly attempts: LoginAttempts,
  ) {
    super();
  }

  /** @throws email_taken */
  async create({ email, username, password }: CreateUser, { isAdmin = false } = {}): Promise<User> {
    const passwordHash = password === undefined ? null : await hashPassword(password);
    return this.insert({ email, username, passwordHash, isGuest: false, isAdmin });
  }

  createGuest(displayName: string): Promise<User> {
    return this.insert({ email: null, username: displayName, passwordHash: null, isGuest: true, isAdmin: false });
  }

  /**
   * Who stands for somebody whom a host application knows: made when they come first, called `username` from now on.
   *
   * @param id the same one each time, as {@link ApiKeys.userIdOf} makes it
   */
  async createKnown(id: string, username: string): Promise<UserEntity> {
    const { affected } = await this.users.update({ id }, { username });
    if (!affected) {
      try {
        await this.insert({ email: null, username, passwordHash: null, isGuest: true, isAdmin: false }, id);
      } catch (error) {
        // They came twice at once.
        if (!(error instanceof DomainError && error.code === 'email_taken')) {
          throw error;
        }
      }
    }
    return this.users.findOneByOrFail({ id });
  }

  /** Newest first. */
  async list({ limit, offset }: PageQuery): Promise<Page<User>> {
    const [users, total] = await this.users.findAndCount({
      order: { createdAt: 'DESC', id: 'DESC' },
      take: limit,
      skip: offset,
    });
    return { items: users.map(toUser), total, limit, offset };
  }

  /** @throws user_not_found */
  async get(id: string): Promise<User> {
    return toUser(await this.find(id));
  }

  findById(id: string): Promise<UserEntity | null> {
    return this.users.findOneBy({ id });
  }

  /** The version of the tokens that are good, by user; who may not come in any more is not in it. */
  async tokenVersions(ids: Iterable<string>): Promise<Map<string, number>> {
    const users = await inParts(ids, (part) =>
      this.users.find({ select: { id: true, tokenVersion: true }, where: { id: In(part), isActive: true } }),
    );
    return new Map(users.map(({ id, tokenVersion }) => [id, tokenVersion]));
  }

  findByEmail(email: string): Promise<UserEntity | null> {
    return this.users.findOneBy({ email });
  }

  /**
   * Changes a user as far as `caller` may. A new password and a deactivation end the validity of access tokens.
   *
   * @param address from where they do: a wrong current password counts like one at a log-in
   * @throws not_allowed, invalid_credentials, user_not_found, email_taken, rate_limited
   */
  async update(caller: AuthenticatedUser, id: string, change: UpdateUser, address: string): Promise<User> {
    mustBeSelfOrAdmin(caller, id);
    const user = await this.find(id);
    await this.mustBeAllowed(caller, user, change, address);

    const { email, username, password, isActive, revokeApiKeys } = change;
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const endsTokens = passwordHash !== undefined || isActive === false;
    await refuseTakenEmail(
      this.users.update(
        { id },
        { email, username, passwordHash, isActive, ...(endsTokens && { tokenVersion: () => 'tokenVersion + 1' }) },
      ),
    );
    if (endsTokens) {
      this.emit('access_ended', id, endedBy(caller, id));
    }
    if (isActive === false) {
      this.emit('gone', id);
    }
    if (revokeApiKeys) {
      // Last: a key that is made meanwhile is among them, or is seen to be by whose access has ended.
      await this.revokeApiKeys(id);
    }
    return this.get(id);
  }

  /**
   * Has somebody say once more who they are: whoever found a token is not to make what outlasts it. Who has no password needs none.
   *
   * @param address from where they do: a wrong password counts like one at a log-in
   * @returns which of their tokens are valid then: another number later means that who this was may be nobody by now
   * @throws invalid_payload (it is missing), invalid_credentials, rate_limited, user_not_found
   */
  async confirm(id: string, password: string | undefined, address: string): Promise<number> {
    const user = await this.find(id);
    if (user.passwordHash !== null) {
      await this.mustKnowPassword(user, password, address);
    }
    return user.tokenVersion;
  }

  /** Ends the validity of all their access tokens, as they wish themselves. */
  async endAccess(id: string): Promise<void> {
    await this.users.update({ id }, { tokenVersion: () => 'tokenVersion + 1' });
    this.emit('access_ended', id, 'themselves');
  }

  /**
   * Nobody who found a token is to delete the account with it.
   *
   * @param password of whoever deletes their own
   * @param address from where: a wrong password counts like one at a log-in
   * @throws not_allowed, user_not_found, invalid_payload (the password is missing), invalid_credentials, rate_limited
   */
  async remove(caller: AuthenticatedUser, id: string, password: string | undefined, address: string): Promise<void> {
    mustBeSelfOrAdmin(caller, id);
    if (caller.id === id) {
      await this.confirm(id, password, address);
    }
    const { affected } = await this.users.delete({ id });
    if (!affected) {
      throw new DomainError('user_not_found');
    }
    this.emit('access_ended', id, endedBy(caller, id));
    this.emit('gone', id);
  }

  private async mustBeAllowed(
    caller: AuthenticatedUser,
    user: UserEntity,
    change: UpdateUser,
    address: string,
  ): Promise<void> {
    const changesCredentials = change.email !== undefined || change.password !== undefined;

    if (change.isActive !== undefined && !caller.isAdmin) {
      throw new DomainError('not_allowed', 'Only an administrator may activate or deactivate users');
    }
    if (user.isGuest && changesCredentials) {
      throw new DomainError('not_allowed', 'A guest has neither e-mail address nor password');
    }
    if (changesCredentials && caller.id === user.id && user.passwordHash !== null) {
      await this.mustKnowPassword(user, change.currentPassword, address);
    }
  }

  /** Whoever found a token is not to find out the password with it. */
  private async mustKnowPassword(user: UserEntity, password: string | undefined, address: string): Promise<void> {
    if (password === undefined) {
      throw new DomainError('invalid_payload', undefined, [
        { path: ['currentPassword'], message: 'is needed for this' },
      ]);
    }
    const attempt = { email: user.email ?? user.id, address };
    await this.attempts.begin(attempt);
    if (!(await passwordFits(user.passwordHash, password))) {
      throw new DomainError('invalid_credentials', 'The current password is wrong');
    }
    await this.attempts.succeed(attempt);
  }

  private async find(id: string): Promise<UserEntity> {
    const user = await this.findById(id);
    if (!user) {
      throw new DomainError('user_not_found');
    }
    return user;
  }

  private async insert(
    fields: Omit<UserEntity, 'id' | 'isActive' | 'tokenVersion' | 'createdAt'>,
    id: string = randomUUID(),
  ): Promise<User> {
    const user = { ...fields, id, isActive: true, tokenVersion: 0, createdAt: new Date() };
    await refuseTakenEmail(this.users.insert(user));
    return toUser(user);
  }
}

/** A user as the wire shows them: without hash and token version. */
export function toUser({ id, email, username, isActive, isGuest, isAdmin, createdAt }: UserEntity): User {
  return { id, email, username, isActive, isGuest, isAdmin, createdAt: createdAt.toISOString() };
}

export function mustBeSelfOrAdmin(caller: AuthenticatedUser, id: string): void {
  if (caller.id !== id && !caller.isAdmin) {
    throw new DomainError('not_allowed');
  }
}

function endedBy(caller: AuthenticatedUser, id: string): 'themselves' | 'others' {
  return caller.id === id ? 'themselves' : 'others';
}

/** Only the unique index can tell for sure: two requests may bring the same address at the same time. */
async function refuseTakenEmail(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    throw isUniqueViolation(error) ? new DomainError('email_taken') : error;
  }
}
