/** How the database is opened: today the embedded SQLite file in the data folder. */
import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/settings.js';
import { sqliteMigrations } from './sqlite-migrations/index.js';

export type EntityClass = new () => object;

/** The schema comes from migrations alone; they run when the connection is opened. */
export function dataSourceOptions({ storage }: Settings, entities: EntityClass[]): DataSourceOptions {
  return {
    type: 'better-sqlite3',
    database: join(storage.dataDirectory, 'minimeet.sqlite'),
    entities,
    migrations: sqliteMigrations,
    migrationsRun: true,
    synchronize: false,
    // Readers do not wait for writers. Each commit is synced to the disk before it is answered for, so that what was
    // acknowledged outlives a loss of power too (https://www.sqlite.org/pragma.html#pragma_synchronous).
    enableWAL: true,
    prepareDatabase: (database: { pragma(text: string): unknown }) => void database.pragma('synchronous = FULL'),
    // Milliseconds to wait for another process that holds the write lock.
    timeout: 5000,
  };
}
