/** Malformed and oversized input to every route of the OpenAPI description: a short coded answer, and the server goes on. */
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from '@jest/globals';
import { errorAnswerSchema, limits, type NewApiKey, type Session } from '@minimeet/protocol';
import type { OpenAPIObject } from '@nestjs/swagger';
import { api, basic, createRoom, startServer } from './harness.js';

const admin = { email: 'admin@example.org', password: 'administrator' };
const server = await startServer({ ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password });
afterAll(() => server.stop());

// An administrator, so that no route refuses for want of rights before it has read its input.
const { accessToken, user } = (await api(server.url).post<Session>('/auth/login', admin)).body;
const { refreshToken } = (await api(server.url).post<Session>('/auth/login', admin)).body;
const apiKey = (
  await api(server.url, accessToken).post<NewApiKey>('/api-keys', { label: 'Shop', currentPassword: admin.password })
).body;
const room = await createRoom(server.url, accessToken);
const description = (await api(server.url).get<OpenAPIObject>('/api/docs-json')).body;

/** A right value for each name in a path or body, so that only one thing is wrong at a time. */
const right: Record<string, unknown> = {
  id: user.id,
  userId: user.id,
  idOrSlug: room.slug,
  email: 'ada@example.org',
  invitation: 'a-code-that-nobody-has',
  username: 'Ada',
  displayName: 'Ada',
  password: 'correct horse',
  currentPassword: admin.password,
  revokeApiKeys: true,
  isActive: true,
  refreshToken,
  name: 'Kitchen',
  maxParticipants: 5,
  // With another one, it is right that there is no password.
  access: 'password',
  lobby: true,
  label: 'Shop',
  token: 'a.b.c',
  identity: 'customer 7',
  role: 'speaker',
  grants: ['join'],
  expiresIn: 600,
  notBefore: '2026-01-01T00:00:00Z',
};

const wrongValues = [null, {}, [], 'x'.repeat(5000)];
const wrongNumbers = ['-1', '1.5', '1e9', 'ten', 'NaN', '0x10000000'];
const wrongSegments = [
  'nonsense',
  '%00',
  '%ff',
  '%zz',
  '..%2f..%2fetc',
  "'%20OR%201=1--",
  '__proto__',
  'x'.repeat(8000),
];
/** Names for which anything that can be read and is not too long is right. */
const freeNames = new Set(['identity']);
const unreadableSegments = ['%00', '%ff', '%zz', 'x'.repeat(8000)];

/** Routes whose body may be left out. */
const withoutBody = new Set(['POST /auth/logout-everywhere', 'POST /rooms/{idOrSlug}/invitations']);

interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}

interface Route {
  method: string;
  path: string;
  parameters: { name: string; in: string }[];
  /** The properties of its body; without one, `undefined`. */
  bodyProperties: string[] | undefined;
}

const routes = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, { parameters: Route['parameters']; requestBody?: object }>).map(
    ([method, { parameters, requestBody }]): Route => ({
      method: method.toUpperCase(),
      path,
      parameters,
      bodyProperties: requestBody && propertiesOf(requestBody as { content: Record<string, { schema: Schema }> }),
    }),
  ),
);

function propertiesOf({ content }: { content: Record<string, { schema: Schema }> }): string[] {
  const schema = content['application/json']!.schema;
  const { properties } = schema.$ref
    ? (description.components!.schemas![schema.$ref.split('/').at(-1)!] as Schema)
    : schema;

  return Object.keys(properties!);
}

function pathTo({ path }: Route, wrong: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => wrong[name] ?? encodeURIComponent(String(right[name])));
}

/** Some routes are for API keys alone. */
const authorizationFor = (path: string) =>
  /^\/rooms\/[^/]+\/tokens/.test(path) ? basic(apiKey) : `Bearer ${accessToken}`;

async function send(method: string, path: string, body?: BodyInit, headers: Record<string, string> = {}) {
  const response = await fetch(server.url + path, {
    method,
    body,
    headers: { authorization: authorizationFor(path), 'content-type': 'application/json', ...headers },
  });

  return { status: response.status, text: await response.text() };
}

/** Fails unless the answer is an error in the one shape, with a status that blames the caller. */
function expectCodedRefusal(what: string, { status, text }: { status: number; text: string }, wanted?: object): void {
  const answer = errorAnswerSchema.safeParse(JSON.parse(text));

  expect({ what, status, isCoded: answer.success, isShort: text.length < 5000 }).toEqual({
    what,
    status: status >= 400 && status < 500 ? status : 'a 4xx',
    isCoded: true,
    isShort: true,
  });
  expect({ what, ...answer.data?.error }).toMatchObject({ what, ...wanted });
}

