/** What all tables in MySQL have in common, whatever the defaults of the server and the database. */

/**
 * All of Unicode, compared byte by byte, as SQLite compares: ids, slugs and addresses are lower case already, and two names
 * that differ only in an accent are two names. Of MySQL's and MariaDB's binary collations it is the one that both have.
 */
export const tableOptions = 'ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ROW_FORMAT=DYNAMIC';
