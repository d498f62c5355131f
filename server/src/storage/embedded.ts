/** The embedded SQLite database, beside or in place of MySQL. */
import type { DataSource } from 'typeorm';
import type { Settings } from '../settings/settings.js';
import { embeddedOptions, openDataSource, type Report } from './data-source.js';
import type { EntityClass } from './entity-classes.js';

/**
 * The token of the embedded database's `DataSource`: the default one without MYSQL_URL, else one of its own. `null` where
 * the settings name a database for everything.
 */
export const EMBEDDED_DATA_SOURCE = Symbol('EMBEDDED_DATA_SOURCE');

/** Never two connections of one process to one file: each would wait for the other's lock without letting it go on. */
export async function openEmbedded(
  { storage }: Settings,
  defaultDataSource: DataSource,
  entities: EntityClass[],
  log: Report,
): Promise<DataSource | null> {
  if (storage.mysqlUrl === undefined) {
    return defaultDataSource;
  }
  return storage.mongodbUrl === undefined ? openDataSource(embeddedOptions(storage, entities), log) : null;
}
