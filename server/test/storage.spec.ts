/** The databases: their schema, how they are opened, by several servers at once too. */
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Table, type DataSource } from 'typeorm';
import { UserEntity } from '../src/users/user.entity.js';
import { openDataSource } from '../src/storage/data-source.js';
import { openDatabase, optionsOf, type TestDatabase } from './database.js';
import { temporaryFolder } from './harness.js';
import { onEachDatabase } from './stores/on-each-database.js';

onEachDatabase('a database', (settings) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openDatabase(settings());
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

  it('that a newer version has migrated is refused with a sentence, and is left as it is', async () => {
    const { dataSource } = database;
    await dataSource.query(
      "INSERT INTO migrations (timestamp, name) VALUES (9999999999999, 'FromTheFuture9999999999999')",
    );
    await expect(database.openAgain()).rejects.toThrow(
      /belongs to a newer MiniMeet than \d+\.\d+\.\d+ \(it has FromTheFuture9999999999999\)\. Install that version, or restore/,
    );
    await dataSource.query("DELETE FROM migrations WHERE name = 'FromTheFuture9999999999999'");
    await (await database.openAgain()).query('SELECT 1');
  });

  it('can go back to where it began, and up again', async () => {
    const { dataSource } = database;
    for (let left = dataSource.migrations.length; left > 0; left--) {
      await dataSource.undoLastMigration();
    }
    const tables = await tablesOf(dataSource);
    const lines: string[] = [];
    const again = await openDataSource(dataSource.options, (line) => lines.push(line));
    await again.destroy();

    expect(lines).toEqual([expect.stringMatching(/^migrated the database \S+: Begin\d*, .+/)]);
    expect(tables).toEqual(['migrations']);
    expect(await dataSource.showMigrations()).toBe(false);
  });

  it('says how many there are as a number, and keeps a time to the millisecond', async () => {
    const { dataSource } = database;
    const createdAt = new Date('2026-10-25T00:30:00.123Z');
    const user = { username: 'Ada', isActive: true, isGuest: true, isAdmin: false, tokenVersion: 0, createdAt };
    const users = dataSource.getRepository(UserEntity);
    await users.insert({ id: 'some-id', ...user });

    expect(await users.findOneBy({ id: 'some-id' })).toMatchObject(user);
    expect(await dataSource.query('SELECT count(*) AS users, sum(tokenVersion + 1) AS versions FROM users')).toEqual([
      { users: 1, versions: 1 },
    ]);
  });
});

onEachDatabase('an empty database that four servers open at once', (settings) => {
  it('is migrated by one of them, while the others wait', async () => {
    const dataDir = await temporaryFolder();
    const options = await optionsOf({ DATA_DIR: dataDir, ...settings() });
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDataSource(options)));
    const migrations = await opened[0]!.query('SELECT name FROM migrations');
    await Promise.all(opened.map((dataSource) => dataSource.destroy()));
    await rm(dataDir, { recursive: true });

    expect(migrations).toHaveLength(opened[0]!.migrations.length);
  });
});

onEachDatabase('a migration that fails half-way', (settings) => {
  it('is done by the next start, without what is left of the first attempt in its way', async () => {
    const dataDir = await temporaryFolder();
    const options = await optionsOf({ DATA_DIR: dataDir, ...settings() });
    class BreaksOff {
      readonly name = 'BreaksOff1999999999999';
      static broken = true;

      async up(queryRunner: ReturnType<DataSource['createQueryRunner']>) {
        const columns = [{ name: 'id', type: 'int' }];
        await queryRunner.createTable(new Table({ name: 'half', columns }), true);
        if (BreaksOff.broken) {
          throw new Error('broken off');
        }
      }

      down = () => Promise.resolve();
    }
    const migrations = [...(options.migrations as (new () => BreaksOff)[]), BreaksOff];
    await expect(openDataSource({ ...options, migrations })).rejects.toThrow('broken off');
    BreaksOff.broken = false;
    const dataSource = await openDataSource({ ...options, migrations });
    const pending = await dataSource.showMigrations();
    const tables = await tablesOf(dataSource);
    await dataSource.destroy();
    await rm(dataDir, { recursive: true });

    expect(pending).toBe(false);
    expect(tables).toContain('half');
  });
});

describe('the embedded database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openDatabase();
  });

  afterAll(() => database.close());

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
});

async function tablesOf(dataSource: DataSource): Promise<string[]> {
  const rows: { name: string }[] = await dataSource.query(
    dataSource.options.type === 'better-sqlite3'
      ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      : 'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database()',
  );

  return rows.map(({ name }) => name).sort();
}
