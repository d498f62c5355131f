/** Every REST route and every request over sockets, as everybody who may try: who is answered, and how the others are refused. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import {
  joinAudience,
  requests,
  type ErrorAnswer,
  type Notification,
  type RequestName,
  type RequestResult,
  type Room,
  type Session,
} from '@minimeet/protocol';
import { JwtService } from '@nestjs/jwt';
import type { OpenAPIObject } from '@nestjs/swagger';
import { io, type Socket } from 'socket.io-client';
import { DataSource } from 'typeorm';
import { ApiKeys } from '../src/auth/api-keys.js';
import { AuthService } from '../src/auth/auth.service.js';
import { MeetingRecord } from '../src/history/meeting-record.entity.js';
import { routerRtpCapabilities } from '../src/media/codecs.js';
import { UserEntity } from '../src/users/user.entity.js';
import { toUser, UsersService } from '../src/users/users.service.js';
import {
  requestRules,
  roles,
  routeRules,
  seats,
  sending,
  type Belongings,
  type Outcome,
  type Role,
  type RouteRule,
  type Seat,
  type World,
} from './access-rules.js';
import { api, basic, createRoom, startServer } from './harness.js';
import { meetingRecord } from './records.js';
import { listen, toldIn, until } from './support.js';

/** Of Express, as far as it says what it answers. */
interface Router {
  stack: { route?: { path: string; stack: { method: string }[] } }[];
}

const server = await startServer();
const auth = server.app.get(AuthService);
const apiKeys = server.app.get(ApiKeys);
const users = server.app.get(UsersService);
const database = server.app.get(DataSource);
const tokens = server.app.get(JwtService, { strict: false });
const description = (await api(server.url).get<OpenAPIObject>('/api/docs-json')).body;
await api(server.url).post('/users', {
  email: 'account@example.org',
  username: 'Account',
  password: 'a long enough password',
});
const sockets: Socket[] = [];

afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
afterAll(() => server.stop());

const routes = Object.entries(description.paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
);

interface Person {
  id: string;
  /** `undefined` for who has none. */
  token: string | undefined;
  /** What stands in the header of REST calls, where that is not the token. */
  authorization?: string;
}

const account = (options = {}) => users.create({ email: `${randomUUID()}@example.org`, username: 'Somebody' }, options);
const tokenOf = (id: string) => tokens.signAsync({ version: 0 }, { subject: id });

/** Somebody new in this role, except for what rooms say: being a member, the owner, whom the owner's application sent, or that. */
async function person(role: Role | Seat): Promise<Person> {
  const { id } = role === 'guest' ? await users.createGuest('Guest') : await account({ isAdmin: role === 'admin' });

  if (role === 'deactivated') {
    await database.getRepository(UserEntity).update({ id }, { isActive: false });
  }

  return { id, token: role === 'anonymous' ? undefined : await tokenOf(id) };
}

/** A room in which the person has the role; or one in which they have none, and another one in which they have it. */
async function roomFor(role: Role | Seat, subject: Person): Promise<{ room: Room; owner: Person }> {
  const here = inAnotherRoom[role as keyof typeof inAnotherRoom];

  if (here) {
    await roomFor(here, subject);
  }

  const owner = role === 'owner' || role === 'application' ? subject : await person('owner');
  const room = await createRoom(server.url, owner.token as string);

  if (role === 'member') {
    await api(server.url, owner.token).post(`/rooms/${room.id}/participants`, { userId: subject.id });
  }

  if (role === 'application') {
    subject.authorization = basic(await keyOf(owner.id));
  }

  if (role === 'sent') {
    const { user, accessToken } = (
      await api(server.url).post<Session>('/auth/join-token', { token: await joinTokenFor(owner.id, room) })
    ).body;
    Object.assign(subject, { id: user.id, token: accessToken });
  }

  return { room, owner };
}

const inAnotherRoom = { ownerElsewhere: 'owner', applicationElsewhere: 'application', sentElsewhere: 'sent' } as const;

/** A key of an account's, with its secret. */
const keyOf = async (id: string) => apiKeys.create(toUser((await users.findById(id))!), { label: 'Shop' }, '127.0.0.1');

