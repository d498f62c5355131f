/** The embedded database: its schema and how it is opened. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase, type TestDatabase } from './database.js';

describe('the embedded database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openDatabase();
  });

  afterAll(() => database.close());

  it('has exactly the schema of the entities after its migrations', async () => {
    const { upQueries } = await database.dataSource.driver.createSchemaBuilder().log();

    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('does not migrate again what is migrated', async () => {
    const again = await database.openAgain();

    expect(await again.showMigrations()).toBe(false);
  });

  it.each([
    ['journal_mode', 'wal'],
    // FULL: a commit has reached the disk when it returns.
    ['synchronous', 2],
    ['foreign_keys', 1],
  ])('has %s set to %s', async (pragma, value) => {
    expect(await database.dataSource.query(`PRAGMA ${pragma}`)).toEqual([{ [pragma]: value }]);
  });

  it('waits for another process that is writing', async () => {
    expect(await database.dataSource.query('PRAGMA busy_timeout')).toEqual([{ timeout: 5000 }]);
  });

  it('can go back to where it began', async () => {
    const other = await openDatabase();
    await other.dataSource.undoLastMigration();
    const tables = await other.dataSource.query("SELECT name FROM sqlite_master WHERE type = 'table'");
    await other.close();

    expect(tables.map(({ name }: { name: string }) => name).sort()).toEqual(['migrations', 'sqlite_sequence']);
  });
});
