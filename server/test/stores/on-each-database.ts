/** Runs tests on every database that users and rooms can be kept in. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeOn } from '../databases.js';

/**
 * A `describe` on the embedded database, and one on MySQL where that can be had. Each has an empty database of its own.
 *
 * @param tests are told a function that gives the settings that name the database, to be called from within tests and hooks
 */
export function onEachDatabase(title: string, tests: (settings: () => Record<string, string>) => void): void {
  describe(`${title} on the embedded database`, () => tests(() => ({})));

  describeOn('mysql', title, (server) => {
    let database: Awaited<ReturnType<ReturnType<typeof server>['createDatabase']>>;

    beforeAll(async () => {
      database = await server().createDatabase();
    });

    tests(() => ({ MYSQL_URL: database.url }));

    // After the hooks of the tests, which end what they started on it.
    afterAll(() => database.drop());
  });
}
