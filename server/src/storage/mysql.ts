/** MySQL or MariaDB, for users, rooms and the record of meetings. */
import { createConnection } from 'mysql2/promise';
import type { PoolOptions } from 'mysql2';
import type { DataSourceOptions } from 'typeorm';
import type { Settings } from '../settings/settings.js';
import { BoundedPool } from './bounded-pool.js';
import type { EntityClass } from './entity-classes.js';
import { CONNECT_LIMIT, mysqlAddress, mysqlName, tlsOptions } from './mysql-address.js';
import { mysqlMigrations } from './mysql-migrations/index.js';
import { NoLogger } from './no-logger.js';
import { codeOf, reasonOf } from './reason-of.js';
import { waitFor } from './wait-for.js';

export type MysqlOptions = Extract<DataSourceOptions, { type: 'mysql' | 'mariadb' }>;

/** How Node names what is wrong with a certificate (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const certificateFault = /CERT|SIGNATURE|^HANDSHAKE_SSL_ERROR$/;

/** The address and the ways of a connection, for mysql2. */
export function connectionOptions(storage: Settings['storage']) {
  const address = mysqlAddress(storage.mysqlUrl ?? '');

  return {
    ...address,
    ssl: tlsOptions(address.host, storage),
    connectTimeout: CONNECT_LIMIT,
    charset: 'utf8mb4',
    timezone: 'Z',
  };
}

/**
 * Waits until the server answers, and learns which of the two it is: TypeORM knows their differences by that name.
 *
 * @throws Error with one plain sentence
 */
export function findMysql(storage: Settings['storage'], log: (line: string) => void): Promise<MysqlOptions['type']> {
  const options = connectionOptions(storage);

  return waitFor({
    name: mysqlName(options),
    timeoutSeconds: storage.startTimeoutSeconds,
    log,
    hopeless: (error) => hopeless(error, options),
    async attempt() {
      const connection = await createConnection(options);
      try {
        const [rows] = await connection.query('SELECT VERSION() AS version');
        return /mariadb/i.test(JSON.stringify(rows)) ? 'mariadb' : 'mysql';
      } finally {
        connection.destroy();
      }
    },
  });
}

/**
 * Compares text byte by byte, as the embedded database does, because the tables' collation is utf8mb4_bin.
 *
 * @param failed told whenever a connection failed
 */
export function mysqlOptions(
  storage: Settings['storage'],
  type: MysqlOptions['type'],
  entities: EntityClass[],
  failed: () => void,
): MysqlOptions {
  const { user, ...options } = connectionOptions(storage);

  return {
    type,
    ...options,
    username: user,
    poolSize: storage.mysqlPoolSize,
    entities,
    migrations: mysqlMigrations,
    synchronize: false,
    logger: new NoLogger(),
    // Counts and sums are numbers, as in the embedded database; a number too large for one stays a string.
    supportBigNumbers: true,
    bigNumberStrings: false,
    extra: { decimalNumbers: true, enableKeepAlive: true, keepAliveInitialDelay: 10_000 },
    driver: { createPool: (poolOptions: PoolOptions) => new BoundedPool(poolOptions, failed) },
  };
}

function hopeless(error: unknown, options: ReturnType<typeof connectionOptions>): string | undefined {
  const code = codeOf(error);
  if (code === 'ER_BAD_DB_ERROR') {
    return `${mysqlName(options)} has no database ${options.database}`;
  }
  const place = mysqlName(options);
  const said = reasonOf(error);
  if (/SECURE_TRANSPORT/.test(code) || /insecure transport|secure_transport/i.test(said)) {
    return `${place} takes encrypted connections only: set MYSQL_TLS=on`;
  }
  if (code === 'ER_ACCESS_DENIED_ERROR' || code === 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR') {
    // A user that must use TLS gets the same answer without it.
    const or = options.ssl === undefined ? ', or takes this user with TLS only (MYSQL_TLS)' : '';
    return `${place} refuses the user and password of MYSQL_URL${or}: ${said}`;
  }
  if (code === 'ER_DBACCESS_DENIED_ERROR') {
    return `${place} does not let the user of MYSQL_URL use the database ${options.database}: ${said}`;
  }
  if (code === 'ER_NOT_SUPPORTED_AUTH_MODE' || code === 'AUTH_SWITCH_PLUGIN_ERROR') {
    return `${place} wants a way to log in that MiniMeet does not know: ${said}`;
  }
  if (code === 'ER_HOST_NOT_PRIVILEGED' || code === 'ER_HOST_IS_BLOCKED') {
    return `${place} does not take connections from this machine: ${said}`;
  }
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return `${place} cannot encrypt its connections (MYSQL_TLS is on): ${said}`;
  }
  // Without Node's advice, which is about Node's own command line.
  const fault = said.split(';')[0];
  return certificateFault.test(code) ? `${place} cannot be trusted (MYSQL_CA_FILE): ${fault}` : undefined;
}
