/** Chat as MongoDB keeps it: collections, their fields and their indexes. */
import type { ChatMessageKind } from '@minimeet/protocol';
import { Schema, type Connection, type Model } from 'mongoose';
import type { SingleReaction } from './reactions.js';

export interface MongoMessage {
  _id: string;
  roomId: string;
  sequence: number;
  kind: ChatMessageKind;
  userId: string;
  displayName: string;
  /** Absent in messages of before there was this. */
  isGuest?: boolean;
  clientMessageId: string;
  text: string;
  sentAt: Date;
  /**
   * What the message is found by. Not MongoDB's own text index: it asks for any word instead of all, cuts words to stems of
   * one language, and does not know where words end in Chinese, Japanese or Thai; the embedded database would find others.
   */
  words: string[];
  /** In the order in which people reacted. */
  reactions: SingleReaction[];
}

/** A room's last number outlives the messages that retention deletes. */
export interface MongoRoom {
  _id: string;
  lastSequence: number;
}

export interface MongoModels {
  messages: Model<MongoMessage>;
  rooms: Model<MongoRoom>;
}

const required = { required: true } as const;
const options = { versionKey: false, autoIndex: false, autoCreate: false } as const;

const messageSchema = new Schema<MongoMessage>(
  {
    _id: { type: String, ...required },
    roomId: { type: String, ...required },
    sequence: { type: Number, ...required },
    kind: { type: String, ...required },
    userId: { type: String, ...required },
    displayName: { type: String, ...required },
    isGuest: { type: Boolean },
    clientMessageId: { type: String, ...required },
    // Empty in a line of the server, which `required` would refuse.
    text: { type: String, default: '' },
    sentAt: { type: Date, ...required },
    words: { type: [String], default: [] },
    reactions: { type: [{ _id: false, emoji: String, userId: String }], default: [] },
  },
  options,
);

const roomSchema = new Schema<MongoRoom>(
  { _id: { type: String, ...required }, lastSequence: { type: Number, ...required } },
  options,
);

/** The name by which the index that deletes old messages is found again. */
const EXPIRY = 'chat_messages_expiry';
/** MongoDB's codes (https://www.mongodb.com/docs/manual/reference/error-codes/): another server did the same just now. */
const OVERTAKEN = new Set([26, 27, 85, 86]);

/** How often it is tried again when another server was faster. */
const EXPIRY_ATTEMPTS = 5;

export function mongoModels(connection: Connection): MongoModels {
  return {
    messages: connection.model<MongoMessage>('ChatMessage', messageSchema, 'chat_messages'),
    rooms: connection.model<MongoRoom>('ChatRoom', roomSchema, 'chat_rooms'),
  };
}

/** Makes the indexes what they are to be. Several servers may do so at the same time; what is so already is left alone. */
export async function prepareIndexes({ messages }: MongoModels, retentionDays: number | undefined): Promise<void> {
  await messages.collection.createIndexes([
    { name: 'chat_messages_sequence', key: { roomId: 1, sequence: -1 }, unique: true },
    { name: 'chat_messages_client_message', key: { roomId: 1, userId: 1, clientMessageId: 1 }, unique: true },
    { name: 'chat_messages_words', key: { roomId: 1, words: 1, sequence: -1 } },
  ]);
  await prepareExpiry(messages, retentionDays);
}

async function prepareExpiry(
  messages: Model<MongoMessage>,
  retentionDays: number | undefined,
  attempts = EXPIRY_ATTEMPTS,
): Promise<void> {
  const { collection } = messages;
  const wanted = retentionDays === undefined ? undefined : retentionDays * 86_400;
  const existing = (await collection.listIndexes().toArray()).find(({ name }) => name === EXPIRY);

  if (existing?.expireAfterSeconds === wanted) {
    return;
  }

  try {
    if (existing) {
      await collection.dropIndex(EXPIRY);
    }

    if (wanted !== undefined) {
      await collection.createIndex({ sentAt: 1 }, { name: EXPIRY, expireAfterSeconds: wanted });
    }
  } catch (error) {
    if (attempts === 1 || !OVERTAKEN.has(Number((error as { code?: unknown }).code))) {
      throw error;
    }
    await prepareExpiry(messages, retentionDays, attempts - 1);
  }
}
