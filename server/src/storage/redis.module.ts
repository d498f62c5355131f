/** Gives the connections to Redis to every module; `null` where the settings name no Redis. */
import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Dependencies } from './dependencies.js';
import { DependenciesModule } from './dependencies.module.js';
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
          : connect(storage.redisUrl, storage.startTimeoutSeconds, dependencies, (line) => logger.warn(line)),
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

/** Waits until Redis answers; from then on the server goes on without it where need be. */
async function connect(
  url: string,
  timeoutSeconds: number,
  dependencies: Dependencies,
  log: (line: string) => void,
): Promise<RedisConnections> {
  const redis = new RedisConnections(url);
  const name = `Redis at ${new URL(url).host}`;

  try {
    await waitFor({
      name,
      timeoutSeconds,
      attempt: () => redis.ping(),
      hopeless: (error) => refusal(name, error),
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

/** Codes with which Redis begins the error for a wrong or missing password (https://redis.io/docs/latest/commands/auth/). */
function refusal(name: string, error: unknown): string | undefined {
  return error instanceof Error && /^(WRONGPASS|NOAUTH|NOPERM)/.test(error.message)
    ? `${name} refuses the user or the password in REDIS_URL`
    : undefined;
}
