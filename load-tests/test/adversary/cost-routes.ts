/** Every route of the REST API, and what else is served, with the dearest calls of it. */
import { limits, type ApiKeyList, type JoinToken, type NewApiKey, type Session, type User } from '@minimeet/protocol';
import type { OpenAPIObject } from '@nestjs/swagger';
import { routeRules, type World } from '../../../server/test/access-rules.js';
import { api, basic, createRoom, guest } from '../../../server/test/harness.js';
import { bodiesOf } from '../../../server/test/request-seeds.js';
import { blownUp, bytesOf } from './dearest.js';
import { RawClient } from './raw-client.js';

/** One call, and what it says of itself in a table. */
export interface RouteCall {
  what: string;
  bytes: number;
  /** Resolves with the status. */
  call(): Promise<number>;
}

/** What is served and is not in the description of the API. */
const furtherRoutes = [
  'GET /metrics',
  'GET /',
  'GET /r/baku-rimo-tefa',
  'GET /api/docs',
  'GET /api/docs-json',
  'GET /nothing/of/the/kind',
  'GET /socket.io/?EIO=4&transport=polling',
];

/** What stands in a query and makes a call dear. */
const widestQuery: Record<string, string> = {
  from: '2024-01-01T00:00:00Z',
  to: '2024-01-31T00:00:00Z',
  bucket: 'hour',
  timeZone: 'America/St_Johns',
  limit: String(limits.page),
  offset: '0',
  format: 'csv',
  rows: 'participants',
  issuedUntil: '1',
  for: 'meetings',
};

interface Operation {
  parameters?: { name: string; in: string }[];
}

const account = { email: 'account@example.org', password: 'a long enough password' };

export class CostRoutes {
  /** Whether the tokens of owner and administrator may be worth nothing any more. */
  private areEnded = false;

  private constructor(
    private readonly url: string,
    private readonly description: OpenAPIObject,
    private readonly admin: { email: string; password: string },
    private readonly world: World,
    private readonly authorizations: { owner: string; admin: string; application: string },
  ) {}

  /** @param admin who administers the server */
  static async open(url: string, admin: { email: string; password: string }): Promise<CostRoutes> {
    const { body: user } = await api(url).post<User>('/users', { ...account, username: 'Account' });
    const { accessToken } = (await api(url).post<Session>('/auth/login', account)).body;
    const other = { email: 'other@example.org', password: account.password, username: 'Other' };
    const { body: otherUser } = await api(url).post<User>('/users', other);
    const { slug } = await createRoom(url, accessToken);
    const newKey = { label: 'Shop', currentPassword: account.password };
    const key = (await api(url, accessToken).post<NewApiKey>('/api-keys', newKey)).body;
    const visitor = { identity: 'customer 7', name: 'Grace' };
    const { token: joinToken } = (await api(url, key).post<JoinToken>(`/rooms/${slug}/tokens`, visitor)).body;
    const { accessToken: adminToken } = (await api(url).post<Session>('/auth/login', admin)).body;
    const meetingId = await recordedMeeting(url, accessToken, slug);
    const description = (await api(url).get<OpenAPIObject>('/api/docs-json')).body;

    return new CostRoutes(
      url,
      description,
      admin,
      {
        callerId: user.id,
        otherId: otherUser.id,
        roomSlug: slug,
        meetingId,
        refreshToken: 'none',
        apiKeyId: key.id,
        joinToken,
      },
      { owner: `Bearer ${accessToken}`, admin: `Bearer ${adminToken}`, application: basic(key) },
    );
  }

  /** As the description names them, and those that it does not have. */
  get names(): string[] {
    const described = Object.entries(this.description.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );

    return [...described, ...furtherRoutes];
  }

