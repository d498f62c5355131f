/** Keeps sessions: begun by a log-in, carried on by refresh tokens of which each is good once, ended by a log-out. */
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { PinoLogger } from 'nestjs-pino';
import { In, LessThan, LessThanOrEqual, type Repository } from 'typeorm';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { UsersService } from '../users/users.service.js';
import { accessName, type Pass } from '../common/access.js';
import { inParts } from '../storage/in-parts.js';
import { SessionEntity } from './session.entity.js';

/** What a refresh token says: the session, and the turn in which it is good. */
export interface Turn {
  sessionId: string;
  turn: number;
}

/** Sessions have ended, so whatever was opened by an access of that name must be closed. */
interface SessionsEvents {
  ended: [access: string, endedBy: 'themselves' | 'others'];
}

/**
 * Milliseconds for which a token may be exchanged once more, for the same answer: the first one may have been lost on the way, and two
 * tabs of one browser hold the same token.
 */
const LEEWAY = 30_000;
/** Milliseconds between two looks for sessions that have expired. */
const UPKEEP_INTERVAL = 3_600_000;
/** Milliseconds for which one that has expired is kept: by then, what it opened is over. */
const KEPT_EXPIRED = 86_400_000;

@Injectable()
export class Sessions extends EventEmitter<SessionsEvents> implements OnModuleInit, OnApplicationShutdown {
  private readonly lifetime: number;
  private readonly lifetimeWithPass: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectRepository(SessionEntity) private readonly sessions: Repository<SessionEntity>,
    private readonly users: UsersService,
    private readonly logger: PinoLogger,
    @Inject(SETTINGS) settings: Settings,
  ) {
    super();
    logger.setContext(Sessions.name);
    this.lifetime = settings.auth.refreshTokenLifetimeSeconds * 1000;
    this.lifetimeWithPass = settings.auth.maxJoinTokenLifetimeSeconds * 1000;
  }

  onModuleInit(): void {
    // Their tokens are of an older version, and good for nothing; a session that begins right after is another matter.
    this.users.on('access_ended', (userId) => void this.forget({ userId, createdAt: LessThanOrEqual(new Date()) }));
    this.timer = setInterval(
      () => void this.forget({ expiresAt: LessThan(new Date(Date.now() - KEPT_EXPIRED)) }),
      UPKEEP_INTERVAL,
    );
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /**
   * @param pass of who came with a join token: such a session has an end, however often it is carried on, as its host
   *   application may have changed its mind by then
   */
  async begin(userId: string, pass: Pass | null = null, now = new Date()): Promise<Turn> {
    const id = randomUUID();
    await this.sessions.insert({
      id,
      userId,
      apiKeyId: pass?.apiKeyId ?? null,
      roomId: pass?.roomId ?? null,
      pass: pass && { role: pass.role, grants: pass.grants },
      turn: 0,
      createdAt: now,
      refreshedAt: now,
      expiresAt: pass ? new Date(now.getTime() + this.lifetimeWithPass) : this.expiryFrom(now),
    });

    return { sessionId: id, turn: 0 };
  }

  /** One that has begun, and has neither expired nor ended. */
  async find(sessionId: string, now = new Date()): Promise<SessionEntity | null> {
    const session = await this.sessions.findOneBy({ id: sessionId });

    return session !== null && session.expiresAt > now ? session : null;
  }

  /** Those of these that nobody has ended. What was opened with one that has only expired goes on. */
  async notEnded(ids: Iterable<string>): Promise<Set<string>> {
    const sessions = await inParts(ids, (part) =>
      this.sessions.find({ select: { id: true }, where: { id: In(part) } }),
    );
    return new Set(sessions.map(({ id }) => id));
  }

  /**
   * The next turn of the session. A turn that is over is a copy of the token in other hands, one of the two a thief's; nobody can tell
   * which, so the session ends for both.
   *
   * @returns `null` where there is no such session any more
   */
  async next({ sessionId, turn }: Turn, now = new Date()): Promise<Turn | null> {
    const running = await this.find(sessionId, now);
    if (running === null) {
      return null;
    }
    // Of two who come at once with the same token, one changes the row.
    const { affected } = await this.sessions.update(
      { id: sessionId, turn },
      { turn: turn + 1, refreshedAt: now, ...(running.apiKeyId === null && { expiresAt: this.expiryFrom(now) }) },
    );
    if (affected) {
      return { sessionId, turn: turn + 1 };
    }
    const session = await this.sessions.findOneBy({ id: sessionId });
    if (session === null) {
      return null;
    }
    if (session.turn === turn + 1 && now.getTime() - session.refreshedAt.getTime() <= LEEWAY) {
      return { sessionId, turn: session.turn };
    }
    this.logger.warn({ sessionId, userId: session.userId }, 'a refresh token was used again; its session has ended');
    await this.end(sessionId);
    return null;
  }

  /** Ends it, if it runs. */
  async end(sessionId: string, endedBy: 'themselves' | 'others' = 'themselves'): Promise<void> {
    await this.sessions.delete({ id: sessionId });
    this.emit('ended', accessName.session(sessionId), endedBy);
  }

  /** Ends all that began with join tokens of an API key, or of a user for a room. */
  async endBeginningWith(which: { apiKeyId: string } | { userId: string; roomId: string }): Promise<void> {
    await this.sessions.delete(which);
    // Also what was opened by one that has expired since.
    const access =
      'apiKeyId' in which ? accessName.apiKey(which.apiKeyId) : accessName.sent(which.userId, which.roomId);
    this.emit('ended', access, 'others');
  }

  /** A session that expired, or whose user may not any more, opens nothing; it is only not kept for ever. */
  private async forget(which: Parameters<Repository<SessionEntity>['delete']>[0]): Promise<void> {
    try {
      await this.sessions.delete(which);
    } catch (error) {
      this.logger.warn({ error: String(error) }, 'sessions that are over could not be deleted now');
    }
  }

  private expiryFrom(now: Date): Date {
    return new Date(now.getTime() + this.lifetime);
  }
}
