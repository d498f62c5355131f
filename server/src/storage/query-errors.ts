/** Recognises what a database says of a statement that it did not carry out. */
import { QueryFailedError } from 'typeorm';

const uniqueViolations = [
  // better-sqlite3 (https://www.sqlite.org/rescode.html#constraint_unique).
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  // MySQL and MariaDB (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html#error_er_dup_entry).
  'ER_DUP_ENTRY',
];

/** Whether a value that may be there once is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return uniqueViolations.includes(codeOf(error));
}

/**
 * Whether the transaction was undone so that another, which waited for it as it waited for the other, could go on: it
 * may be tried again at once (https://dev.mysql.com/doc/refman/8.4/en/innodb-deadlocks-handling.html).
 */
export function isDeadlock(error: unknown): boolean {
  return codeOf(error) === 'ER_LOCK_DEADLOCK';
}

function codeOf(error: unknown): string {
  const told: unknown = error instanceof QueryFailedError ? error.driverError : error;

  return typeof told === 'object' && told !== null && 'code' in told && typeof told.code === 'string' ? told.code : '';
}
