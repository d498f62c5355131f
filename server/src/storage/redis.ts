/** Connections to Redis, which come back by themselves and never let anybody wait for long. */
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { codeOf } from './reason-of.js';
import { redisAddress, type RedisAddress, type RedisSettings } from './redis-address.js';

/** Another layout of what is kept in Redis takes another number. */
const prefixOf = (name: string, database: number) => `${name}:1:${database === 0 ? '' : `${database}:`}`;

/** What every key and channel begins with where the settings say nothing else. */
export const REDIS_PREFIX = prefixOf('minimeet', 0);

/** Milliseconds that Redis may take for an answer. Whoever asks has something else to do when it is longer. */
const COMMAND_TIMEOUT = 1500;
const LONGEST_RECONNECT_DELAY = 2000;

const options: RedisOptions = {
  connectTimeout: 3000,
  // Doubling, less a random part: several servers do not all come back in the same moment.
  retryStrategy: (attempt) =>
    Math.min(50 * 2 ** Math.min(attempt, 10), LONGEST_RECONNECT_DELAY) * (1 - Math.random() / 2),
  // A connection over which an asked Redis is silent is as good as none; waiting begins anew with the next one.
  socketTimeout: COMMAND_TIMEOUT,
};

/** Refuses at once while Redis is away: what was meant for then is worth nothing later. */
const commandOptions: RedisOptions = {
  ...options,
  commandTimeout: COMMAND_TIMEOUT,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
};

/** A subscription waits for Redis, however long it is away, and is made again on each new connection. */
const subscriberOptions: RedisOptions = { ...options, maxRetriesPerRequest: null };

interface RedisEvents {
  /** Redis was there and is not any more. */
  lost: [];
  /** Redis answers again. */
  returned: [];
}

export class RedisConnections extends EventEmitter<RedisEvents> {
  /**
   * What every key and channel begins with. The number of the database is in it, as channels, unlike keys, are the same in all
   * databases.
   */
  readonly prefix: string;
  /** As operators know it, without user and password. */
  readonly name: string;
  private readonly database: number;
  private readonly address: RedisAddress['options'];
  /** For every command but subscriptions. Each answers, or rejects, within two seconds. */
  readonly commands: Redis;
  /** For subscriptions. */
  readonly subscriber: Redis;
  private lastError: Error | undefined;
  /** Until the first attempt to connect has ended, well or badly, nobody can tell whether Redis is there. */
  private readonly attempted: Promise<unknown>;
  /** Whether it was there when it was heard of last; `null` before it was for the first time. */
  private present: boolean | null = null;

  /** Begins to connect; {@link RedisConnections.ping} tells whether that has succeeded. */
  constructor(
    redisUrl: string,
    { redisPrefix = 'minimeet', redisCaFile }: Partial<Omit<RedisSettings, 'redisUrl'>> = {},
  ) {
    super();
    const { options: address, name, database } = redisAddress({ redisUrl, redisCaFile });
    this.name = name;
    this.database = database;
    this.address = address;
    this.prefix = prefixOf(redisPrefix, database);
    this.commands = new Redis({ ...commandOptions, ...address, connectionName: 'minimeet' });
    this.subscriber = new Redis({ ...subscriberOptions, ...address, connectionName: 'minimeet-subscriber' });
    // Each failed attempt to connect is one. That Redis is away, `lost` has told.
    this.commands.on('error', (error) => (this.lastError = error));
    this.subscriber.on('error', () => undefined);
    this.commands.on('ready', () => this.noteArrival());
    this.commands.on('close', () => this.noteLoss());
    this.attempted = new Promise((resolve) => {
      for (const outcome of ['ready', 'error', 'end']) {
        this.commands.once(outcome, resolve);
      }
    });
  }

  /** Whether Redis may be asked now. */
  get available(): boolean {
    return this.commands.status === 'ready';
  }

  /** Resolves when Redis answers. Rejects, with the reason, when it cannot be reached. */
  async ping(): Promise<void> {
    await this.attempted;

    try {
      await this.commands.ping();
    } catch (error) {
      // Why there is no connection says more than that there is none.
      throw this.available ? error : (this.lastError ?? new Error('no connection'));
    }
  }

  /**
   * That it is what the address says: ioredis goes on in database 0 where there is no other.
   *
   * @throws what Redis says, or an Error of ours with the code `CLUSTER` or `NO_TLS`
   */
  async verify(): Promise<void> {
    try {
      await this.ping();
    } catch (error) {
      const { tls, host, port } = this.address;

      // It waits for the end of what it takes for a command.
      if (tls && host && port && codeOf(error) === 'ETIMEDOUT' && (await answersWithoutTls(host, port))) {
        throw Object.assign(new Error('it answers without TLS'), { code: 'NO_TLS' });
      }

      throw error;
    }

    await this.commands.select(this.database);

    // A user of few rights may not ask; then it shows later.
    const about = await this.commands.info('cluster').catch(() => '');

    if (/cluster_enabled:1/.test(about)) {
      throw Object.assign(new Error('cluster mode'), { code: 'CLUSTER' });
    }
  }

  close(): void {
    this.removeAllListeners();
    this.commands.disconnect();
    this.subscriber.disconnect();
  }

  private noteArrival(): void {
    const returned = this.present === false;
    this.present = true;

    if (returned) {
      this.emit('returned');
    }
  }

  private noteLoss(): void {
    if (this.present) {
      this.present = false;
      this.emit('lost');
    }
  }
}

async function answersWithoutTls(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, signal: AbortSignal.timeout(COMMAND_TIMEOUT) });

  try {
    socket.write('PING\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];

    return /^[+-]/.test(answer.toString('latin1'));
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

/**
 * The same connection for a library that does not wait for the outcome of what it asks: an outcome nobody waited for
 * would otherwise end the process.
 */
export function unawaited(connection: Redis): Redis {
  return new Proxy(connection, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);

      return typeof member !== 'function'
        ? member
        : (...args: unknown[]) => {
            const result: unknown = member.apply(target, args);
            if (result instanceof Promise) {
              result.catch(() => undefined);
            }

            return result === target ? connection : result;
          };
    },
  });
}

/** What counters need where several servers count together; nothing where there is no Redis. */
export function sharedCounts(connections: RedisConnections | null): { commands: Redis; prefix: string } | undefined {
  return connections ? { commands: connections.commands, prefix: connections.prefix } : undefined;
}
