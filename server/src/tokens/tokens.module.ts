/** The join tokens of host applications. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { UsersModule } from '../users/users.module.js';
import { JoinTokenRevocation } from './join-token-revocation.entity.js';
import { JoinTokensController } from './join-tokens.controller.js';
import { JoinTokens } from './join-tokens.js';

@Module({
  imports: [TypeOrmModule.forFeature([JoinTokenRevocation]), AuthModule, RoomsModule, UsersModule],
  controllers: [JoinTokensController],
  providers: [JoinTokens],
})
export class TokensModule {}
