/**
 * Real databases for tests: `startTestServer('mysql')`. Which ones can be had here, `npm test` finds out (and says) and
 * `availability` tells.
 */
import { keepStandin } from './standin.mjs';
import { ADAPTERS, TITLES, folderForFiles, sourceOf } from './sources.mjs';

/** @typedef {import('./sources.mjs').Kind} Kind */

/**
 * A database of one test alone.
 * @typedef {object} Database
 * @property {string} url as the server's settings take it
 * @property {() => Promise<void>} drop removes it with all that is in it
 */

/**
 * A server that answers. `kill` ends it at once (SIGKILL), `stop` in its orderly way; after either, `start` starts it
 * again on the same port and with the data that it had, and resolves when it answers. `close` ends it for good.
 * @typedef {object} TestServer
 * @property {string} name what really runs: `MariaDB 10.11.19`
 * @property {string} url without a database in it; the user may do everything
 * @property {boolean} controllable whether it can be killed, stopped and started: not one that was given by its address
 * @property {() => Promise<void>} kill
 * @property {() => Promise<void>} stop
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} close
 * @property {() => Promise<Database>} createDatabase
 */

/**
 * @param {Kind} kind
 * @returns {{ available: true, name: string, controllable: boolean } | { available: false, why: string }} `controllable`
 * as the started server's
 */
export function availability(kind) {
  const source = sourceOf(kind);
  return source.how === 'none'
    ? { available: false, why: source.why }
    : { available: true, name: source.name, controllable: source.how !== 'given' };
}

/**
 * @param {Kind} kind
 * @returns {string} as its makers write it: `MySQL`
 */
export function titleOf(kind) {
  return TITLES[kind];
}

/**
 * Starts a server, or takes the one that is there for all tests (a given one, or a stand-in for MongoDB).
 * @param {Kind} kind
 * @param {{ keepsData?: boolean, parameters?: string[] }} [options] `keepsData: false` is a Redis that is empty after
 * each start; `parameters` are more of them for a MariaDB that is started here
 * @returns {Promise<TestServer>}
 * @throws {Error} when there is none here (see `availability`) or it does not start
 */
export async function startTestServer(kind, { keepsData = true, parameters = [] } = {}) {
  const source = sourceOf(kind);
  const adapter = ADAPTERS[kind];
  switch (source.how) {
    case 'none':
      throw new Error(`No ${TITLES[kind]} for tests: ${source.why}`);
    case 'given':
      return testServer(kind, source, undefined);
    case 'kept':
      return takeKept(kind, source);
    case 'standin': {
      const kept = await keepStandin(source.standin, folderForFiles());
      return { ...(await takeKept(kind, kept)), close: kept.close };
    }
    case 'program': {
      const server = await adapter.start(source, folderForFiles(), keepsData, parameters);
      return testServer(kind, { name: source.name, url: adapter.urlAt(server.port) }, server);
    }
  }
}

/**
 * @param {Kind} kind
 * @param {{ name: string, url: string, control: string }} kept
 */
async function takeKept(kind, kept) {
  const ask = (what) => async () => {
    const response = await fetch(`${kept.control}/${what}`, { method: 'POST' });
    if (!response.ok) throw new Error(`${kept.name} for tests, ${what}: ${await response.text()}`);
  };
  const start = ask('start');
  // A test that failed in between has left it down.
  await start();
  return testServer(kind, kept, { kill: ask('kill'), stop: ask('stop'), start, close: start });
}

/**
 * @param {Kind} kind
 * @param {{ name: string, url: string }} server
 * @param {Pick<TestServer, 'kill' | 'stop' | 'start' | 'close'> | undefined} control undefined for one that is not ours
 * @returns {TestServer}
 */
function testServer(kind, { name, url }, control) {
  const refuse = () => Promise.reject(new Error(`${name} was given by its address: a test must not stop it.`));
  return {
    name,
    url,
    controllable: control !== undefined,
    kill: () => (control ? control.kill() : refuse()),
    stop: () => (control ? control.stop() : refuse()),
    start: () => (control ? control.start() : refuse()),
    close: async () => control?.close(),
    createDatabase: () => ADAPTERS[kind].createDatabase(url),
  };
}
