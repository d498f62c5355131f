/** A whole server for a test: real workers, sockets and database, on a free port and in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { CreateRoom, ErrorAnswer, Room, Session } from '@minimeet/protocol';
import { createApp } from '../src/app.js';
import { loadSettings, type Settings } from '../src/settings/settings.js';

export interface TestServer {
  url: string;
  app: NestExpressApplication;
  dataDir: string;
  settings: Settings;
  /** Ends the server and, unless the test brought its own, removes its data folder. */
  stop(): Promise<void>;
}

/** @param overrides settings by their names in the environment, such as `{ GUESTS_ALLOWED: 'false' }` */
export async function startServer(overrides: Record<string, string> = {}): Promise<TestServer> {
  const dataDir = overrides.DATA_DIR ?? (await temporaryFolder());
  const settings = loadSettings(
    {
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      LOG_FORMAT: 'json',
      MEDIA_PORT: '0',
      MEDIA_WORKERS: '1',
      MEDIA_LISTEN_ADDRESS: '127.0.0.1',
      // All tests come from one address.
      RATE_LIMIT_REST_REQUESTS: '100000',
      RATE_LIMIT_LOGINS: '1000',
      RATE_LIMIT_ADDRESS_CHAT_MESSAGES: '1000000',
      ROOM_SEATS_PER_ADDRESS: '100',
      LOBBY_PLACES_PER_ADDRESS: '100',
      // And few users do there what many would.
      MAX_CONNECTIONS_PER_USER: '1000',
      RATE_LIMIT_GUESTS: '1000000',
      RATE_LIMIT_GUEST_ROOMS: '100000',
      RATE_LIMIT_ACCOUNT_ROOMS: '100000',
      MAX_ROOMS_PER_GUEST: '100000',
      MAX_SEATS_PER_USER: '1000',
      RATE_LIMIT_CHAT_HISTORY: '100000',
      RATE_LIMIT_USER_CONNECTIONS: '100000',
      RATE_LIMIT_USER_JOINS: '100000',
      RATE_LIMIT_USER_REQUESTS: '1000000',
      RATE_LIMIT_USER_CHAT_MESSAGES: '100000',
      RATE_LIMIT_MEDIA_REQUESTS: '100000',
      RATE_LIMIT_USER_MEDIA_POINTS: '1000000',
      ...overrides,
    },
    () => undefined,
  );
  const app = await createApp(settings);
  const removeData = async () => {
    if (overrides.DATA_DIR === undefined) {
      await rm(dataDir, { recursive: true });
    }
  };

  try {
    await app.listen(settings.http.port, settings.http.host);
  } catch (error) {
    await app.close();
    await removeData();
    throw error;
  }

  const { port } = app.getHttpServer().address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    app,
    dataDir,
    settings,
    async stop() {
      await app.close();
      await removeData();
    },
  };
}

export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'minimeet-test-'));
}

export interface Answer<Body> {
  status: number;
  headers: Headers;
  /** `undefined` where there is none. */
  body: Body;
}

/** The header of who calls with an API key. */
export const basic = ({ id, secret }: { id: string; secret: string }) =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;

/**
 * Calls of the REST API, as in `api(url, token).get<Room>('/rooms/…')`; where a test expects a refusal it names no type.
 *
 * @param token an access token, or an API key with its secret
 */
export function api(url: string, token?: string | { id: string; secret: string }) {
  const call =
    (method: string) =>
    async <Body = ErrorAnswer>(path: string, body?: unknown): Promise<Answer<Body>> => {
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(token !== undefined && { authorization: typeof token === 'string' ? `Bearer ${token}` : basic(token) }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();

      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
    };

  return { get: call('GET'), post: call('POST'), patch: call('PATCH'), delete: call('DELETE') };
}

/** How a call was refused: `[404, 'room_not_found']`. */
export async function refusal(call: Promise<Answer<ErrorAnswer>>): Promise<[status: number, code: string]> {
  const { status, body } = await call;

  return [status, (body as Partial<ErrorAnswer> | undefined)?.error?.code ?? 'no error'];
}

/** Enters as a guest. */
export async function guest(url: string, displayName: string): Promise<Session> {
  return created(await api(url).post<Session>('/auth/guest', { displayName }));
}

export async function createRoom(url: string, token: string, room: Partial<CreateRoom> = {}): Promise<Room> {
  return created(await api(url, token).post<Room>('/rooms', { name: 'A room', ...room }));
}

function created<Body>({ status, body }: Answer<Body>): Body {
  if (status !== 201) {
    throw new Error(`${status}: ${JSON.stringify(body)}`);
  }

  return body;
}
