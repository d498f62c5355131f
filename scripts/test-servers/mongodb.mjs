/** MongoDB for tests: a mongod of the machine or a downloaded one; for a stand-in of it see standin.mjs. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { drivers } from './drivers.mjs';
import { freshName, withDatabase } from './names.mjs';
import { programOnPath, versionOf } from './programs.mjs';
import { ServerProcess } from './server-process.mjs';
import { findStandin } from './standin.mjs';

const CONNECT_WITHIN_MS = 5000;

/** @returns {import('./sources.mjs').Source} */
export function find() {
  const program = programOnPath('mongod');
  return (
    (program && sourceOfProgram(program)) ??
    findStandin() ?? { how: 'none', why: 'there is no mongod here, and none was downloaded' }
  );
}

/**
 * @param {string} program
 * @returns {import('./sources.mjs').Source | undefined} undefined when it does not run here
 */
export function sourceOfProgram(program) {
  const version = versionOf(program, /db version v(\d+\.\d+\.\d+)/);
  return version ? { how: 'program', name: `MongoDB ${version}`, program } : undefined;
}

/**
 * One without replication, the least that a user of MiniMeet may have.
 * @param {{ program: string }} source
 * @param {string} [under] the folder for its files
 */
export function start({ program }, under) {
  return ServerProcess.start({
    name: 'mongodb',
    under,
    prepare: async (folder) => void (await mkdir(path.join(folder, 'data'))),
    command: (folder, port) => [
      program,
      ['--dbpath', path.join(folder, 'data'), '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'],
    ],
    ask: (port) => nameOf(urlAt(port)),
  });
}

/** @param {number} port */
export function urlAt(port) {
  return `mongodb://127.0.0.1:${port}/`;
}

/**
 * @param {string} url
 * @returns {Promise<string>} what answers there, such as `MongoDB 7.0.24`
 */
export function nameOf(url) {
  return withClient(url, async (client) => nameOfBuild(await client.db('admin').command({ buildInfo: 1 })));
}

/** @param {{ version: string, gitVersion?: string }} build MongoDB alone tells the commit that it was built from */
export function nameOfBuild({ version, gitVersion }) {
  return gitVersion ? `MongoDB ${version}` : `MongoDB-compatible (${version})`;
}

/** @param {string} url @returns {Promise<import('./index.mjs').Database>} */
export async function createDatabase(url) {
  const address = withMongoDatabase(url, freshName());
  // MongoDB makes a database when something is written to it.
  return { url: address, drop: () => withClient(address, async (client) => void (await client.db().dropDatabase())) };
}

/**
 * @param {string} url
 * @param {string} name
 * @returns {string} the address of that database; whoever logs in does so where they did before
 */
export function withMongoDatabase(url, name) {
  const address = new URL(withDatabase(url, name));
  if (address.username && !address.searchParams.has('authSource')) {
    address.searchParams.set('authSource', new URL(url).pathname.slice(1) || 'admin');
  }
  return address.href;
}

/**
 * @template Result
 * @param {string} url
 * @param {(client: import('mongoose').mongo.MongoClient) => Promise<Result>} use
 */
async function withClient(url, use) {
  const client = new drivers.mongoose.mongo.MongoClient(url, { serverSelectionTimeoutMS: CONNECT_WITHIN_MS });
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.close();
  }
}