describe('the description', () => {
  it('has all the routes, and this test a right value for all their input', () => {
    const names = routes.flatMap(({ path, bodyProperties = [] }) => [
      ...Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name!),
      ...bodyProperties,
    ]);

    expect(routes.length).toBeGreaterThanOrEqual(18);
    expect(names.filter((name) => !(name in right))).toEqual([]);
  });
});

describe.each(routes)('$method $path', (route) => {
  const { method, path, parameters, bodyProperties } = route;
  const pathNames = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const queryNames = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);

  const sample = Object.fromEntries((bodyProperties ?? []).map((name) => [name, right[name]]));

  if (pathNames.length > 0) {
    it('refuses a malformed path', async () => {
      for (const name of pathNames) {
        for (const segment of freeNames.has(name) ? unreadableSegments : wrongSegments) {
          const body = bodyProperties && JSON.stringify(sample);
          expectCodedRefusal(`${name}=${segment}`, await send(method, pathTo(route, { [name]: segment }), body));
        }
      }
    });
  }

  if (queryNames.length > 0) {
    it('refuses a malformed query', async () => {
      const queries = queryNames.flatMap((name) => wrongNumbers.map((value) => `${name}=${value}`));
      for (const query of [...queries, 'limit=1&limit=2', 'unknown=1', 'limit[]=1', '__proto__[limit]=1']) {
        expectCodedRefusal(query, await send(method, `${pathTo(route)}?${query}`), { code: 'invalid_payload' });
      }
    });
  }

  if (bodyProperties) {
    it('refuses a body of the wrong shape', async () => {
      const nothing = ['', '{}', `{"__proto__":${JSON.stringify(sample)}}`];
      const bodies = [
        'null',
        '[]',
        '"text"',
        '7',
        ...(withoutBody.has(`${method} ${path}`) ? [] : nothing),
        JSON.stringify([sample]),
        JSON.stringify({ ...sample, unknown: 1 }),
        JSON.stringify({ ...sample, ['x'.repeat(50_000)]: 1 }),
        '['.repeat(20_000),
        ...bodyProperties.flatMap((name) => wrongValues.map((value) => JSON.stringify({ ...sample, [name]: value }))),
      ];
      for (const body of bodies) {
        expectCodedRefusal(body.slice(0, 200), await send(method, pathTo(route), body), { code: 'invalid_payload' });
      }
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'nonsense']) {
        const answer = await send(method, pathTo(route), JSON.stringify(sample), { 'content-type': type });
        expectCodedRefusal(type, answer, { code: 'invalid_payload' });
      }
    });
  }

  if (method !== 'GET') {
    it('refuses a body that cannot be read', async () => {
      const unreadable: [what: string, BodyInit, Record<string, string>][] = [
        ['half of JSON', '{"name":', {}],
        ['no gzip', 'nonsense', { 'content-encoding': 'gzip' }],
        ['an unknown encoding', '{}', { 'content-encoding': 'nonsense' }],
        ['an unknown charset', '{}', { 'content-type': 'application/json; charset=nonsense' }],
      ];
      for (const [what, body, headers] of unreadable) {
        expectCodedRefusal(what, await send(method, pathTo(route), body, headers), { code: 'invalid_payload' });
      }
    });

    it('refuses a body that is too large, also when that shows only once it is unpacked', async () => {
      const large = JSON.stringify({ name: 'x'.repeat(limits.bodyBytes) });
      const packed = gzipSync(JSON.stringify({ name: 'x'.repeat(20_000_000) }));
      const wanted = { code: 'payload_too_large' };

      expectCodedRefusal('large', await send(method, pathTo(route), large), wanted);
      expectCodedRefusal('packed', await send(method, pathTo(route), packed, { 'content-encoding': 'gzip' }), wanted);
    });
  }

  it('has no other methods', async () => {
    expectCodedRefusal('PUT', await send('PUT', pathTo(route), '{}'), { code: 'not_found' });
  });

  it('refuses a malformed token, if it wants one at all', async () => {
    const isPublic = /^\/(auth|health)\//.test(path) || (method === 'POST' && path === '/users');
    for (const authorization of ['nonsense', 'Bearer', 'Bearer a.b.c', 'Basic YTpi', `Bearer ${'x'.repeat(8000)}`]) {
      const answer = await send(method, pathTo(route), bodyProperties && '{}', { authorization });
      if (isPublic) {
        expect(answer.status).toBeLessThan(500);
      } else {
        expectCodedRefusal(authorization, answer, { code: 'unauthorized' });
      }
    }
  });
});

it('still serves, and nothing was changed', async () => {
  const me = api(server.url, accessToken);

  expect((await me.get('/users/me')).body).toEqual(user);
  expect((await me.get(`/rooms/${room.id}`)).body).toEqual(room);
  expect((await me.get<{ total: number }>('/users')).body.total).toBe(1);
  expect((await me.get('/health/ready')).status).toBe(200);
});
