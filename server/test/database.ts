/** The embedded database alone, for tests of stores. */
import { rm } from 'node:fs/promises';
import { DataSource } from 'typeorm';
import { entities } from '../src/entities.js';
import { loadSettings } from '../src/settings/settings.js';
import { dataSourceOptions } from '../src/storage/data-source.js';
import { temporaryFolder } from './harness.js';

export interface TestDatabase {
  dataSource: DataSource;
  /** Opens the same file again, as a second process does. */
  openAgain(): Promise<DataSource>;
  close(): Promise<void>;
}

/** A migrated, empty database in a folder of its own. */
export async function openDatabase(): Promise<TestDatabase> {
  const dataDir = await temporaryFolder();
  const settings = loadSettings({ DATA_DIR: dataDir }, () => undefined);
  const opened: DataSource[] = [];
  const open = async () => {
    const dataSource = await new DataSource(dataSourceOptions(settings, entities)).initialize();
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
