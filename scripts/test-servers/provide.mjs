/** What the test commands do so that tests find databases: install, download, start; and say what there is. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { distribution, providePackages } from '../lib/debian.mjs';
import { isEnding } from '../lib/processes.mjs';
import { Failure, say } from '../lib/say.mjs';
import * as mariadb from './mariadb.mjs';
import { downloadMongod } from './mongod-download.mjs';
import * as mongodb from './mongodb.mjs';
import { withoutPassword } from './names.mjs';
import * as redis from './redis.mjs';
import { ADAPTERS, KINDS, TITLES, VARIABLE } from './sources.mjs';
import { keepStandin } from './standin.mjs';

/** @typedef {import('./sources.mjs').Kind} Kind */
/** @typedef {import('./sources.mjs').Source} Source */
/** @typedef {Partial<Record<Kind, string>>} Addresses */

/** By these names a user gives servers to the tests; by the same names MiniMeet is configured. */
const VARIABLES = { mysql: 'MYSQL_URL', mongodb: 'MONGODB_URL', redis: 'REDIS_URL' };

/**
 * Takes the addresses of given servers out of the environment: a server under test must not use one by accident.
 * @returns {Addresses}
 */
export function takeGivenAddresses() {
  /** @type {Addresses} */
  const addresses = {};
  for (const kind of KINDS) {
    const address = process.env[VARIABLES[kind]];
    if (address) addresses[kind] = address;
    delete process.env[VARIABLES[kind]];
  }
  return addresses;
}

/**
 * Provides the databases for the tests that this command runs from now on, and says of each what it is or why there is
 * none. Each is the given one; else MariaDB and Redis are what is installed (on Debian, for root, installed now), and
 * MongoDB is a mongod of the machine, a downloaded one, or a stand-in.
 * @param {Addresses} given
 * @returns {Promise<() => Promise<void>>} ends what was started for all tests
 * @throws {Failure} when a given server does not answer
 */
export async function provideTestServers(given) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'minimeet-test-servers-'));
  // A database may run as another user.
  chmodSync(folder, 0o755);
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);

  const [installed, documents] = await Promise.all([provideInstalled(given), provideMongodb(given.mongodb, folder)]);
  const sources = { ...installed, mongodb: documents.source };
  process.env[VARIABLE] = JSON.stringify({ sources, folder });
  say('');
  for (const kind of KINDS) say(`${TITLES[kind]}: ${describeSource(sources[kind])}`);

  return async () => {
    await documents.close();
    removeFolder();
    process.removeListener('exit', removeFolder);
  };
}

/** @param {Source} source */
export function describeSource(source) {
  if (source.how === 'none') return `not run: ${source.why}`;
  return source.how === 'given' ? `${source.name}, given by its address` : source.name;
}

/** @param {Addresses} given @returns {Promise<{ mysql: Source, redis: Source }>} */
async function provideInstalled(given) {
  const missing = [...(given.mysql ? [] : [mariadb]), ...(given.redis ? [] : [redis])].filter(
    ({ find }) => find().how === 'none',
  );
  if (missing.length > 0) await installWhereAllowed(missing.flatMap(({ packages }) => packages));
  return {
    mysql: given.mysql ? await sourceOfGiven('mysql', given.mysql) : await findMariadb(),
    redis: given.redis ? await sourceOfGiven('redis', given.redis) : redis.find(),
  };
}

/** @returns {Promise<Source>} */
async function findMariadb() {
  const found = mariadb.find();
  if (found.how !== 'program') return found;
  return orNone('its data folder could not be made', async () => {
    await mariadb.provideTemplate(found.name);
    return found;
  });
}

/**
 * Tests are skipped without the database that could not be provided; that it failed is said and no more.
 * @param {string} why
 * @param {() => Promise<Source>} provide
 * @returns {Promise<Source>}
 */
async function orNone(why, provide) {
  try {
    return await provide();
  } catch (error) {
    if (!(error instanceof Failure) || isEnding()) throw error;
    say(error.message);
    return { how: 'none', why };
  }
}

/** @param {string[]} packages */
async function installWhereAllowed(packages) {
  if (distribution()?.id !== 'debian' || process.getuid?.() !== 0) return;
  try {
    await providePackages('Testing with real databases', packages);
  } catch (error) {
    if (!(error instanceof Failure) || isEnding()) throw error;
    say(error.message);
  }
}

/** @param {string | undefined} given @param {string} folder @returns {Promise<{ source: Source, close: () => Promise<void> }>} */
async function provideMongodb(given, folder) {
  const close = async () => {};
  if (given) return { source: await sourceOfGiven('mongodb', given), close };
  const found = mongodb.find();
  if (found.how === 'program') return { source: found, close };
  const program = await downloadMongod();
  const downloaded = program && mongodb.sourceOfProgram(program);
  if (downloaded) return { source: downloaded, close };
  if (found.how !== 'standin') return { source: found, close };

  let closeStandin = close;
  const source = await orNone('its stand-in does not start', async () => {
    const { name, url, control, close: closeIt } = await keepStandin(found.standin, folder);
    closeStandin = closeIt;
    return { how: 'kept', name, url, control };
  });
  return { source, close: closeStandin };
}

/** @param {Kind} kind @param {string} url @returns {Promise<Source>} */
async function sourceOfGiven(kind, url) {
  const shown = URL.canParse(url) ? withoutPassword(url) : url;
  try {
    return { how: 'given', name: await ADAPTERS[kind].nameOf(url), url };
  } catch (error) {
    throw new Failure(`${VARIABLES[kind]}=${shown} does not answer: ${error.message}. Correct it or leave it out.`);
  }
}