  /** Prepares one round of calls of a route. */
  async callsOf(name: string): Promise<RouteCall[]> {
    const [method, template] = name.split(' ') as [string, string];
    if (this.areEnded) {
      this.authorizations.owner = await bearerOf(this.url, account);
      this.authorizations.admin = await bearerOf(this.url, this.admin);
    }
    this.areEnded = name === 'POST /auth/logout-everywhere';
    const world = await this.worldFor(name);
    const rule = routeRules[name];
    const named = rule?.path?.(world) ?? {};
    const path = template.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(named[key] ?? 'none'));
    const caller = (['owner', 'admin', 'application'] as const).find((role) => rule?.may.includes(role));
    const authorization = caller && this.authorizations[caller];
    const bodies = bodiesOf(name, world);
    const call = (what: string, address: string, body?: unknown): RouteCall => ({
      what,
      bytes: body === undefined ? address.length : bytesOf(body),
      call: async () => {
        const response = await fetch(this.url + address, {
          method,
          headers: {
            'accept-encoding': 'gzip',
            ...(authorization !== undefined && { authorization }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        });
        await response.arrayBuffer();

        return response.status;
      },
    });

    if (bodies.length > 0) {
      return blownUp(bodies, limits.bodyBytes).map(({ what, payload }) => call(what, path, payload));
    }

    return [
      call('as it should be', path),
      ...this.queriesOf(name).map((query) => call(query.slice(0, 60), `${path}?${query}`)),
      call('a long query', `${path}${path.includes('?') ? '&' : '?'}${'a[b]=c&'.repeat(1000)}`),
    ];
  }

  private queriesOf(name: string): string[] {
    const [method, path] = name.split(' ') as [string, string];
    const operations = (this.description.paths[path] ?? {}) as Record<string, Operation>;
    const parameters = (operations[method.toLowerCase()]?.parameters ?? []).filter((one) => one.in === 'query');
    const unknown = parameters.filter((parameter) => widestQuery[parameter.name] === undefined);

    if (unknown.length > 0) {
      throw new Error(`${name}: say in widestQuery what makes ${unknown.map((one) => one.name).join(', ')} dear`);
    }
    if (parameters.length === 0) {
      return [];
    }
    const formats = parameters.some((parameter) => parameter.name === 'format') ? ['csv', 'json'] : [''];

    return formats.map((format) =>
      new URLSearchParams(
        parameters.map((parameter): [string, string] => [
          parameter.name,
          parameter.name === 'format' ? format : widestQuery[parameter.name]!,
        ]),
      ).toString(),
    );
  }

  /** What a call uses up is made anew for it. */
  private async worldFor(name: string): Promise<World> {
    const { url, world } = this;
    const owner = this.authorizations.owner.slice('Bearer '.length);

    switch (name) {
      case 'DELETE /rooms/{idOrSlug}': {
        const { slug } = await createRoom(url, owner);
        await writeMuch(url, owner, slug);

        return { ...world, roomSlug: slug };
      }
      case 'DELETE /users/{id}':
        return { ...world, otherId: (await guest(url, 'Leaving')).user.id };
      case 'POST /auth/refresh':
      case 'POST /auth/logout':
        return { ...world, refreshToken: (await guest(url, 'Leaving')).refreshToken };
      case 'DELETE /api-keys/{id}': {
        // As many as there may be are there from the measurement of making them.
        const { items } = (await api(url, owner).get<ApiKeyList>('/api-keys')).body;
        const spare = items.filter(({ id }) => id !== world.apiKeyId);
        await Promise.all(spare.map(({ id }) => api(url, owner).delete(`/api-keys/${id}`)));
        const newKey = { label: 'Spare', currentPassword: account.password };
        const { body: key } = await api(url, owner).post<NewApiKey>('/api-keys', newKey);

        return { ...world, apiKeyId: key.id };
      }
      default:
        return world;
    }
  }
}

async function bearerOf(url: string, login: { email: string; password: string }): Promise<string> {
  return `Bearer ${(await api(url).post<Session>('/auth/login', login)).body.accessToken}`;
}

/** A meeting that has been, with somebody in it. */
async function recordedMeeting(url: string, token: string, slug: string): Promise<string> {
  const client = await RawClient.enter(url, token);
  const { meetingId } = await client.askWell('join_room', { roomId: slug });
  await client.askWell('end_meeting');
  client.cut();

  return meetingId;
}

/** Forty messages, each of as many words as a message can have. */
async function writeMuch(url: string, token: string, slug: string): Promise<void> {
  const client = await RawClient.enter(url, token);
  await client.askWell('join_room', { roomId: slug });
  for (let message = 0; message < 40; message += 1) {
    const text = String.fromCodePoint(
      ...Array.from({ length: limits.messageText }, (_, at) => 0x4e00 + ((at + message * 97) % 20_000)),
    );
    await client.askWell('send_message', { text, clientMessageId: crypto.randomUUID() });
  }
  await client.leave();
}
