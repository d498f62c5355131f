/** Authentication, and the guard of every REST route. */
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { JwtModule } from '@nestjs/jwt';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { UsersModule } from '../users/users.module.js';
import { AccessGuard } from './access.guard.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { FirstAdmin } from './first-admin.js';
import { SessionEntity } from './session.entity.js';
import { Sessions } from './sessions.js';
import { tokenSecret } from './token-secret.js';

@Module({
  imports: [
    UsersModule,
    TypeOrmModule.forFeature([SessionEntity]),
    JwtModule.registerAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({
        secret: tokenSecret(settings),
        signOptions: { algorithm: 'HS256', expiresIn: settings.auth.accessTokenLifetimeSeconds },
        verifyOptions: { algorithms: ['HS256'] },
      }),
    }),
  ],
  controllers: [AuthController],
  providers: [AuthService, Sessions, FirstAdmin, { provide: APP_GUARD, useClass: AccessGuard }],
  exports: [AuthService, Sessions],
})
export class AuthModule {}
