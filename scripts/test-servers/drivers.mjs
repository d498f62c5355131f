/** The drivers of the databases: the server's own, so that the tests talk to databases as MiniMeet does. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { ROOT } from '../lib/paths.mjs';

/** npm decides whether a dependency of the server lies in its folder or in that of the whole project. */
const fromServer = createRequire(path.join(ROOT, 'server', 'package.json'));

/** Asked for when a server is used, as finding out which servers there are needs no installed package. */
export const drivers = {
  /** @returns {typeof import('mysql2/promise')} */
  get mysql() {
    return fromServer('mysql2/promise');
  },
  /** @returns {typeof import('ioredis').Redis} */
  get Redis() {
    return fromServer('ioredis').Redis;
  },
  /** @returns {typeof import('mongodb-memory-server-core')} */
  get memoryServer() {
    return fromServer('mongodb-memory-server-core');
  },
  get memoryServerPath() {
    return fromServer.resolve('mongodb-memory-server-core');
  },
  /** @returns {typeof import('mongoose')} */
  get mongoose() {
    return fromServer('mongoose');
  },
};
