/** Brings the schema up to date, where several servers may do so at the same moment: one does, the others wait for it. */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DataSource, MigrationExecutor, QueryFailedError } from 'typeorm';
import type { MysqlOptions } from './mysql.js';
import { version } from '../common/version.js';
import type { Report } from './data-source.js';
import { codeOf } from './reason-of.js';

/** Seconds that another server's migration may take; long tables take long to change. */
const LONGEST_MIGRATION = 3600;
/** Milliseconds between attempts to get SQLite's lock. */
const RETRY = 20;

/**
 * Runs the migrations over one connection that also holds the lock: who loses it loses both. The connection is not the
 * pool's, since a migration may take longer than a request.
 *
 * MySQL commits each statement that changes the schema at once, so a migration that fails half-way leaves its first
 * statements done and itself unrecorded; the next start begins with it again. Therefore each statement of a migration for
 * MySQL is one that may run twice (`IF NOT EXISTS` and the like).
 *
 * @param log takes a line for the operator: what was migrated, and where another server has to be waited for
 * @throws Error with one sentence where a newer version has migrated the database already
 */
export async function migrateMysql(options: MysqlOptions, log: Report): Promise<void> {
  const dataSource = await new DataSource({ ...options, entities: [], driver: undefined, poolSize: 1 }).initialize();
  try {
    const connection = dataSource.createQueryRunner();
    // Names of locks are the server's, not the database's, and have at most 64 characters.
    const name = `minimeet-${createHash('sha256').update(String(options.database)).digest('hex').slice(0, 16)}`;
    if (!(await gets(connection, name, 0))) {
      log(
        `another server is migrating the database ${options.database}; waiting up to ${LONGEST_MIGRATION} s for it`,
        'warn',
      );
      if (!(await gets(connection, name, LONGEST_MIGRATION))) {
        throw new Error(`Another server has been migrating the database for ${LONGEST_MIGRATION} s`);
      }
    }
    try {
      await runMigrations(dataSource, connection, log);
    } finally {
      await connection.query('DO RELEASE_LOCK(?)', [name]).catch(() => undefined);
      await connection.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

/**
 * All or nothing: SQLite takes changes of the schema back as well.
 *
 * @param log takes a line for the operator: what was migrated
 * @throws Error with one sentence where a newer version has migrated the database already
 */
export async function migrateSqlite(dataSource: DataSource, log: Report): Promise<void> {
  const connection = dataSource.createQueryRunner();
  // A change of a table makes it anew, and nothing that points to it may be deleted then. Not possible in a transaction.
  await connection.query('PRAGMA foreign_keys = OFF');
  try {
    await beginAlone(connection);
    try {
      await runMigrations(dataSource, connection, log);
      await connection.query('COMMIT');
    } catch (error) {
      await connection.query('ROLLBACK');
      throw error;
    }
  } finally {
    await connection.query('PRAGMA foreign_keys = ON');
  }
}

type Connection = ReturnType<DataSource['createQueryRunner']>;

/** Takes the lock; answers whether it got it within these seconds. */
async function gets(connection: Connection, lock: string, seconds: number): Promise<boolean> {
  const [{ locked }] = await connection.query('SELECT GET_LOCK(?, ?) AS locked', [lock, seconds]);

  return locked === 1;
}

async function runMigrations(dataSource: DataSource, connection: Connection, log: Report): Promise<void> {
  const executor = new MigrationExecutor(dataSource, connection);
  executor.transaction = 'none';
  const known = new Set(dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name));
  const unknown = (await executor.getExecutedMigrations()).filter(({ name }) => !known.has(name));
  const { database } = dataSource.options;

  if (unknown.length > 0) {
    throw new Error(
      `The database ${String(database)} belongs to a newer MiniMeet than ${version} (it has ${unknown.map(({ name }) => name).join(', ')}). ` +
        'Install that version, or restore the back-up that was made before the upgrade',
    );
  }

  const ran = await executor.executePendingMigrations();

  if (ran.length > 0) {
    log(`migrated the database ${String(database)}: ${ran.map(({ name }) => name).join(', ')}`, 'info');
  }
}

/** Without SQLite's own waiting, which would stop the whole process. */
async function beginAlone(connection: Connection): Promise<void> {
  const [{ timeout }] = await connection.query('PRAGMA busy_timeout');
  await connection.query('PRAGMA busy_timeout = 0');
  try {
    while (!(await begins(connection))) {
      await delay(RETRY);
    }
  } finally {
    await connection.query(`PRAGMA busy_timeout = ${timeout}`);
  }
}

async function begins(connection: Connection): Promise<boolean> {
  try {
    await connection.query('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (error instanceof QueryFailedError && codeOf(error.driverError) === 'SQLITE_BUSY') {
      return false;
    }
    throw error;
  }
}
