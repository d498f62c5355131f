/** Where MySQL is and how to log in there, from the settings. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'mysql2';
import type { Settings } from '../settings/settings.js';

/** Milliseconds to connect, with TLS and log-in. */
export const CONNECT_LIMIT = 5000;

export interface MysqlAddress {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** @throws Error where the address names no database, or one part cannot be read */
export function mysqlAddress(url: string): MysqlAddress {
  const { hostname, port, username, password, pathname } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  if (database === '' || database.includes('/')) {
    throw new Error('MYSQL_URL names no database; it should be like mysql://user:password@host:3306/minimeet');
  }
  return {
    // Without the brackets of an IPv6 address.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 3306),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
  };
}

/** As operators know it, without the password. */
export function mysqlName({ host, port }: Pick<MysqlAddress, 'host' | 'port'>): string {
  return `MySQL at ${host}:${port}`;
}

/**
 * Encrypted, and to a server whose certificate a known authority has signed for its host name.
 *
 * @param host where it is an address, only the authority is checked: mysql2 compares certificates with names alone
 */
export function tlsOptions(host: string, { mysqlTls, mysqlCaFile }: Settings['storage']): ConnectionOptions['ssl'] {
  return mysqlTls === 'off'
    ? undefined
    : {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        verifyIdentity: !isIP(host),
        ...(mysqlCaFile !== undefined && { ca: readFileSync(mysqlCaFile, 'utf8') }),
      };
}
