/** Provides the store of chat messages: MongoDB where the settings name one, else the embedded database. */
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Connection } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import type { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../settings/settings.js';
import { Dependencies } from '../storage/dependencies.js';
import { EMBEDDED_DATA_SOURCE } from '../storage/embedded.js';
import { StoreCalls } from '../storage/store-calls.js';
import { ChatStore } from './chat-store.js';
import { EmbeddedChatStore } from './embedded-chat-store.js';
import { MongoChatStore } from './mongo-chat-store.js';
import { openMongo, withPatience } from './mongo-connection.js';
import { mongoModels, prepareIndexes } from './mongo-models.js';

/** The token of the connection to MongoDB, `null` without MONGODB_URL. */
const MONGO_CONNECTION = Symbol('MONGO_CONNECTION');

@Module({
  providers: [
    {
      provide: MONGO_CONNECTION,
      inject: [SETTINGS, Dependencies, PinoLogger],
      useFactory: connectMongo,
    },
    {
      provide: ChatStore,
      inject: [StoreCalls, SETTINGS, MONGO_CONNECTION, EMBEDDED_DATA_SOURCE, Dependencies, PinoLogger],
      useFactory: async (calls: StoreCalls, ...parameters: Parameters<typeof openStore>) =>
        calls.observe('chat', await openStore(...parameters), ['append', 'page', 'search', 'react', 'deleteRoom']),
    },
  ],
  exports: [ChatStore],
})
export class ChatModule implements OnApplicationShutdown {
  constructor(@Inject(MONGO_CONNECTION) private readonly connection: Connection | null) {}

  async onApplicationShutdown(): Promise<void> {
    await this.connection?.close();
  }
}

async function connectMongo(
  { storage }: Settings,
  dependencies: Dependencies,
  logger: PinoLogger,
): Promise<Connection | null> {
  if (storage.mongodbUrl === undefined) {
    return null;
  }

  const connection = await openMongo({
    url: storage.mongodbUrl,
    timeoutSeconds: storage.startTimeoutSeconds,
    log: (line) => logger.warn(line),
    failed: () => dependencies.noteFailure('mongodb'),
  });
  // Not required: without it, meetings go on without their chat.
  dependencies.register({ name: 'mongodb', required: false, probe: () => connection.db!.command({ ping: 1 }) });

  return connection;
}

async function openStore(
  { storage }: Settings,
  connection: Connection | null,
  embedded: DataSource | null,
  dependencies: Dependencies,
  logger: PinoLogger,
): Promise<ChatStore> {
  const retentionDays = storage.chatRetentionDays;

  if (connection) {
    // The indexes of a large collection take longer to make than a request may take.
    await withPatience(
      storage.mongodbUrl!,
      (patient) => prepareIndexes(mongoModels(patient), retentionDays),
      () => logger.warn("MongoDB makes the chat's indexes; the server starts when they are made"),
    );

    return new MongoChatStore(mongoModels(connection), {
      retentionDays,
      failed: () => dependencies.noteFailure('mongodb'),
    });
  }

  if (!embedded) {
    throw new Error('There is no database for chat');
  }

  return new EmbeddedChatStore(embedded, { retentionDays });
}
