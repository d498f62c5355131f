/**
 * Fuzz: handshakes of sockets with any query, headers and token, and HTTP requests that are nearly right or not at all, to every route, to
 * `/metrics` and to `/health`. Each is answered with less than 500, or not at all, and the server goes on.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import fc from 'fast-check';
import { repeatedWith, seed } from '../../server/test/faulty-inputs.js';
import { api } from '../../server/test/harness.js';
import { inParallel } from '../src/waiting.js';
import { Arena, withoutLimits } from './adversary/arena.js';
import { jsonText } from './adversary/packets.js';
import { tokenOf } from './adversary/people.js';
import { RawClient } from './adversary/raw-client.js';
import { overPolling } from './adversary/raw-link.js';
import { compileLoadTests } from './compile.js';

/** Milliseconds after which a connection that says nothing has been answered with silence. */
const SILENCE_MS = 300;

const word = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1e9',
    '%00',
    '%ff',
    '%zz',
    '..%2f',
    '__proto__',
    'constructor',
    '[]',
    '[a]',
    '😀',
    "' OR 1=1",
  ),
  fc.string({ maxLength: 30 }),
);
const key = fc.constantFrom(
  'EIO',
  'transport',
  'sid',
  'b64',
  'j',
  't',
  'token',
  'upgrade',
  'remoteAddress',
  '__proto__',
  'a[b]',
  'EIO[]',
);
const query = fc
  .array(fc.tuple(key, fc.oneof(word, fc.constantFrom('4', '3', 'polling', 'websocket', 'webtransport'))), {
    maxLength: 8,
  })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value.replace(/[\s#]/g, '+')}`).join('&'));
const headers = fc.array(
  fc.tuple(
    fc.constantFrom(
      'Host',
      'Origin',
      'Cookie',
      'Authorization',
      'Content-Type',
      'Content-Length',
      'Content-Encoding',
      'Transfer-Encoding',
      'Accept-Encoding',
      'Accept-Language',
      'Upgrade',
      'Connection',
      'Expect',
      'If-None-Match',
      'Range',
      'X-Forwarded-For',
      'X-Forwarded-Proto',
      'X-Request-Id',
      'Sec-WebSocket-Key',
      'Sec-WebSocket-Version',
      'Sec-WebSocket-Extensions',
    ),
    fc.oneof(
      word,
      fc.constantFrom(
        'gzip',
        'gzip, gzip, gzip',
        'chunked',
        'websocket',
        'Upgrade',
        '100-continue',
        'application/json',
        'application/json; charset=utf-16',
        'Bearer x',
        'Basic %%%',
        'Bearer a.b.c',
        'bytes=0-0,1-1,-5',
        'permessage-deflate; client_max_window_bits=99',
        '::1, 999.9.9.9',
        '*',
        '13',
        'x'.repeat(7000),
      ),
    ),
  ),
  { maxLength: 6 },
);
const method = fc.constantFrom(
  'GET',
  'GET',
  'POST',
  'PATCH',
  'DELETE',
  'PUT',
  'OPTIONS',
  'HEAD',
  'TRACE',
  'CONNECT',
  'QUERY',
  'FOO',
);
const body = fc.oneof(
  fc.constant(''),
  jsonText,
  fc.string({ maxLength: 300 }),
  fc.constantFrom('\x1e\x1e\x1e', 'b////', '40', '42["ping"]\x1e41', '0{}', '4'.repeat(3000)),
);

describe('fuzz: HTTP and handshakes', () => {
  let arena: Arena;
  let paths: string[];
  const sent = { requests: 0, handshakes: 0, tokens: 0 };

  beforeAll(async () => {
    process.stderr.write(`fuzz: HTTP, ${repeatedWith}\n`);
    compileLoadTests();
    arena = await Arena.open(withoutLimits);
    const description = (await api(arena.url).get<OpenAPIObject>('/api/docs-json')).body;
    // Where the web client is not built, its pages are not there, and the server says so.
    const areBuilt = (await fetch(arena.url)).status !== 503;
    paths = [
      ...Object.keys(description.paths),
      ...(areBuilt ? ['/', '/r/baku-rimo-tefa'] : []),
      ...['/metrics', '/health/live', '/health/ready', '/api/docs', '/api/docs-json', '/assets/x.js'],
      ...['/socket.io/', '/socket.io'],
    ];
  });

  afterAll(() => arena.close());

  /** The status of what came back; `null` for nothing. */
  async function exchange(text: string): Promise<number | null> {
    const { port } = new URL(arena.url);
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes.toString('latin1');
      // The rest does not matter.
      socket.end();
    });
    socket.write(text, 'latin1');
    const silence = setTimeout(() => socket.destroy(), SILENCE_MS);
    await once(socket, 'close');
    clearTimeout(silence);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];

    return status === undefined ? null : Number(status);
  }

  const requestText = (line: string, sentHeaders: readonly [string, string][], sentBody: string) =>
    `${line} HTTP/1.1\r\nHost: 127.0.0.1\r\n${sentHeaders.map(([name, value]) => `${name}: ${value.replace(/[\r\n]/g, '')}\r\n`).join('')}\r\n${sentBody}`;

  /** Those that were answered with a mistake of the server's. */
  async function mistakesOf(texts: readonly string[]): Promise<string[]> {
    const mistakes: string[] = [];
    await inParallel(texts, 16, async (text) => {
      const status = await exchange(text);

      // Not implemented is a right answer to a transfer encoding that there is not.
      if (status !== null && status >= 500 && status !== 501) {
        mistakes.push(`${status}: ${JSON.stringify(text)}`);
      }
    });

    return mistakes;
  }

  it('requests to every route, with any query, headers and body, are no mistake of the server', async () => {
    const request = fc
      .tuple(method, fc.constantFrom(...paths), fc.array(word, { maxLength: 3 }), query, headers, body)
      .map(([verb, path, words, asked, sentHeaders, sentBody]) => {
        const filled = path.replace(/\{\w+\}/g, () => encodeURI(words.pop() ?? 'none').replace(/[\s#?]/g, '+'));

        return requestText(`${verb} ${filled}?${asked}`, sentHeaders, sentBody);
      });
    const texts = fc.sample(request, { numRuns: 3000, seed });
    sent.requests = texts.length;

    expect({ repeatedWith, mistakes: await mistakesOf(texts) }).toEqual({ repeatedWith, mistakes: [] });
    expect(await arena.faults()).toEqual([]);
    await arena.expectMeetingGoesOn();
  });

  it('handshakes with any query and body are no mistake of the server', async () => {
    const handshake = fc
      .tuple(fc.constantFrom('GET', 'POST', 'OPTIONS', 'PUT'), query, headers, body)
      .map(([verb, asked, sentHeaders, sentBody]) =>
        requestText(
          `${verb} /socket.io/?${asked}`,
          [...sentHeaders, ['Content-Length', String(Buffer.byteLength(sentBody, 'latin1'))]],
          sentBody,
        ),
      );
    const texts = fc.sample(handshake, { numRuns: 2000, seed });
    sent.handshakes = texts.length;

    expect({ repeatedWith, mistakes: await mistakesOf(texts) }).toEqual({ repeatedWith, mistakes: [] });
    expect(await arena.faults()).toEqual([]);
    await arena.expectMeetingGoesOn();
  });

  it('tokens of any type let nobody in and break nothing', async () => {
    const token = await tokenOf(arena.url, 'Mallory');
    const auth = fc.oneof(
      jsonText,
      jsonText.map((text) => `{"token":${text}}`),
      jsonText.map((text) => `{"token":[${JSON.stringify(token)},${text}]}`),
      fc.string({ maxLength: 60 }).map((text) => `{"token":${JSON.stringify(token + text)}}`),
    );
    const texts = fc.sample(auth, { numRuns: 600, seed }).filter((text) => !text.includes(`"token":"${token}"`));
    let admitted = 0;
    await inParallel([...texts.entries()], 8, async ([index, text]) => {
      const client = await RawClient.open(arena.url, index % 4 === 0 ? overPolling : undefined);
      client.on('told', ({ event }) => (admitted += event === 'welcome' ? 1 : 0));
      client.send(`40${text}`);
      await client.closed;
    });
    sent.tokens = texts.length;

    expect(admitted).toBe(0);
    expect(await arena.faults()).toEqual([]);
    await arena.expectMeetingGoesOn();
    process.stderr.write(`fuzz: HTTP: ${JSON.stringify(sent)}\n`);
  });
});
