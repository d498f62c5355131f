/** Groups of tests on real databases; where one cannot be had, its tests are skipped and their name says why. */
import { afterAll, beforeAll, describe } from '@jest/globals';
import { availability, startTestServer, titleOf } from '../../scripts/test-servers/index.mjs';

/** Which database: `mysql` is MariaDB where that is installed, `mongodb` may be a compatible stand-in; ask for the name. */
export type DatabaseKind = Parameters<typeof startTestServer>[0];

/** A running database server; see scripts/test-servers/index.mjs. */
export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** Starting, and what an earlier test left to recover. */
const START_WITHIN_MS = 120_000;

/**
 * A `describe` on a real database server, which is started before its tests and closed after them. The name of the
 * group ends with what really runs: `the chat store on MongoDB-compatible (DocumentDB 1.0)`.
 *
 * @param tests are told a function that gives the server, to be called from within tests and their hooks
 * @param options what the tests need: a server that they may stop, or one that is started with more parameters
 */
export function describeOn(
  kind: DatabaseKind,
  title: string,
  tests: (server: () => TestServer) => void,
  { stopsIt = false, parameters }: { stopsIt?: boolean; parameters?: () => string[] } = {},
): void {
  const found = availability(kind);
  const given = found.available && !found.controllable && (stopsIt || parameters !== undefined);

  if (!found.available || given) {
    const why = found.available ? 'one that was given by its address is not to be stopped' : found.why;
    // What could not run is named as skipped, never counted as passed; the test command installs and starts what it can.
    describe.skip(`${title} on ${titleOf(kind)} (not run: ${why})`, () => tests(notRunning));

    return;
  }

  describe(`${title} on ${found.name}`, () => {
    let server: TestServer | undefined;

    beforeAll(async () => {
      server = await startTestServer(kind, { parameters: parameters?.() });
    }, START_WITHIN_MS);

    tests(() => server ?? notRunning());

    // Last of the hooks, which run in this order: what the tests started on it has ended.
    afterAll(async () => {
      await server?.close();
    }, START_WITHIN_MS);
  });
}

/** As {@link describeOn}, for tests that stop the server: they are skipped where it was given by its address. */
export function describeOnOwn(kind: DatabaseKind, title: string, tests: (server: () => TestServer) => void): void {
  describeOn(kind, title, tests, { stopsIt: true });
}

function notRunning(): never {
  throw new Error('The database server runs only during tests and their hooks.');
}
