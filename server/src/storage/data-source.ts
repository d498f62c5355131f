/** How the database is opened: MySQL where the settings name one, else the embedded SQLite file in the data folder. */
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/settings.js';
import type { DatabaseEntities, EntityClass } from './entity-classes.js';
import { migrateMysql, migrateSqlite } from './migrate.js';
import { DATABASE_FILE, prepareDatabaseFile } from './data-files.js';
import { findMysql, mysqlOptions } from './mysql.js';
import { NoLogger } from './no-logger.js';
import { reasonOf } from './reason-of.js';
import { sqliteMigrations } from './sqlite-migrations/index.js';

/** Takes a line for the operator. */
export type Report = (line: string, level: 'info' | 'warn') => void;

export interface DatabaseWatcher {
  /** While the database is waited for. */
  log: Report;
  /** A connection failed; the database may be away. */
  failed(): void;
}

/**
 * Waits for MySQL, where the settings name it.
 *
 * @throws Error with one plain sentence, where it does not come or will not have us
 */
export async function dataSourceOptions(
  { storage }: Settings,
  entities: DatabaseEntities,
  { log, failed }: DatabaseWatcher,
): Promise<DataSourceOptions> {
  return storage.mysqlUrl === undefined
    ? embeddedOptions(storage, entities.all)
    : mysqlOptions(storage, await findMysql(storage, (line) => log(line, 'warn')), entities.relational, failed);
}

export function embeddedOptions({ dataDirectory }: Settings['storage'], entities: EntityClass[]): DataSourceOptions {
  prepareDatabaseFile(dataDirectory);

  return {
    type: 'better-sqlite3',
    database: join(dataDirectory, DATABASE_FILE),
    entities,
    migrations: sqliteMigrations,
    synchronize: false,
    logger: new NoLogger(),
    // Readers do not wait for writers. Each commit is synced to the disk before it is answered for, so that what was
    // acknowledged outlives a loss of power too (https://www.sqlite.org/pragma.html#pragma_synchronous).
    enableWAL: true,
    prepareDatabase: (database: { pragma(text: string): unknown }) => void database.pragma('synchronous = FULL'),
    // Milliseconds to wait for another process that holds the write lock.
    timeout: 5000,
  };
}

/**
 * A connection to a database whose schema is up to date; the schema comes from migrations alone.
 *
 * @param log told what was migrated, and while another server is waited for
 */
export async function openDataSource(options: DataSourceOptions, log: Report = () => undefined): Promise<DataSource> {
  if (options.type === 'mysql' || options.type === 'mariadb') {
    await migrateMysql(options, log);
    return new DataSource(options).initialize();
  }
  const dataSource = await new DataSource(options).initialize().catch((error: unknown) => {
    throw new Error(`${String(options.database)} cannot be opened: ${reasonOf(error)}`, { cause: error });
  });
  try {
    await migrateSqlite(dataSource, log);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}
