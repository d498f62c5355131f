/** Several whole servers that share their databases, for tests. */
import { freePort } from '../../scripts/test-servers/ports.mjs';
import type { TestServer as DatabaseServer } from './databases.js';
import { startServer, type TestServer } from './harness.js';

export interface TestCluster {
  /** As many as there are names, each named so and with its own address as `PUBLIC_URL`. */
  servers: TestServer[];
  mysqlUrl: string;
  stop(): Promise<void>;
}

/** Of tokens and of API keys. */
export const SHARED_SECRET = 'the one that all servers of a test share';

/**
 * Starts a server for each name, on a database of their own.
 *
 * @param overrides settings of all of them by their names in the environment
 */
export async function startCluster(
  names: string[],
  databases: { mysql: DatabaseServer; redis: DatabaseServer },
  overrides: Record<string, string> = {},
): Promise<TestCluster> {
  const database = await databases.mysql.createDatabase();
  const servers = await Promise.all(
    names.map(async (name) => {
      const port = String(await freePort());

      return startServer({
        PORT: port,
        PUBLIC_URL: `http://127.0.0.1:${port}`,
        SERVER_NAME: name,
        MYSQL_URL: database.url,
        REDIS_URL: databases.redis.url,
        JWT_SECRET: SHARED_SECRET,
        API_KEY_SECRET: SHARED_SECRET,
        ...overrides,
      });
    }),
  );

  return {
    servers,
    mysqlUrl: database.url,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
      await database.drop();
    },
  };
}
