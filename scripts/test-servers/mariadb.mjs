/** MySQL for tests: MariaDB with data folders that are copies of one made once. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from '../lib/lock.mjs';
import { USER_CACHE } from '../lib/paths.mjs';
import { capture } from '../lib/processes.mjs';
import { Failure, step } from '../lib/say.mjs';
import { drivers } from './drivers.mjs';
import { freshName, withDatabase } from './names.mjs';
import { programOnPath, versionOf } from './programs.mjs';
import { ServerProcess } from './server-process.mjs';

const CACHE = path.join(USER_CACHE, 'test-servers');
const USER = 'minimeet';
const PASSWORD = 'for-tests-only';
/** Part of the template's name: a change of how templates are made makes new ones. */
const TEMPLATE_FORM = 1;
const CONNECT_WITHIN_MS = 5000;

/** Debian's packages with the programs and without a service: nothing is left running or enabled. */
export const packages = ['mariadb-server-core', 'mariadb-client-core'];

/** What makes a data folder, and what that calls. */
const MAKES_FOLDERS = 'mariadb-install-db';
const NEEDED = [MAKES_FOLDERS, 'my_print_defaults'];

/** @returns {import('./sources.mjs').Source} */
export function find() {
  const program = programOnPath('mariadbd');
  const version = program && versionOf(program, /Ver (\d+\.\d+\.\d+)-MariaDB/);
  if (!version || !NEEDED.every(programOnPath)) return { how: 'none', why: 'MariaDB is not installed' };
  return { how: 'program', name: `MariaDB ${version}`, program };
}

/**
 * @param {{ program: string, name: string }} source
 * @param {string} [under] the folder for its files
 * @param {boolean} keepsData it always does
 * @param {string[]} [parameters] more of them for the program
 */
export async function start({ program, name }, under, keepsData, parameters = []) {
  const template = await provideTemplate(name);
  return ServerProcess.start({
    name: 'mysql',
    under,
    prepare: async (folder) => {
      await cp(template, path.join(folder, 'data'), { recursive: true });
      await writeFile(
        path.join(folder, 'init.sql'),
        `CREATE USER IF NOT EXISTS '${USER}'@'%' IDENTIFIED BY '${PASSWORD}';\nGRANT ALL ON *.* TO '${USER}'@'%';\n`,
      );
    },
    command: (folder, port) => [program, [...parametersFor(folder, port), ...parameters]],
    ask: async (port) => (await connect(urlAt(port))).end(),
  });
}

/** Makes the data folder that servers of this version begin with, unless it is there. @param {string} name */
export async function provideTemplate(name) {
  const template = path.join(CACHE, `${name.replace(' ', '-').toLowerCase()}-${TEMPLATE_FORM}`);
  if (existsSync(template)) return template;
  await withLock(`${template}.lock`, async () => {
    if (!existsSync(template)) await step(`Preparing ${name} for tests (once)`, () => makeTemplate(template));
  });
  return template;
}

/** @param {string} template moved there as the last step: what is there is complete */
async function makeTemplate(template) {
  const prefix = `${path.basename(template)}.incoming-`;
  for (const name of readdirSync(CACHE)) {
    // What an interrupted preparation left behind; this process holds the lock.
    if (name.startsWith(prefix)) rmSync(path.join(CACHE, name), { recursive: true, force: true });
  }
  const incoming = path.join(CACHE, `${prefix}${process.pid}`);
  mkdirSync(incoming);
  const { code, output } = await capture(programOnPath(MAKES_FOLDERS) ?? '', [
    '--no-defaults',
    `--datadir=${incoming}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=16M',
    ...asWhomeverWeAre(),
  ]);
  if (code !== 0) throw new Failure(`${output.trim()}\n\nMariaDB's data folder for tests could not be made.`);
  renameSync(incoming, template);
}

/** @param {string} folder @param {number} port */
function parametersFor(folder, port) {
  return [
    '--no-defaults',
    `--datadir=${path.join(folder, 'data')}`,
    `--socket=${path.join(folder, 'socket')}`,
    `--pid-file=${path.join(folder, 'pid')}`,
    `--init-file=${path.join(folder, 'init.sql')}`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--innodb-log-file-size=16M',
    '--innodb-buffer-pool-size=128M',
    // Each commit reaches the operating system: what was acknowledged outlives the server, though not the machine.
    '--innodb-flush-log-at-trx-commit=2',
    ...asWhomeverWeAre(),
  ];
}

/** MariaDB refuses to run as root unless it is told to. */
function asWhomeverWeAre() {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** @param {number} port */
export function urlAt(port) {
  return `mysql://${USER}:${PASSWORD}@127.0.0.1:${port}`;
}

/**
 * @param {string} url
 * @returns {Promise<string>} what answers there, such as `MariaDB 10.11.19`
 */
export async function nameOf(url) {
  const connection = await connect(url);
  try {
    const [[{ version }]] = await connection.query('SELECT VERSION() AS version');
    return nameOfVersion(version);
  } finally {
    connection.destroy();
  }
}

/** @param {string} version what VERSION() says: `10.11.19-MariaDB-0+deb12u1` or `8.0.44` */
export function nameOfVersion(version) {
  return `${version.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]}`;
}

/** @param {string} url @returns {Promise<import('./index.mjs').Database>} */
export async function createDatabase(url) {
  const name = freshName();
  const execute = async (statement) => {
    const connection = await connect(url);
    try {
      await connection.query(statement);
    } finally {
      connection.destroy();
    }
  };
  await execute(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
  return { url: withDatabase(url, name), drop: () => execute(`DROP DATABASE IF EXISTS ${name}`) };
}

/** @param {string} url */
function connect(url) {
  return drivers.mysql.createConnection({ uri: url.replace(/^mariadb:/, 'mysql:'), connectTimeout: CONNECT_WITHIN_MS });
}
