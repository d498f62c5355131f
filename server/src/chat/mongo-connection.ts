/** Opens the connection to MongoDB, and waits for it where it comes up later than the server. */
import mongoose, { type Connection, type ConnectOptions } from 'mongoose';
import { waitFor } from '../storage/wait-for.js';

/**
 * What is acknowledged is on the disks of the majority. Whoever asks while MongoDB is away learns so within seconds: commands are
 * not kept back until it returns, since a sender has to see that a message is not stored.
 */
const options: ConnectOptions = {
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
  // Milliseconds, all of them.
  serverSelectionTimeoutMS: 2000,
  connectTimeoutMS: 2000,
  socketTimeoutMS: 4000,
  waitQueueTimeoutMS: 2000,
  // How often the driver looks whether a server is there.
  heartbeatFrequencyMS: 2000,
  maxPoolSize: 20,
};

/** The database where the address names none. */
const DEFAULT_DATABASE = 'minimeet';
/** MongoDB's codes of a refusal that waiting does not change: AuthenticationFailed, and Atlas' own. */
const REFUSALS = new Set([18, 8000]);

export interface MongoAddress {
  url: string;
  timeoutSeconds: number;
  /** A line for the operator, while MongoDB is waited for. */
  log(line: string): void;
  /** Told when a connection fails. */
  failed(): void;
}

/** @throws Error with one plain sentence, when MongoDB does not come or will not have us */
export async function openMongo({ url, timeoutSeconds, log, failed }: MongoAddress): Promise<Connection> {
  const name = mongoName(url);
  const connection = await waitFor({
    name,
    timeoutSeconds,
    log,
    hopeless: (error) =>
      REFUSALS.has(Number((error as { code?: unknown }).code))
        ? `${name} refuses user and password of MONGODB_URL`
        : undefined,
    attempt: () => connect(url),
  });
  // Without a listener, it would end the process.
  connection.on('error', failed);
  connection.on('disconnected', failed);
  return connection;
}

async function connect(url: string): Promise<Connection> {
  const connection = mongoose.createConnection();
  connection.on('error', () => undefined);
  try {
    await connection.openUri(url, { ...options, ...(!namesDatabase(url) && { dbName: DEFAULT_DATABASE }) });
    await connection.db!.command({ ping: 1 });
    return connection;
  } catch (error) {
    await connection.close().catch(() => undefined);
    throw error;
  }
}

function namesDatabase(url: string): boolean {
  return /^[^:]+:\/\/[^/]+\/[^?]/.test(url);
}

/** `MongoDB at one:27017,other:27017`: as operators know it, never with user and password. */
export function mongoName(url: string): string {
  const hosts = /^[^:]+:\/\/(?:[^/]*@)?([^/?]+)/.exec(url)?.[1];
  return `MongoDB at ${hosts ?? 'MONGODB_URL'}`;
}
