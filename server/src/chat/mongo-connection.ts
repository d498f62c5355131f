/** Opens the connection to MongoDB, and waits for it where it comes up later than the server. */
import mongoose, { type Connection, type ConnectOptions } from 'mongoose';
import { codeOf, reasonOf } from '../storage/reason-of.js';
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

/** What is wrong with an address, by name: some come from a part of the driver with classes of its own. */
const MISTAKES = new Set(['MongoParseError', 'MongoInvalidArgumentError', 'MongoMissingCredentialsError']);
/** How Node names what is wrong with a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const CERTIFICATE_FAULT = /CERT|SIGNATURE/;
/** Milliseconds after which the operator is told what the start waits for. */
const SLOW = 2000;

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
    hopeless: (error) => hopeless(error, name),
    attempt: () => connect(url),
  });
  // Without a listener, it would end the process.
  connection.on('error', failed);
  connection.on('disconnected', failed);
  return connection;
}

/**
 * Runs a step that may take long over a connection of its own, which waits for an answer as long as it takes.
 *
 * @param onSlow told once, when the step takes longer than one may expect
 */
export async function withPatience(
  url: string,
  step: (connection: Connection) => Promise<void>,
  onSlow: () => void,
): Promise<void> {
  const connection = await connect(url, { socketTimeoutMS: 0, maxPoolSize: 1 });
  const slow = setTimeout(onSlow, SLOW);
  try {
    await step(connection);
  } finally {
    clearTimeout(slow);
    await connection.close().catch(() => undefined);
  }
}

/** What waiting does not change, as a sentence for the operator. */
function hopeless(error: unknown, name: string): string | undefined {
  if (REFUSALS.has(Number((error as { code?: unknown }).code))) {
    return `${name} refuses user and password of MONGODB_URL`;
  }
  if (MISTAKES.has(String((error as { name?: unknown }).name))) {
    return `MONGODB_URL is not an address that can be used: ${reasonOf(error)}`;
  }
  const fault = [...causesOf(error)].find((cause) => CERTIFICATE_FAULT.test(codeOf(cause)));
  if (fault) {
    // Without Node's advice, which is about Node's own command line.
    return `${name} cannot be trusted (tlsCAFile in MONGODB_URL): ${reasonOf(fault).split(';')[0]}`;
  }
  const file = (error as { path?: unknown }).path;
  return codeOf(error) !== '' && typeof file === 'string' ? `${file} of MONGODB_URL cannot be read` : undefined;
}

/** The error and what it comes from; the driver tells the reasons of each server apart. */
function* causesOf(error: unknown): Generator<unknown> {
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as { cause?: unknown }).cause) {
    yield cause;
    const { reason } = cause as { reason?: { servers?: Map<string, { error?: unknown }> } };
    for (const { error: ofServer } of reason?.servers?.values() ?? []) {
      yield* causesOf(ofServer);
    }
  }
}

async function connect(url: string, changes: ConnectOptions = {}): Promise<Connection> {
  const connection = mongoose.createConnection();
  connection.on('error', () => undefined);
  try {
    await connection.openUri(url, {
      ...options,
      ...changes,
      ...(!namesDatabase(url) && { dbName: DEFAULT_DATABASE }),
    });
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
