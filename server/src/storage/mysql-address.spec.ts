/** The address of MySQL in the settings. */
import { describe, expect, it } from '@jest/globals';
import { mysqlAddress, mysqlName, tlsInAddress, tlsOptions } from './mysql-address.js';

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

  it.each([
    ['', undefined],
    ['?ssl=true', 'on'],
    ['?ssl-mode=REQUIRED', 'on'],
    ['?sslmode=verify-ca', 'on'],
    ['?ssl=false', 'off'],
    ['?ssl-mode=DISABLED', 'off'],
  ])('asks for TLS, or against it, with %s as other clients do', (query, tls) => {
    expect(tlsInAddress(`mysql://host/meetings${query}`)).toBe(tls);
  });

  it.each([
    ['?charset=latin1', /^MYSQL_URL has the parameter charset, which MiniMeet does not know/],
    ['?ssl-mode=PREFERRED', /^ssl-mode in MYSQL_URL must be one of REQUIRED/],
    ['?ssl={"ca":"x"}', /^ssl in MYSQL_URL must be one of REQUIRED/],
    ['?ssl=true&ssl-mode=DISABLED', /^MYSQL_URL asks for TLS and against it$/],
  ])('is refused with %s, which nobody would heed', (query, sentence) => {
    expect(() => tlsInAddress(`mysql://host/meetings${query}`)).toThrow(sentence);
  });

  it('encrypts where either the address or the setting says so, and not where they contradict each other', () => {
    const optionsOf = (query: string, mysqlTls: 'on' | 'off') =>
      tlsOptions('host', { mysqlUrl: `mysql://host/meetings${query}`, mysqlTls, mysqlCaFile: undefined });

    expect(optionsOf('?ssl-mode=REQUIRED', 'off')).toMatchObject({ rejectUnauthorized: true });
    expect(optionsOf('', 'on')).toMatchObject({ rejectUnauthorized: true });
    expect(optionsOf('', 'off')).toBeUndefined();
    expect(() => optionsOf('?ssl=false', 'on')).toThrow('without TLS, and MYSQL_TLS is on');
  });
});
