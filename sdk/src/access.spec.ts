/** Where tokens come from, and what happens when they expire or are refused. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Access } from './access.js';

/** What stands in for the server: answers with numbered sessions, and refuses refreshes when it is told to. */
let server: Server;
let url: string;
let asked: string[];
let expiresIn: number;
let refusal: string | null;

beforeEach(async () => {
  [asked, expiresIn, refusal] = [[], 900, null];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const isRefused = path === '/auth/refresh' && refusal !== null;
    response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
    const session = { accessToken: `token ${asked.length}`, refreshToken: 'refresh', expiresIn, user: {} };
    response.end(JSON.stringify(isRefused ? { error: { code: refusal, message: '' } } : session));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => new Promise((closed) => server.close(closed)));

describe('the token of a guest', () => {
  it('is fetched once, for two who ask at once too, and kept while it is good', async () => {
    const access = new Access({ url, displayName: 'Ada' });

    expect(await Promise.all([access.token(), access.token()])).toEqual(['token 1', 'token 1']);
    expect(await access.token()).toBe('token 1');
    expect(asked).toEqual(['/auth/guest']);
  });

  it('is exchanged before it expires, so that the guest stays the same one', async () => {
    expiresIn = 10;
    const access = new Access({ url, displayName: 'Ada' });

    expect([await access.token(), await access.token()]).toEqual(['token 1', 'token 2']);
    expect(asked).toEqual(['/auth/guest', '/auth/refresh']);
  });

  it('is exchanged where the server refused it, and only then another guest’s', async () => {
    const access = new Access({ url, displayName: 'Ada' });
    await access.token();

    expect([access.renew(), await access.token()]).toEqual([true, 'token 2']);
    refusal = 'unauthorized';
    expect([access.renew(), await access.token()]).toEqual([true, 'token 4']);
    expect(asked).toEqual(['/auth/guest', '/auth/refresh', '/auth/refresh', '/auth/guest']);
  });

  it('is nobody else’s where the access of this one was ended', async () => {
    const access = new Access({ url, displayName: 'Ada' });
    await access.token();
    refusal = 'access_ended';

    expect(access.renew()).toBe(true);
    await expect(access.token()).rejects.toMatchObject({ code: 'access_ended' });
    await expect(access.token()).rejects.toMatchObject({ code: 'access_ended' });
    expect(asked).toEqual(['/auth/guest', '/auth/refresh', '/auth/refresh']);
  });

  it('leaves nothing unhandled when nobody waits for it any more', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', note);
    void new Access({ url: 'http://127.0.0.1:9', displayName: 'Ada' }).token();
    void new Access({ url }).token();
    await new Access({ url, displayName: 'Ada' }).token();
    process.off('unhandledRejection', note);

    expect(unhandled).toEqual([]);
  });

  it('cannot be had without a name', async () => {
    await expect(new Access({ url }).token()).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('the token of who has a join token', () => {
  it('is exchanged for it once, carried on, and exchanged again where the session has ended', async () => {
    const access = new Access({ url, joinToken: 'a.b.c', displayName: 'Ada' });
    expect([await access.token(), await access.token()]).toEqual(['token 1', 'token 1']);
    expect([access.renew(), await access.token()]).toEqual([true, 'token 2']);
    refusal = 'unauthorized';
    expect([access.renew(), await access.token()]).toEqual([true, 'token 4']);

    expect(asked).toEqual(['/auth/join-token', '/auth/refresh', '/auth/refresh', '/auth/join-token']);
  });
});

describe('the token of an application', () => {
  it('is shown as it is, and nothing can be done when it is refused', async () => {
    const access = new Access({ url, accessToken: 'given' });

    expect([await access.token(), access.renew()]).toEqual(['given', false]);
  });

  it('is asked for each time where it is a function, which is told what was refused', async () => {
    const told: (string | null)[] = [];
    const tokens = ['first', 'first', 'second', 'second'];
    const access = new Access({
      url,
      accessToken: (refused) => {
        told.push(refused);
        return Promise.resolve(tokens[told.length - 1] as string);
      },
    });

    expect([await access.token(), await access.token(), access.renew(), await access.token()]).toEqual([
      'first',
      'first',
      true,
      'second',
    ]);
    expect(access.renew()).toBe(true);
    await expect(access.token()).rejects.toMatchObject({ code: 'unauthorized' });
    expect(access.renew()).toBe(false);
    expect(told).toEqual([null, null, 'first', 'second']);
  });
});
