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

/** What other clients call TLS in an address, and what of it MYSQL_TLS says; certificates are always checked. */
const tlsWords: Record<string, 'on' | 'off'> = {
  true: 'on',
  1: 'on',
  required: 'on',
  verify_ca: 'on',
  verify_identity: 'on',
  false: 'off',
  0: 'off',
  disabled: 'off',
};
const tlsParameters = ['ssl', 'ssl-mode', 'sslmode', 'tls'];

/**
 * Whether the address asks for TLS (`ssl=true`, `ssl-mode=REQUIRED`) or against it; `undefined` where it does neither.
 *
 * @throws Error with one sentence for a parameter that nobody would heed
 */
export function tlsInAddress(url: string): 'on' | 'off' | undefined {
  let tls: 'on' | 'off' | undefined;

  for (const [name, value] of new URL(url).searchParams) {
    const word = tlsWords[value.toLowerCase().replaceAll('-', '_')];

    if (!tlsParameters.includes(name.toLowerCase())) {
      throw new Error(`MYSQL_URL has the parameter ${name}, which MiniMeet does not know; it knows ssl-mode and ssl`);
    }
    if (word === undefined) {
      throw new Error(
        `${name} in MYSQL_URL must be one of REQUIRED, VERIFY_CA, VERIFY_IDENTITY, DISABLED, true, false; or set MYSQL_TLS`,
      );
    }
    if (tls !== undefined && tls !== word) {
      throw new Error('MYSQL_URL asks for TLS and against it');
    }

    tls = word;
  }

  return tls;
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
export function tlsOptions(
  host: string,
  { mysqlUrl = '', mysqlTls, mysqlCaFile }: Pick<Settings['storage'], 'mysqlUrl' | 'mysqlTls' | 'mysqlCaFile'>,
): ConnectionOptions['ssl'] {
  const inAddress = tlsInAddress(mysqlUrl);

  if (inAddress === 'off' && mysqlTls === 'on') {
    throw new Error('MYSQL_URL asks for a connection without TLS, and MYSQL_TLS is on');
  }
  if (mysqlCaFile !== undefined && inAddress !== 'on' && mysqlTls === 'off') {
    throw new Error('MYSQL_CA_FILE needs MYSQL_TLS=on');
  }

  return mysqlTls === 'off' && inAddress !== 'on'
    ? undefined
    : {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        verifyIdentity: !isIP(host),
        ...(mysqlCaFile !== undefined && { ca: readFileSync(mysqlCaFile, 'utf8') }),
      };
}
