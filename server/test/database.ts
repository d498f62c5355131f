/** A database alone, for tests of stores. */
import { rm } from 'node:fs/promises';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { entities } from '../src/entities.js';
import { loadSettings } from '../src/settings/settings.js';
import { dataSourceOptions, openDataSource } from '../src/storage/data-source.js';
import { temporaryFolder } from './harness.js';

export interface TestDatabase {
  dataSource: DataSource;
  /** Opens the same database again, as a second process does. */
  openAgain(): Promise<DataSource>;
  close(): Promise<void>;
}

/**
 * A migrated database: an empty, embedded one in a folder of its own, or the one that `overrides` name.
 *
 * @param overrides settings by their names in the environment, such as `{ MYSQL_URL: 'mysql://…' }`
 */
export async function openDatabase(overrides: Record<string, string> = {}): Promise<TestDatabase> {
  const dataDir = await temporaryFolder();
  const options = await optionsOf({ DATA_DIR: dataDir, ...overrides });
  const opened: DataSource[] = [];
  const open = async () => {
    const dataSource = await openDataSource(options);
    opened.push(dataSource);

    return dataSource;
  };

  return {
    dataSource: await open(),
    openAgain: open,
    async close() {
      await Promise.all(opened.map((dataSource) => dataSource.destroy()));
      await rm(dataDir, { recursive: true });
    },
  };
}

/** @param settings by their names in the environment */
export function optionsOf(settings: Record<string, string>): Promise<DataSourceOptions> {
  const silent = { log: () => undefined, failed: () => undefined };

  return dataSourceOptions(
    loadSettings(settings, () => undefined),
    entities,
    silent,
  );
}
