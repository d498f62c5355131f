/** docs/protocol.md is enough to write a client from: it names whatever there is on the wire. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { errorCodes } from './errors.js';
import { notifications, requests } from './events.js';

const document = readFileSync(resolve(import.meta.dirname, '../../docs/protocol.md'), 'utf8');

describe('docs/protocol.md', () => {
  it.each([
    ['error code', Object.keys(errorCodes)],
    ['request', Object.keys(requests)],
    ['notification', Object.keys(notifications)],
  ])('names every %s', (_, names) => {
    expect(names.filter((name) => !new RegExp(`\`${name}[\` ]`).test(document))).toEqual([]);
  });
});
