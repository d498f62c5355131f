/** The real databases that can be had here, all together, for a server that is tested in the browser. */
import { availability, startTestServer, titleOf } from '../../../scripts/test-servers/index.mjs';

/** Each with the setting that leads the server to it. */
const settings = { mysql: 'MYSQL_URL', mongodb: 'MONGODB_URL', redis: 'REDIS_URL' } as const;

type Kind = keyof typeof settings;

const kinds = Object.keys(settings) as Kind[];
const availableKinds = kinds.filter((kind) => availability(kind).available);

/** Whether there is any. */
export const anyDatabases = availableKinds.length > 0;

/** What runs and what cannot: `MariaDB 10.11.6, Redis 7.0.15 (no MongoDB: …)`. */
export const databaseNames = kinds
  .map((kind) => {
    const found = availability(kind);

    return found.available ? found.name : `no ${titleOf(kind)} (${found.why})`;
  })
  .join(', ');

/** Starts them, each with an empty database; answers with the server's settings and with what removes them again. */
export async function startDatabases(): Promise<{ environment: Record<string, string>; close: () => Promise<void> }> {
  const started = await Promise.all(
    availableKinds.map(async (kind) => {
      const server = await startTestServer(kind);

      return { kind, server, database: await server.createDatabase() };
    }),
  );

  return {
    environment: Object.fromEntries(started.map(({ kind, database }) => [settings[kind], database.url])),
    async close() {
      for (const { server, database } of started) {
        await database.drop();
        await server.close();
      }
    },
  };
}
