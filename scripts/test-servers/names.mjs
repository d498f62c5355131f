/** Names for the databases of tests, so that many tests, and runs of them, can share one server. */
import { randomBytes } from 'node:crypto';

/** @returns {string} one that no other test has, good in each of the databases without quotes */
export function freshName() {
  return `minimeet_test_${randomBytes(6).toString('hex')}`;
}

/**
 * @param {string} url of a server, or of a database on it
 * @param {string} name
 * @returns {string} the address of that database, with the user and the options that `url` has
 */
export function withDatabase(url, name) {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

/**
 * @param {string} url
 * @returns {string} the address without its password, for messages
 */
export function withoutPassword(url) {
  const address = new URL(url);
  if (address.password) address.password = '***';
  return address.href;
}
