/** A pool of connections to MySQL in which nothing waits for long for a server that has died or stands still. */
import type { Socket } from 'node:net';
import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2';
import { DatabaseUnavailable } from '../common/database-unavailable.js';
import { reasonOf } from './reason-of.js';

/**
 * Milliseconds to get a connection, and milliseconds that a server may be silent while a query runs. Together they stay
 * below the ten seconds within which every signalling request is answered.
 */
const ACQUIRE_LIMIT = 3000;
const SILENCE_LIMIT = 5000;

/**
 * What every session agrees on, whatever the server's defaults: times in UTC; MySQL 8's own strictness, also on MariaDB; no
 * locks on the gaps between rows; and an end to waiting for a lock before the silence ends the connection.
 */
const sessionStatements = [
  `SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 3,
    sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

type Callback = (error: Error | null, connection?: PoolConnection) => void;

/** The part of mysql2's pool that TypeORM uses. */
export class BoundedPool {
  private readonly pool: Pool;

  /** @param failed told of each failure of a connection; the pool itself goes on, and works again once the server does */
  constructor(
    options: PoolOptions,
    private readonly failed: () => void,
  ) {
    this.pool = createPool(options);
    this.pool.on('connection', (connection) => this.prepare(connection));
    this.pool.on('acquire', (connection) => limitSilence(connection));
    this.pool.on('release', (connection) => socketOf(connection).setTimeout(0));
  }

  /** Fails with `DatabaseUnavailable`. */
  getConnection(callback: Callback): void {
    let waiting = true;
    const answer: Callback = (error, connection) => {
      waiting = false;
      clearTimeout(timer);
      if (error) {
        this.failed();
      }
      callback(error, connection);
    };
    const timer = setTimeout(
      () => answer(new DatabaseUnavailable(`no connection to MySQL within ${ACQUIRE_LIMIT} ms`)),
      ACQUIRE_LIMIT,
    );
    this.pool.getConnection((error, connection) => {
      if (!waiting) {
        connection?.release();
      } else if (error) {
        answer(new DatabaseUnavailable(reasonOf(error), { cause: error }));
      } else {
        answer(null, connection);
      }
    });
  }

  /** Does not fail: a connection that is lost meanwhile has ended too. */
  end(callback: () => void): void {
    this.pool.end(() => callback());
  }

  private prepare(connection: PoolConnection): void {
    // Also between queries: without a listener, a connection that ends would end the process.
    connection.on('error', () => this.failed());
    // Before whatever it was asked for: a connection works off its queries in their order.
    for (const statement of sessionStatements) {
      connection.query(statement, (error) => {
        if (error) {
          socketOf(connection).destroy(error);
        }
      });
    }
  }
}

function limitSilence(connection: PoolConnection): void {
  const socket = socketOf(connection);
  socket.removeAllListeners('timeout');
  socket.once('timeout', () =>
    // The query fails with this error, and the pool forgets the connection.
    socket.destroy(new DatabaseUnavailable(`MySQL was silent for ${SILENCE_LIMIT} ms`)),
  );
  socket.setTimeout(SILENCE_LIMIT);
}

/** Documented nowhere but there in every connection; it is the TLS socket where there is one. */
function socketOf(connection: PoolConnection): Socket {
  return (connection as PoolConnection & { stream: Socket }).stream;
}
