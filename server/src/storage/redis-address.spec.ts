/** The address of Redis in the settings. */
import { describe, expect, it } from '@jest/globals';
import { redisAddress } from './redis-address.js';

const optionsOf = (redisUrl: string) => redisAddress({ redisUrl }).options;

describe('the address of Redis', () => {
  it('names a server, its usual port and its first database', () => {
    expect(optionsOf('redis://cache')).toEqual({ host: 'cache', port: 6379, db: 0 });
  });

  it('may have a user, a password, a port, an IPv6 address, TLS and the number of a database', () => {
    expect(optionsOf('rediss://meet:p%40ss%3Aword@[::1]:6380/12')).toEqual({
      host: '::1',
      port: 6380,
      db: 12,
      username: 'meet',
      password: 'p@ss:word',
      tls: {},
    });
    expect(optionsOf('redis://:secret@cache/')).toMatchObject({ password: 'secret', db: 0 });
  });

  it('may name Sentinels and the service that they watch', () => {
    expect(optionsOf('redis+sentinel://:secret@one:26380,two/main/3')).toEqual({
      sentinels: [
        { host: 'one', port: 26380 },
        { host: 'two', port: 26379 },
      ],
      name: 'main',
      db: 3,
      password: 'secret',
    });
  });

  it('is told without user and password', () => {
    expect(redisAddress({ redisUrl: 'redis://me:secret@cache:7/1' }).name).toBe('Redis at cache:7');
  });

  it.each([
    'redis://',
    'redis://cache/one',
    'redis://cache/1/2',
    'redis://cache/-1',
    'redis://one,two',
    'redis://cache:70000',
    'redis+sentinel://one,two',
    'http://cache',
  ])('is refused when it is %s', (url) => {
    expect(() => optionsOf(url)).toThrow(/^REDIS_URL must be an address like /);
  });

  it('is refused with parameters, which nobody would heed, and without their values', () => {
    expect(() => optionsOf('redis://cache?db=3&password=secret')).toThrow(
      /^REDIS_URL has parameters \(db&password\), of which MiniMeet knows none/,
    );
  });

  it('needs TLS for a certificate authority, which must be a file', () => {
    expect(() => redisAddress({ redisUrl: 'redis://cache', redisCaFile: '/ca.pem' })).toThrow(/^REDIS_CA_FILE needs/);
    expect(() => redisAddress({ redisUrl: 'rediss://cache', redisCaFile: '/no/ca.pem' })).toThrow(
      /^REDIS_CA_FILE cannot be read: ENOENT/,
    );
  });
});
