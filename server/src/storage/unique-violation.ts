/** Recognises the error that a database throws when a value is there already. */
import { QueryFailedError } from 'typeorm';

const codes = [
  // better-sqlite3 (https://www.sqlite.org/rescode.html#constraint_unique).
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  // MySQL and MariaDB (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html#error_er_dup_entry).
  'ER_DUP_ENTRY',
];

export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof QueryFailedError &&
    'code' in error.driverError &&
    typeof error.driverError.code === 'string' &&
    codes.includes(error.driverError.code)
  );
}
