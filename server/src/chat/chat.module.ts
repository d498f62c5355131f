/** Provides the store of chat messages. */
import { Module } from '@nestjs/common';
import { ChatStore } from './chat-store.js';
import { EmbeddedChatStore } from './embedded-chat-store.js';

@Module({
  providers: [{ provide: ChatStore, useClass: EmbeddedChatStore }],
  exports: [ChatStore],
})
export class ChatModule {}
