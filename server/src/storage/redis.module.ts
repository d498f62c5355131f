/** Gives the connections to Redis to every module; `null` where the settings name no Redis. */
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Dependencies } from './dependencies.js';
import { DependenciesModule } from './dependencies.module.js';
import { codeOf, reasonOf } from './reason-of.js';
import type { RedisSettings } from './redis-address.js';
import { RedisConnections } from './redis.js';
import { waitFor } from './wait-for.js';

@Global()
@Module({
  imports: [DependenciesModule],
  providers: [
    {
      provide: RedisConnections,
      inject: [SETTINGS, Dependencies, PinoLogger],
      useFactory: ({ storage }: Settings, dependencies: Dependencies, { logger }: PinoLogger) =>
        storage.redisUrl === undefined
          ? null
          : connectRedis({ ...storage, redisUrl: storage.redisUrl }, dependencies, (line) => logger.warn(line)),
    },
  ],
  exports: [RedisConnections],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Inject(RedisConnections) private readonly redis: RedisConnections | null) {}

  onApplicationShutdown(): void {
    this.redis?.close();
  }
}

/**
 * Waits until Redis answers; from then on the server goes on without it where need be.
 *
 * @throws Error with one sentence, where it does not come or cannot be used
 */
export async function connectRedis(
  settings: RedisSettings & Pick<Settings['storage'], 'startTimeoutSeconds'>,
  dependencies: Dependencies,
  log: (line: string) => void,
): Promise<RedisConnections> {
  const redis = new RedisConnections(settings.redisUrl, settings);
  const { name } = redis;

  try {
    await waitFor({
      name,
      timeoutSeconds: settings.startTimeoutSeconds,
      attempt: () => redis.verify(),
      hopeless: (error) => hopeless(name, error),
      log,
    });
  } catch (error) {
    redis.close();
    throw error;
  }

  dependencies.register({ name: 'redis', required: false, probe: () => redis.ping() });
  redis.on('lost', () => dependencies.noteFailure('redis'));

  return redis;
}

/** What waiting does not change, as a sentence for the operator (https://redis.io/docs/latest/commands/auth/). */
function hopeless(name: string, error: unknown): string | undefined {
  const said = reasonOf(error);
  const code = codeOf(error);

  if (code === 'CLUSTER') {
    return `${name} is a node of a Redis Cluster, which MiniMeet does not support; name one server, or Sentinels with redis+sentinel://`;
  }
  if (said.startsWith('NOAUTH')) {
    return `${name} wants a password, and REDIS_URL has none`;
  }
  if (/^WRONGPASS|^ERR AUTH|invalid password/.test(said)) {
    return `${name} refuses the user or the password in REDIS_URL`;
  }
  if (said.startsWith('NOPERM')) {
    return `${name} does not let the user in REDIS_URL do what MiniMeet needs: ${said}`;
  }
  if (/DB index|invalid DB/i.test(said)) {
    return `${name} has no database of the number in REDIS_URL: ${said}`;
  }
  if (/WRONG_VERSION_NUMBER|EPROTO|NO_TLS/.test(code)) {
    return `${name} does not speak TLS there; use redis:// in REDIS_URL, or the port where it does`;
  }
  if (/CERT|SIGNATURE/.test(code)) {
    // Without Node's advice, which is about Node's own command line.
    return `${name} cannot be trusted (REDIS_CA_FILE): ${said.split(';')[0]}`;
  }

  return undefined;
}
