/** The address of MySQL in the settings. */
import { describe, expect, it } from '@jest/globals';
import { mysqlAddress, mysqlName } from './mysql-address.js';

describe('the address of MySQL', () => {
  it('has all that is needed to log in, on the usual port', () => {
    expect(mysqlAddress('mysql://minimeet:secret@database.example.org/meetings')).toEqual({
      host: 'database.example.org',
      port: 3306,
      user: 'minimeet',
      password: 'secret',
      database: 'meetings',
    });
  });

  it('may have a port, an IPv6 address, and characters that an address must escape', () => {
    const password = `p@ss:/?#[]%w"ord'`;

    expect(mysqlAddress(`mariadb://a%40b:${encodeURIComponent(password)}@[::1]:3307/meetings`)).toEqual({
      host: '::1',
      port: 3307,
      user: 'a@b',
      password,
      database: 'meetings',
    });
  });

  it.each(['mysql://host', 'mysql://host/', 'mysql://host/one/two'])('must name one database, not like %s', (url) => {
    expect(() => mysqlAddress(url)).toThrow('MYSQL_URL names no database');
  });

  it('is named without user and password', () => {
    expect(mysqlName(mysqlAddress('mysql://minimeet:secret@database/meetings'))).toBe('MySQL at database:3306');
  });
});
