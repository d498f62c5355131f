/** Provides the store of chat messages. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ChatMessageEntity } from './chat-message.entity.js';
import { ChatStore } from './chat-store.js';
import { EmbeddedChatStore } from './embedded-chat-store.js';

@Module({
  imports: [TypeOrmModule.forFeature([ChatMessageEntity])],
  providers: [{ provide: ChatStore, useClass: EmbeddedChatStore }],
  exports: [ChatStore],
})
export class ChatModule {}