async function joinTokenFor(ownerId: string, { slug }: Room): Promise<string> {
  const { id } = await keyOf(ownerId);
  const claims = { sub: 'somebody', aud: joinAudience, room: slug, name: 'Grace', iat: Date.now() / 1000 } as const;

  return apiKeys.sign(id, claims, 60);
}

async function worldFor(role: Role, caller: Person): Promise<World> {
  const { room } = await roomFor(role, caller);
  const { id: otherId } = await account();
  const meeting = meetingRecord({ roomId: room.id, endedAt: new Date() });
  await database.getRepository(MeetingRecord).insert(meeting);

  return {
    callerId: caller.id,
    otherId,
    roomSlug: room.slug,
    refreshToken: (await auth.enterAsGuest({ displayName: 'Grace' })).refreshToken,
    meetingId: meeting.id,
    apiKeyId: (await keyOf(room.owner!.id)).id,
    joinToken: await joinTokenFor(room.owner!.id, room),
  };
}

/** `ok`, or the code of the refusal. */
async function call(route: string, caller: Person, rule: RouteRule, world: World, path = rule.path?.(world)) {
  const authorization = caller.authorization ?? (caller.token === undefined ? undefined : `Bearer ${caller.token}`);
  const [method, template] = route.split(' ') as [string, string];
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path?.[name] ?? `no ${name}`));
  const body = rule.body?.(world);
  const response = await fetch(server.url + address, {
    method,
    headers: {
      ...(authorization !== undefined && { authorization }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();

  return response.ok ? 'ok' : (JSON.parse(text) as ErrorAnswer).error.code;
}

/** Where no API key is taken, one is as good as no token. */
function refusalOf(role: Role, { may }: Pick<RouteRule, 'may'>): Outcome {
  const isApplication = role === 'application' || role === 'applicationElsewhere';
  const hasGoodToken = isApplication ? may.includes('application') : role !== 'anonymous' && role !== 'deactivated';

  return hasGoodToken ? 'not_allowed' : 'unauthorized';
}

/** What the router has beside REST, by its patterns. None of it is anybody's. */
const outsideOfRest = [
  // What Nest does with every request before it looks for its route.
  'ANY {/*splat}',
  // For Prometheus; `metrics.spec.ts` tries who may.
  'GET /metrics',
  // The web client, for whatever is nothing else.
  'GET /{*path}',
  // The description of REST, as a page and for programs.
  'GET /api/docs',
  'GET /api/docs/',
  'GET /api/docs/LICENSE',
  'GET /api/docs/docs/swagger-ui-init.js',
  'GET /api/docs/index.html',
  'GET /api/docs/swagger-ui-init.js',
  'GET /api/docs-json',
];

/** Routes that answer without looking who asks. */
const asksNobody = new Set(['GET /auth/options', 'GET /health/live', 'GET /health/ready']);

describe('every REST route', () => {
  it('has a rule, and every rule a route', () => {
    expect(Object.keys(routeRules).sort()).toEqual([...routes].sort());
  });

  it('is described, or is one of the few that are no part of REST', () => {
    const { stack } = server.app.getHttpAdapter().getInstance().router as Router;
    const answered = stack.flatMap(({ route }) => {
      const methods = new Set(route?.stack.map(({ method }) => method.toUpperCase()));

      return [...(methods.has('TRACE') ? ['ANY'] : methods)].map(
        (method) => `${method} ${route?.path.replace(/:(\w+)/g, '{$1}')}`,
      );
    });

    expect([...new Set(answered)].sort()).toEqual([...routes, ...outsideOfRest].sort());
  });

  it.each(routes)(
    '%s is described with the keys that open it, for clients that are made from the description',
    (route) => {
      const [method = '', path = ''] = route.split(' ');
      const operation = description.paths[path]?.[method.toLowerCase() as 'get'];
      const described = (operation?.security ?? description.security ?? []).flatMap((way) =>
        Object.keys(way).length === 0 ? ['none'] : Object.keys(way),
      );
      const { may = [], ofThemselves = [] } = routeRules[route] ?? {};
      const mayOneOf = (...wanted: string[]) => [...may, ...ofThemselves].some((role) => wanted.includes(role));
      const expected = [
        mayOneOf('anonymous') && 'none',
        !asksNobody.has(route) && mayOneOf('guest', 'stranger', 'sent', 'member', 'owner', 'admin') && 'bearer',
        // Where all may, nobody shows a key.
        mayOneOf('application') && !mayOneOf('anonymous') && 'basic',
      ].filter((key) => key !== false);
      expect(described.sort()).toEqual(expected.sort());
    },
  );

  it.each(routes)('%s answers whom it should and nobody else', async (route) => {
    const rule = routeRules[route];

    if (!rule) {
      throw new Error(`${route} has no rule in access-rules.ts`);
    }

    const outcomes = Object.fromEntries(
      await Promise.all(
        roles.map(async (role) => {
          const caller = await person(role);

          return [role, await call(route, caller, rule, await worldFor(role, caller))];
        }),
      ),
    );

    expect(outcomes).toEqual(
      Object.fromEntries(roles.map((role) => [role, rule.may.includes(role) ? 'ok' : refusalOf(role, rule)])),
    );
  });

  it.each(Object.entries(routeRules).filter(([, { ofThemselves }]) => ofThemselves))(
    '%s answers about the callers themselves whom it should',
    async (route, rule) => {
      const outcomes = Object.fromEntries(
        await Promise.all(
          roles.map(async (role) => {
            const caller = await person(role);
            const world = await worldFor(role, caller);
            const path = rule.path?.({ ...world, otherId: caller.id });

            return [role, await call(route, caller, rule, world, path)];
          }),
        ),
      );

      expect(outcomes).toEqual(
        Object.fromEntries(
          roles.map((role) => [role, rule.ofThemselves?.includes(role) ? 'ok' : refusalOf(role, rule)]),
        ),
      );
    },
  );
});

function connect(token: string | undefined): Socket {
  const socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
  sockets.push(socket);

  return socket;
}

const ask = <Name extends RequestName>(socket: Socket, event: Name, payload: object) =>
  socket.timeout(15_000).emitWithAck(event, payload) as Promise<RequestResult<Name> & Partial<ErrorAnswer>>;

const outcomeOf = async (answer: Promise<Partial<ErrorAnswer>>): Promise<Outcome> => (await answer).error?.code ?? 'ok';

interface Presence {
  socket: Socket;
  belongings: Omit<Belongings, 'consumerId'>;
  /** Of what somebody else sends. */
  consumerId: Promise<string>;
}

/** Joins, sends a picture and writes something. */
async function present(token: string | undefined, roomSlug: string): Promise<Presence> {
  const socket = connect(token);
  const consumerId = new Promise<string>((resolve) => {
    socket.onAny((event: string, payload: unknown, accept?: (answer: object) => void) => {
      for (const told of toldIn(event, payload)) {
        if (told.event === 'new_consumer') {
          accept?.({});
          resolve((told.payload as Notification<'new_consumer'>).id);
        }
      }
    });
  });
  const { participant, resumeToken, sendTransport, recvTransport } = await ask(socket, 'join_room', {
    roomId: roomSlug,
    rtpCapabilities: routerRtpCapabilities,
  });
  const [sendTransportId, recvTransportId] = [sendTransport.id, recvTransport.id];
  const [{ producerId }, { message }] = await Promise.all([
    ask(socket, 'produce', sending(sendTransportId, 'camera')),
    ask(socket, 'send_message', { text: 'Hello', clientMessageId: randomUUID() }),
  ]);
  const { sequence } = message;

  return {
    socket,
    consumerId,
    belongings: { participantId: participant.id, resumeToken, sendTransportId, recvTransportId, producerId, sequence },
  };
}

const belongingsOf = async ({ belongings, consumerId }: Presence): Promise<Belongings> => ({
  ...belongings,
  consumerId: await consumerId,
});

/** What nobody has. */
const madeUp = (): Belongings => ({
  participantId: randomUUID(),
  resumeToken: randomBytes(24).toString('base64url'),
  sendTransportId: randomUUID(),
  recvTransportId: randomUUID(),
  producerId: randomUUID(),
  consumerId: randomUUID(),
  sequence: 1_000_000,
});

/** A meeting `here` with another host, and one `there` with oneself as its host. */
async function twoMeetings() {
  const [host, neighbour] = [await person('owner'), await person('owner')];
  const [{ room: here }, { room: there }] = [await roomFor('owner', neighbour), await roomFor('owner', host)];
  const [another, self] = await Promise.all([present(neighbour.token, here.slug), present(host.token, there.slug)]);

  return { another, self, here, there, neighbour };
}

/** Has the room's owner come in and give the role, before the answer of which everybody's rights are what it says. */
async function appoint({ belongings }: Presence, role: Seat, room: Room, owner: Person): Promise<void> {
  const socket = connect(owner.token);
  await ask(socket, 'join_room', { roomId: room.slug });
  const { participantId } = belongings;

  expect(await outcomeOf(ask(socket, 'set_role', { participantId, role }))).toBe('ok');
}

/** How a request is answered outside of the meeting, in it about what is another's, and about what is one's own. */
async function outcomesOf(name: RequestName, seat: Seat) {
  const { payload, ofAnother } = requestRules[name];
  const subject = await person(seat);
  const { room, owner } = await roomFor(seat, subject);
  const another = await present(await tokenOf((await account()).id), room.slug);
  const self = await present(subject.token, room.slug);
  const [theirs, own] = await Promise.all([belongingsOf(another), belongingsOf(self)]);
  const outside = await outcomeOf(ask(connect(subject.token), name, payload(theirs, room.slug)));
  const about = (belongings: Belongings) => outcomeOf(ask(self.socket, name, payload(belongings, room.slug)));

  if (seat === 'moderator' || seat === 'attendee') {
    await appoint(self, seat, room, owner);
  }

  return { outside, ofAnother: ofAnother && (await about(theirs)), inside: await about(own) };
}

describe('every request over sockets', () => {
  it('has a rule, and every rule a request', () => {
    expect(Object.keys(requestRules).sort()).toEqual(Object.keys(requests).sort());
  });

  it.each(['anonymous', 'deactivated'] as const)('cannot even be sent by who is %s', async (role) => {
    const { token } = await person(role);
    const refused = await new Promise((resolve) => {
      const socket = connect(token);
      socket.once('connect_error', (error) => resolve((error as Error & { data?: unknown }).data));
      socket.once('welcome', resolve);
    });

    expect(refused).toMatchObject({ code: 'unauthorized' });
  });

  it.each(Object.keys(requestRules) as RequestName[])('%s does what it should for each role', async (name) => {
    const { outside, ofAnother, inside } = requestRules[name];
    const outcomes = Object.fromEntries(
      await Promise.all(seats.map(async (seat) => [seat, await outcomesOf(name, seat)])),
    );

    expect(outcomes).toEqual(
      Object.fromEntries(
        seats.map((seat) => [
          seat,
          {
            outside,
            ofAnother: typeof ofAnother === 'object' ? (ofAnother[seat] ?? 'ok') : ofAnother,
            inside: inside?.[seat] ?? 'ok',
          },
        ]),
      ),
    );
  });

  it('reaches nothing of another meeting, not even from its own host, who learns no more than of what never was', async () => {
    const { another, self, here } = await twoMeetings();
    // Who sends something is received by somebody.
    await present((await person('stranger')).token, here.slug);
    // Messages are counted in each room: this one has no second.
    const { message } = await ask(another.socket, 'send_message', { text: 'Again', clientMessageId: randomUUID() });
    const theirs = { ...(await belongingsOf(another)), sequence: message.sequence };
    const aboutAnother = Object.entries(requestRules).filter(([, { ofAnother }]) => ofAnother);
    const outcomes: Record<string, Outcome> = {};

    for (const [name, { payload }] of aboutAnother) {
      const answers = await Promise.all(
        [theirs, madeUp()].map((belongings) => ask(self.socket, name as RequestName, payload(belongings, here.slug))),
      );
      outcomes[name] = answers[0]!.error?.code ?? 'ok';
      expect({ name, answer: answers[1] }).toEqual({ name, answer: answers[0] });
    }

    expect(outcomes).toEqual(Object.fromEntries(aboutAnother.map(([name, { elsewhere }]) => [name, elsewhere])));
    const { producerId } = theirs;
    expect(await outcomeOf(ask(another.socket, 'pause_producer', { producerId }))).toBe('ok');
  });

  it('says no more of what another has in the same meeting than of what never was', async () => {
    const { room } = await roomFor('owner', await person('owner'));
    const [another, self] = await Promise.all(
      ['stranger', 'guest'].map(async (role) => present((await person(role as Role)).token, room.slug)),
    );
    const theirs = await belongingsOf(another!);
    const named = Object.entries(requestRules).filter(([, { ofAnother, elsewhere }]) => ofAnother === elsewhere);
    const aboutTheirs = named.filter(([, { ofAnother }]) => ofAnother);
    expect(aboutTheirs.length).toBeGreaterThan(8);

    for (const [name, { payload }] of aboutTheirs) {
      const [answer, never] = await Promise.all(
        [theirs, madeUp()].map((belongings) => ask(self!.socket, name as RequestName, payload(belongings, room.slug))),
      );
      expect({ name, answer }).toEqual({ name, answer: never });
    }
  });

  it('shows nothing of another meeting in a view', async () => {
    const { another, self, there } = await twoMeetings();
    const offers: string[] = [];
    listen(self.socket, 'new_consumer', ({ participantId }) => offers.push(participantId));
    const flows: string[] = [];
    listen(self.socket, 'consumer_paused', () => flows.push('paused'));
    listen(self.socket, 'consumer_resumed', () => flows.push('resumed'));
    const neighbour = await present((await person('stranger')).token, there.slug);
    const { participantId } = neighbour.belongings;
    await until(() => offers.includes(participantId));
    const tile = { source: 'camera' as const, width: 1280, height: 720, pinned: true };
    const view = (ids: string[]) =>
      ask(self.socket, 'set_view', { tiles: ids.map((id) => ({ participantId: id, ...tile })) });

    expect(await view([another.belongings.participantId])).toEqual(await view([randomUUID()]));
    await until(() => flows.at(-1) === 'paused');
    await view([another.belongings.participantId, participantId]);
    await until(() => flows.at(-1) === 'resumed');
    // Plans have been made for both views since.
    expect(new Set(offers)).toEqual(new Set([participantId]));
  });

  it('decides about nobody who waits in the lobby of another meeting, and says no more than of who never waited', async () => {
    const { another, self, here, neighbour } = await twoMeetings();
    await api(server.url, neighbour.token).patch(`/rooms/${here.id}`, { lobby: true });
    const waiting: string[][] = [];
    listen(another.socket, 'lobby_changed', (told) => waiting.push(told.waiting.map(({ id }) => id)));
    const decided: string[] = [];
    const visitor = connect((await person('stranger')).token);
    listen(visitor, 'lobby_admitted', () => decided.push('admitted'));
    listen(visitor, 'lobby_refused', () => decided.push('refused'));
    expect(await outcomeOf(ask(visitor, 'join_room', { roomId: here.slug }))).toBe('lobby_waiting');
    await until(() => waiting.length === 1);
    const shown: unknown[] = [];
    listen(self.socket, 'lobby_changed', (told) => shown.push(told.waiting));

    for (const name of ['admit', 'refuse'] as const) {
      const decide = (ids: string[]) => ask(self.socket, name, { waitingIds: ids });
      expect(await decide(waiting[0]!)).toEqual(await decide([randomUUID()]));
    }

    await until(() => shown.length === 4);
    expect(shown).toEqual([[], [], [], []]);
    // Still there for who may decide.
    expect(await outcomeOf(ask(another.socket, 'admit', { waitingIds: waiting[0]! }))).toBe('ok');
    await until(() => decided.length > 0);
    expect(decided).toEqual(['admitted']);
    expect(waiting).toEqual([waiting[0], []]);
  });

  it('takes no seat of somebody else’s, whatever they know of it, and says no more than of one that never was', async () => {
    const { another, here } = await twoMeetings();
    const left: string[] = [];
    listen(another.socket, 'user_left', ({ participantId }) => left.push(participantId));
    const thief = (await person('stranger')).token;
    const [theirs, never] = [another.belongings, madeUp()].map(({ participantId, resumeToken }) => ({
      participantId,
      resumeToken,
    }));

    expect(await ask(connect(thief), 'resume_session', theirs!)).toEqual(
      await ask(connect(thief), 'resume_session', never!),
    );
    // Who says that a seat was theirs comes in all the same, beside whoever sits there.
    for (const replaces of [theirs!, never!]) {
      const joined = await ask(connect(thief), 'join_room', { roomId: here.slug, replaces });
      expect(joined.participants.map(({ id }) => id)).toContain(another.belongings.participantId);
    }
    expect((await ask(another.socket, 'ping', {})).pong).toBeGreaterThan(0);
    expect(left).toEqual([]);
  });
});
