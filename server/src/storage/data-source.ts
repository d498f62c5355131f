/** How the database is opened: MySQL where the settings name one, else the embedded SQLite file in the data folder. */
import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/settings.js';
import type { DatabaseEntities, EntityClass } from './entity-classes.js';
import { migrateMysql, migrateSqlite } from './migrate.js';
import { DATABASE_FILE, prepareDatabaseFile } from './data-files.js';
import { findMysql, mysqlOptions } from './mysql.js';
import { NoLogger } from './no-logger.js';
import { sqliteMigrations } from './sqlite-migrations/index.js';

export interface DatabaseWatcher {
  /** A line for the operator, while the database is waited for, or another server that migrates it. */
  log(line: string): void;
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
    : mysqlOptions(storage, await findMysql(storage, log), entities.relational, failed);
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
 * @param log takes a line for the operator, while another server is waited for
 */
export async function openDataSource(
  options: DataSourceOptions,
  log: (line: string) => void = () => undefined,
): Promise<DataSource> {
  if (options.type === 'mysql' || options.type === 'mariadb') {
    await migrateMysql(options, log);
    return new DataSource(options).initialize();
  }
  const dataSource = await new DataSource(options).initialize();
  try {
    await migrateSqlite(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}
