/** Recognises the error that a database throws when a value is there already. */
import { QueryFailedError } from 'typeorm';

/** Codes of better-sqlite3 (https://www.sqlite.org/rescode.html#constraint_unique). */
const codes = ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'];

export function isUniqueViolation(error: unknown): boolean {
  return (
    error instanceof QueryFailedError &&
    'code' in error.driverError &&
    typeof error.driverError.code === 'string' &&
    codes.includes(error.driverError.code)
  );
}
