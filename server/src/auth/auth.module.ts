/** Authentication, and the guard of every REST route. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JwtModule } from '@nestjs/jwt';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { tokenSecret } from '../storage/token-secret.js';
import { UsersModule } from '../users/users.module.js';
import { AccessGuard } from './access.guard.js';
import { ApiKeyEntity } from './api-key.entity.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeys } from './api-keys.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { FirstAdmin } from './first-admin.js';
import { SessionEntity } from './session.entity.js';
import { Sessions } from './sessions.js';

@Module({
  imports: [
    UsersModule,
    TypeOrmModule.forFeature([SessionEntity, ApiKeyEntity]),
    JwtModule.registerAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({
        secret: tokenSecret(settings),
        signOptions: { algorithm: 'HS256', expiresIn: settings.auth.accessTokenLifetimeSeconds },
        verifyOptions: { algorithms: ['HS256'] },
      }),
    }),
  ],
  controllers: [AuthController, ApiKeysController],
  providers: [AuthService, Sessions, ApiKeys, FirstAdmin, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [AuthService, Sessions, ApiKeys],
})
export class AuthModule {}
