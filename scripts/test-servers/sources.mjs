/** From where each database for tests comes, as the test command found it or as it is found now. */
import * as mariadb from './mariadb.mjs';
import * as mongodb from './mongodb.mjs';
import * as redis from './redis.mjs';

/** @typedef {'mysql' | 'mongodb' | 'redis'} Kind */

/**
 * @typedef {{ how: 'given', name: string, url: string }
 *   | { how: 'program', name: string, program: string }
 *   | { how: 'standin', name: string, standin: string }
 *   | { how: 'kept', name: string, url: string, control: string }
 *   | { how: 'none', why: string }} Source
 */

/** Set by the test command: what it provided, as JSON. */
export const VARIABLE = 'MINIMEET_TEST_SERVERS';

export const ADAPTERS = { mysql: mariadb, mongodb, redis };
export const TITLES = { mysql: 'MySQL', mongodb: 'MongoDB', redis: 'Redis' };
export const KINDS = /** @type {Kind[]} */ (Object.keys(ADAPTERS));

/** @type {Map<Kind, Source>} */
const found = new Map();

/**
 * @param {Kind} kind
 * @returns {Source} what the test command provided; without that command, what is installed here
 */
export function sourceOf(kind) {
  const provided = process.env[VARIABLE];
  if (provided) return JSON.parse(provided).sources[kind];
  const source = found.get(kind) ?? ADAPTERS[kind].find();
  found.set(kind, source);
  return source;
}

/** @returns {string | undefined} the folder for files of servers, which the test command removes; else the system's */
export function folderForFiles() {
  const provided = process.env[VARIABLE];
  return provided && JSON.parse(provided).folder;
}
