/** Everything that the server consists of. */
import {
  Inject,
  Module,
  RequestMethod,
  type DynamicModule,
  type MiddlewareConsumer,
  type NestModule,
} from '@nestjs/common';
import { limits } from '@minimeet/protocol';
import { json, type RequestHandler } from 'express';
import { LoggerModule } from 'nestjs-pino';
import { AdminModule } from './admin/admin.module.js';
import { AnalyticsModule } from './analytics/analytics.module.js';
import { AuthModule } from './auth/auth.module.js';
import { loggerParameters, ServerLogger } from './common/logging.js';
import { refuseOtherBodies, refuseOversizedBodies } from './common/other-bodies.js';
import { rateLimit } from './common/rate-limit.js';
import { RefusalsModule } from './common/refusals.module.js';
import { Refusals } from './common/refusals.js';
import { entities } from './entities.js';
import { HealthModule } from './health/health.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { RedisConnections, sharedCounts } from './storage/redis.js';
import { RedisModule } from './storage/redis.module.js';
import { RoomsModule } from './rooms/rooms.module.js';
import { SETTINGS, type Settings } from './settings/settings.js';
import { SettingsModule } from './settings/settings.module.js';
import { addressReader } from './signaling/client-address.js';
import { SignalingModule } from './signaling/signaling.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { StorageModule } from './storage/storage.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { UsersModule } from './users/users.module.js';
import { WebModule } from './web/web.module.js';

@Module({})
export class AppModule implements NestModule {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(RedisConnections) private readonly redis: RedisConnections | null,
    private readonly refusals: Refusals,
  ) {}

  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.forRoot(settings),
        RefusalsModule,
        LoggerModule.forRoot(
          loggerParameters({ ...settings.log, server: settings.cluster.serverName }, addressReader(settings.http)),
        ),
        StorageModule.forRoot(entities),
        RedisModule,
        UsersModule,
        AuthModule,
        RoomsModule,
        TokensModule,
        AnalyticsModule,
        SignalingModule,
        AdminModule,
        RetentionModule,
        HealthModule,
        MetricsModule,
        // Last: it answers every GET that nothing above knows.
        WebModule,
      ],
      providers: [ServerLogger],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    const { restRequestsPerMinute, loginsPerMinute, guestsPerHour } = this.settings.limits;
    const redis = sharedCounts(this.redis);

    const logins = rateLimit({
      name: 'logins',
      perMinute: loginsPerMinute,
      redis,
      refused: () => this.refusals.note('password_attempts'),
    });

    // All of these come after the logger's middleware, so that what they refuse is logged as well.
    consumer
      .apply(
        rateLimit({
          name: 'rest',
          perMinute: restRequestsPerMinute,
          redis,
          refused: () => this.refusals.note('rest_requests'),
        }),
      )
      // A refused health check would make an orchestrator restart the server.
      .exclude('health/{*path}')
      .forRoutes('{*path}');
    consumer
      .apply(logins)
      // Where a password can be tried out or is hashed, which takes time by design.
      .forRoutes(
        { path: 'auth/login', method: RequestMethod.POST },
        { path: 'users', method: RequestMethod.POST },
        { path: 'users/:id', method: RequestMethod.PATCH },
        { path: 'api-keys', method: RequestMethod.POST },
      );
    consumer
      .apply(
        rateLimit({
          name: 'guests',
          perMinute: guestsPerHour,
          seconds: 3600,
          redis,
          refused: () => this.refusals.note('new_guests'),
        }),
      )
      .forRoutes({ path: 'auth/guest', method: RequestMethod.POST });
    consumer.apply(json({ limit: limits.bodyBytes }), refuseOtherBodies, refuseOversizedBodies).forRoutes('{*path}');
    consumer
      .apply(wherePassword(logins))
      .forRoutes(
        { path: 'users/:id', method: RequestMethod.DELETE },
        { path: 'rooms', method: RequestMethod.POST },
        { path: 'rooms/:idOrSlug', method: RequestMethod.PATCH },
      );
  }
}

/** A room's password is hashed as a user's is, and so is the one with which somebody deletes themself; without one, neither costs anything of that. */
function wherePassword(limit: RequestHandler): RequestHandler {
  return (request, response, next) => {
    const { password, currentPassword } = (request.body ?? {}) as { password?: unknown; currentPassword?: unknown };

    return [password, currentPassword].some((given) => typeof given === 'string')
      ? limit(request, response, next)
      : next();
  };
}
