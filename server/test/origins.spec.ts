/** Which web pages of others may call the server from a browser. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { io } from 'socket.io-client';
import { guest, startServer, type TestServer } from './harness.js';

const allowed = 'https://app.example.org';
const stranger = 'https://evil.example';

describe('pages of another origin', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ ALLOWED_ORIGINS: allowed });
  });

  afterAll(() => server.stop());

  const preflight = (origin: string) =>
    fetch(`${server.url}/rooms`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('may call the REST API where the settings name them, without anything that a browser adds by itself', async () => {
    const { status, headers } = await preflight(allowed);

    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(allowed);
    expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type,x-request-id');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toContain('Origin');
    const answer = await fetch(`${server.url}/health/live`, { headers: { origin: allowed } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
    expect(answer.headers.get('access-control-expose-headers')).toBe('retry-after,x-request-id');
  });

  it.each([stranger, 'null', `${allowed}.evil.example`, allowed.replace('https', 'http')])(
    'may not where they do not: %s',
    async (origin) => {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      const answer = await fetch(`${server.url}/health/live`, { headers: { origin } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it.each(['websocket', 'polling'])('open sockets in the same way, by %s', async (transport) => {
    const { accessToken } = await guest(server.url, 'Ada');
    const opens = (origin: string) =>
      new Promise<string>((resolve) => {
        const socket = io(server.url, {
          transports: [transport],
          auth: { token: accessToken },
          extraHeaders: { origin },
          reconnection: false,
          forceNew: true,
        });
        const settle = (how: string) => {
          socket.disconnect();
          resolve(how);
        };
        socket.once('welcome', () => settle('welcome'));
        socket.once('connect_error', () => settle('refused'));
      });

    expect([await opens(allowed), await opens(stranger)]).toEqual(['welcome', 'refused']);
  });
});
