import net from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { availability } from '../test-servers/index.mjs';
import { nameOfVersion } from '../test-servers/mariadb.mjs';
import { nameOfBuild, withMongoDatabase } from '../test-servers/mongodb.mjs';
import { freshName, withDatabase, withoutPassword } from '../test-servers/names.mjs';
import { freePort } from '../test-servers/ports.mjs';
import { programOnPath, versionOf } from '../test-servers/programs.mjs';
import { describeSource, takeGivenAddresses } from '../test-servers/provide.mjs';
import { VARIABLE } from '../test-servers/sources.mjs';

describe('the name of what really runs', () => {
  it('tells MariaDB from MySQL', () => {
    expect(nameOfVersion('10.11.19-MariaDB-0+deb12u1')).toBe('MariaDB 10.11.19');
    expect(nameOfVersion('8.0.44')).toBe('MySQL 8.0.44');
  });

  it('calls MongoDB only what its makers built', () => {
    expect(nameOfBuild({ version: '7.0.24', gitVersion: '1b0f4d6' })).toBe('MongoDB 7.0.24');
    expect(nameOfBuild({ version: '7.0.0' })).toBe('MongoDB-compatible (7.0.0)');
  });

  it('says that a server was given, and why there is none', () => {
    expect(describeSource({ how: 'given', name: 'MySQL 8.0.44', url: 'mysql://db' })).toBe(
      'MySQL 8.0.44, given by its address',
    );
    expect(describeSource({ how: 'program', name: 'Redis 7.0.15', program: '/bin/redis' })).toBe('Redis 7.0.15');
    expect(describeSource({ how: 'none', why: 'it is not installed' })).toBe('not run: it is not installed');
  });
});

describe('the address of a test database', () => {
  it('keeps the user and the options of the server', () => {
    expect(withDatabase('mysql://me:secret@db:3307/theirs?charset=utf8mb4', 'mine')).toBe(
      'mysql://me:secret@db:3307/mine?charset=utf8mb4',
    );
    expect(withDatabase('redis://127.0.0.1:6379', '5')).toBe('redis://127.0.0.1:6379/5');
  });

  it('lets MongoDB look for the user where the given address did', () => {
    expect(withMongoDatabase('mongodb://me:secret@db/theirs', 'mine')).toBe(
      'mongodb://me:secret@db/mine?authSource=theirs',
    );
    expect(withMongoDatabase('mongodb://me:secret@db/', 'mine')).toBe('mongodb://me:secret@db/mine?authSource=admin');
    expect(withMongoDatabase('mongodb://me:secret@db/theirs?authSource=users', 'mine')).toBe(
      'mongodb://me:secret@db/mine?authSource=users',
    );
    expect(withMongoDatabase('mongodb://db/', 'mine')).toBe('mongodb://db/mine');
  });

  it('has a name that no other has', () => {
    expect(freshName()).toMatch(/^minimeet_test_[0-9a-f]{12}$/);
    expect(freshName()).not.toBe(freshName());
  });

  it('is shown without its password', () => {
    expect(withoutPassword('mysql://me:secret@db/mine')).toBe('mysql://me:***@db/mine');
    expect(withoutPassword('redis://db/')).toBe('redis://db/');
  });
});

describe('the environment of the tests', () => {
  const before = { ...process.env };
  afterEach(() => {
    for (const name of ['MYSQL_URL', 'REDIS_URL', VARIABLE]) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  it('no longer has the addresses of given servers, which a server under test would use', () => {
    process.env.MYSQL_URL = 'mysql://db/minimeet';
    process.env.REDIS_URL = '';
    expect(takeGivenAddresses()).toEqual({ mysql: 'mysql://db/minimeet' });
    expect(process.env).not.toHaveProperty('MYSQL_URL');
    expect(process.env).not.toHaveProperty('REDIS_URL');
  });

  it('tells which servers there are', () => {
    const sources = {
      mysql: { how: 'none', why: 'it is not installed' },
      redis: { how: 'given', name: 'Redis 7.2.1' },
    };
    process.env[VARIABLE] = JSON.stringify({ sources });
    expect(availability('mysql')).toEqual({ available: false, why: 'it is not installed' });
    expect(availability('redis')).toEqual({ available: true, name: 'Redis 7.2.1', controllable: false });
  });
});

describe('a port for a server', () => {
  it('is free, and none that the system gives to outgoing connections', async () => {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    const server = net.createServer();
    await new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a program', () => {
  it('is found on the path, and asked for its version', () => {
    const node = programOnPath('node');
    expect(node && versionOf(node, /^v(\d+\.\d+\.\d+)/)).toMatch(/^\d+\./);
  });

  it('is another one when its version is not of the form expected', () => {
    expect(versionOf(process.execPath, /^Redis server v=(\S+)/)).toBeUndefined();
    expect(versionOf('/no/such/program', /(.+)/)).toBeUndefined();
  });
});
