/** Recognises that a database is away, or cannot take part for the moment, in whatever its driver throws. */
import { QueryFailedError } from 'typeorm';

/** A database could not be reached, or did not answer in time. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** Codes of Node's sockets, of mysql2, of MySQL and MariaDB, and of SQLite. */
const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_QUERY_INTERRUPTED',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  // A server that has become a replica, in the middle of a failover.
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  // Two requests stood in each other's way; the same request works a moment later.
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'SQLITE_BUSY',
  'SQLITE_FULL',
  'SQLITE_READONLY',
  'SQLITE_CANTOPEN',
]);

export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) {
    return true;
  }
  if (!(error instanceof QueryFailedError)) {
    return false;
  }
  const { driverError } = error;
  const code = 'code' in driverError ? String(driverError.code) : '';
  return (
    driverError instanceof DatabaseUnavailable ||
    codes.has(code) ||
    // Extended codes such as SQLITE_IOERR_WRITE (https://www.sqlite.org/rescode.html).
    /^SQLITE_(IOERR|BUSY|READONLY|CANTOPEN)_/.test(code) ||
    // mysql2 marks so whatever ended the connection.
    ('fatal' in driverError && driverError.fatal === true)
  );
}
