/** Two servers that share their databases: a meeting is on one of them, and everything about it is known on both. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type {
  ErrorAnswer,
  JoinToken,
  Live,
  NewApiKey,
  RequestName,
  RequestResult,
  Room,
  Session,
} from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { RedisLiveStatsStore } from '../src/live-stats/redis-live-stats-store.js';
import { DoorLimits } from '../src/meetings/entry/door-limits.js';
import { REDIS_PREFIX, RedisConnections } from '../src/storage/redis.js';
import { SHARED_SECRET, startCluster, type TestCluster } from './cluster.js';
import { describeOn } from './databases.js';
import { api, createRoom, guest, refusal, startServer, temporaryFolder, type TestServer } from './harness.js';
import { compileServer, startServerProcess } from './server-process.js';
import { toldIn, until } from './support.js';

const admin = { email: 'admin@example.org', password: 'administrator' };

describeOn('mysql', 'two servers', (mysql) => {
  describeOn('redis', 'that share a database and Redis', (redis) => {
    const sockets: Socket[] = [];
    let cluster: TestCluster;
    let [one, two]: [TestServer, TestServer] = [] as never;
    let [ada, bob, chief]: [Session, Session, Session] = [] as never;
    let room: Room;

    beforeAll(async () => {
      compileServer();
      cluster = await startCluster(
        ['one', 'two'],
        { mysql: mysql(), redis: redis() },
        { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, RATE_LIMIT_LOGINS: '50' },
      );
      [one, two] = cluster.servers as [TestServer, TestServer];
      [ada, bob] = [await guest(one.url, 'Ada'), await guest(two.url, 'Bob')];
      chief = (await api(two.url).post<Session>('/auth/login', admin)).body;
    });

    beforeEach(async () => {
      room = await createRoom(one.url, ada.accessToken, { name: 'Kitchen' });
    });

    afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
    afterAll(() => cluster.stop());

    const connect = ({ url }: TestServer, { accessToken: token }: Session, headers: Record<string, string> = {}) => {
      const socket = io(url, {
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        auth: { token },
        extraHeaders: headers,
      });
      sockets.push(socket);

      return socket;
    };

    const ask = <Name extends RequestName>(socket: Socket, event: Name, payload: object = {}) =>
      socket.timeout(15_000).emitWithAck(event, payload) as Promise<RequestResult<Name> & Partial<ErrorAnswer>>;

    const joined = async (server: TestServer, session: Session) => {
      const socket = connect(server, session);
      const told: [event: string, payload: unknown][] = [];
      socket.onAny((event, payload) =>
        told.push(...toldIn(event, payload).map((each): [string, unknown] => [each.event, each.payload])),
      );
      const answer = await ask(socket, 'join_room', { roomId: room.id });
      expect(answer.error).toBeUndefined();

      return { socket, told };
    };

    const participantsOn = async ({ url }: TestServer) =>
      (await api(url, ada.accessToken).get<Room>(`/rooms/${room.slug}`)).body.participantsNow;

    const live = async ({ url }: TestServer) => (await api(url, chief.accessToken).get<Live>('/admin/live')).body;

    it('have whoever waits in a lobby find the meeting that begins on the other one', async () => {
      await api(two.url, ada.accessToken).patch(`/rooms/${room.id}`, { lobby: true });
      const knock = async (server: TestServer) =>
        (await ask(connect(server, bob), 'join_room', { roomId: room.id })).error;

      expect(await knock(two)).toMatchObject({ code: 'lobby_waiting' });
      const { told } = await joined(one, ada);
      expect(await knock(two)).toMatchObject({ code: 'meeting_elsewhere', server: { name: 'one', url: one.url } });
      expect(await knock(one)).toMatchObject({ code: 'lobby_waiting' });
      await until(() => told.some(([event]) => event === 'lobby_changed'));
      expect(told.at(-1)).toMatchObject(['lobby_changed', { waiting: [{ displayName: 'Bob', userId: bob.user.id }] }]);
    });

    it('heed no more, on whichever of them, whoever is removed from the members of a room', async () => {
      await api(two.url, ada.accessToken).patch(`/rooms/${room.id}`, { lobby: true });
      const { id: userId } = bob.user;
      await api(two.url, ada.accessToken).post(`/rooms/${room.id}/participants`, { userId });
      const { told, socket } = await joined(one, bob);
      const eve = await guest(one.url, 'Eve');
      const knock = await ask(connect(one, eve), 'join_room', { roomId: room.id });
      expect(knock.error?.code).toBe('lobby_waiting');
      await until(() => told.at(-1)?.[0] === 'lobby_changed');
      await api(two.url, ada.accessToken).delete(`/rooms/${room.id}/participants/${userId}`);

      await until(() => told.filter(([event]) => event === 'lobby_changed').length === 2);
      expect(told.at(-1)).toEqual(['lobby_changed', { waiting: [] }]);
      expect((await ask(socket, 'admit', { waitingIds: [room.id] })).error?.code).toBe('not_allowed');
    });

    it('tell on both who meets now, on whichever of them', async () => {
      await joined(one, ada);
      await joined(one, bob);
      await until(async () => (await participantsOn(one)) === 2 && (await participantsOn(two)) === 2);

      for (const server of [one, two]) {
        let told: Live | undefined;
        // Figures of workers are told every few seconds.
        await until(async () => {
          told = await live(server);

          return told.servers.every(({ workers }) => workers.length === 1);
        });
        const { servers, meetings, degraded } = told!;
        expect(servers.map(({ name, url }) => ({ name, url })).sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
          { name: 'one', url: one.url },
          { name: 'two', url: two.url },
        ]);
        expect(servers.flatMap(({ workers }) => workers).every(({ memoryBytes }) => memoryBytes > 1_000_000)).toBe(
          true,
        );
        const { id, slug, name } = room;
        expect(meetings).toMatchObject([
          {
            serverId: servers.find((each) => each.name === 'one')?.id,
            roomId: id,
            room: { id, slug, name },
            producers: 0,
            consumers: 0,
          },
        ]);
        expect(meetings[0]?.participants.map(({ displayName }) => displayName)).toEqual(['Ada', 'Bob']);
        expect(degraded).toBe(false);
      }

      sockets.splice(0).forEach((socket) => socket.disconnect());
      await until(async () => (await participantsOn(one)) === 0 && (await participantsOn(two)) === 0);
    });

    it('show what runs to administrators alone', async () => {
      expect(await refusal(api(one.url, ada.accessToken).get('/admin/live'))).toEqual([403, 'not_allowed']);
      expect(await refusal(api(one.url).get('/admin/live'))).toEqual([401, 'unauthorized']);
    });

    it('say by name and address where the meeting is, until it is over', async () => {
      const { socket } = await joined(one, ada);
      const visitor = connect(two, bob);

      expect((await ask(visitor, 'join_room', { roomId: room.slug })).error).toEqual({
        code: 'meeting_elsewhere',
        message: `The meeting of this room is on the server one: ${one.url}`,
        server: { name: 'one', url: one.url },
      });

      socket.disconnect();
      await until(async () => (await ask(visitor, 'join_room', { roomId: room.slug })).error === undefined);
      expect((await ask(connect(one, ada), 'join_room', { roomId: room.slug })).error?.server?.name).toBe('two');
    });

    it('let one of those begin the meeting who come to both at once', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { id: roomId } = await createRoom(one.url, ada.accessToken);
        const [onOne, onTwo] = await Promise.all([
          ask(connect(one, ada), 'join_room', { roomId }),
          ask(connect(two, bob), 'join_room', { roomId }),
        ]);
        expect(
          [onOne.error?.server?.name, onTwo.error?.server?.name].filter((name) => name !== undefined),
        ).toHaveLength(1);
      }
    });

    it('end the meeting of a room that was deleted on the other', async () => {
      const { told } = await joined(one, ada);
      expect((await api(two.url, ada.accessToken).delete(`/rooms/${room.id}`)).status).toBe(204);

      await until(() => told.some(([event]) => event === 'room_closed'));
      expect(told.at(-1)).toEqual(['room_closed', { reason: 'room_deleted' }]);
    });

    it('put out the sockets of a user whose access ends on the other', async () => {
      const eve = await guest(one.url, 'Eve');
      const { told } = await joined(one, ada);
      const { socket } = await joined(one, eve);
      await until(() => told.some(([event]) => event === 'user_joined'));
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      await api(two.url, chief.accessToken).delete(`/users/${eve.user.id}`);

      await gone;
      await until(() => told.some(([event]) => event === 'user_left'));
      expect(told.find(([event]) => event === 'user_left')?.[1]).toMatchObject({ reason: 'removed' });
    });

    it('say of a user who ends the access on the other that they left', async () => {
      const eve = await guest(one.url, 'Eve');
      const { told } = await joined(one, ada);
      await joined(one, eve);
      await api(two.url, eve.accessToken).delete(`/users/${eve.user.id}`);

      await until(() => told.some(([event]) => event === 'user_left'));
      expect(told.find(([event]) => event === 'user_left')?.[1]).toMatchObject({ reason: 'left' });
    });

    it('put out whom a host application sent, when its key is revoked on the other', async () => {
      const asked = { label: 'Shop', currentPassword: admin.password };
      const key = (await api(one.url, chief.accessToken).post<NewApiKey>('/api-keys', asked)).body;
      room = (await api(two.url, key).post<Room>('/rooms', { name: 'Shop' })).body;
      const sent = async (identity: string) => {
        const person = { identity, name: 'Grace' };
        const { token } = (await api(two.url, key).post<JoinToken>(`/rooms/${room.id}/tokens`, person)).body;

        return (await api(two.url).post<Session>('/auth/join-token', { token })).body;
      };
      const { told } = await joined(one, ada);
      const heard = (name: string) => told.filter(([event]) => event === name).map(([, payload]) => payload);
      await joined(one, await sent('customer 7'));
      const lost = await joined(one, await sent('customer 9'));
      // Their seat is kept for who comes back.
      lost.socket.io.engine.close();
      await until(() => heard('participant_connection').length === 1);
      expect((await api(two.url, chief.accessToken).delete(`/api-keys/${key.id}`)).status).toBe(204);

      await until(() => heard('user_left').length === 2);
      expect(heard('user_left')).toMatchObject([{ reason: 'removed' }, { reason: 'removed' }]);
    });

    it('keep out who was put out of a meeting on the other, and nobody else', async () => {
      const eve = await guest(one.url, 'Eve');
      const join = async (session: Session) =>
        (await ask(connect(two, session), 'join_room', { roomId: room.id })).error?.code;
      await one.app.get(DoorLimits).keepOut(eve.user.id, 60);

      expect(await join(eve)).toBe('rate_limited');
      expect(await join(bob)).toBeUndefined();
    });

    it('put out sockets and end meetings, when they hear each other again, for what happened meanwhile', async () => {
      const eve = await guest(one.url, 'Eve');
      const { told } = await joined(one, ada);
      const evesSocket = connect(one, eve);
      await until(() => evesSocket.connected);
      const gone = new Promise((resolve) => evesSocket.once('disconnect', resolve));

      // Deaf for a moment, as to whatever the other says while Redis is away.
      const connections = one.app.get(RedisConnections);
      const ended = new Promise((resolve) => connections.subscriber.once('end', resolve));
      connections.subscriber.disconnect();
      await ended;
      await api(two.url, chief.accessToken).delete(`/users/${eve.user.id}`);
      await api(two.url, ada.accessToken).delete(`/rooms/${room.id}`);
      await connections.ping();
      expect(evesSocket.connected).toBe(true);

      await connections.subscriber.connect();
      await gone;
      await until(() => told.some(([event]) => event === 'room_closed'));
    });

    it('make up, when one of them can speak again, for what it could not tell the other', async () => {
      const eve = await guest(one.url, 'Eve');
      const { told } = await joined(one, ada);
      const { socket } = await joined(one, eve);
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));

      const { commands } = two.app.get(RedisConnections);
      const ended = new Promise((resolve) => commands.once('end', resolve));
      commands.disconnect();
      await ended;
      await api(two.url, chief.accessToken).delete(`/users/${eve.user.id}`);
      expect(socket.connected).toBe(true);
      await commands.connect();

      await gone;
      await until(() => told.some(([event]) => event === 'user_left'));
    });

    it('count the wrong passwords for an account together', async () => {
      const { commands } = one.app.get(RedisConnections);
      await commands.del(...(await commands.keys(`${REDIS_PREFIX}calls:logins:*`)));
      let counted = 0;

      for (let attempt = 0; attempt < 12; attempt += 1) {
        const { url } = attempt % 2 === 0 ? one : two;
        const { status } = await api(url).post('/auth/login', { email: 'eve@example.org', password: 'wrong one' });
        counted += status === 401 ? 1 : 0;
      }

      expect(counted).toBe(10);
    });

    it('count the calls of an address together', async () => {
      // The minute begins anew, and does not end while they call.
      const { commands } = one.app.get(RedisConnections);
      await commands.del(...(await commands.keys(`${REDIS_PREFIX}calls:logins:*`)));
      let counted = 0;

      for (let attempt = 0; attempt < 60; attempt += 1) {
        const { url } = attempt % 2 === 0 ? one : two;
        const email = `nobody-${attempt}@example.org`;
        const { status } = await api(url).post('/auth/login', { email, password: 'wrong one' });
        counted += status === 401 ? 1 : 0;
      }

      expect(counted).toBe(50);
    });

    it('open their sockets to pages of each other, and to no others', async () => {
      const outcome = (socket: Socket) =>
        new Promise<string>((resolve) => {
          socket.once('connect', () => resolve('connected'));
          socket.once('connect_error', () => resolve('refused'));
        });

      for (const origin of [one.url, two.url]) {
        expect(await outcome(connect(two, ada, { origin }))).toBe('connected');
      }
      for (const origin of ['https://elsewhere.example.org', 'null', `${one.url}0`]) {
        expect(await outcome(connect(two, ada, { origin }))).toBe('refused');
      }

      const poll = (origin: string) =>
        fetch(`${two.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } }).then(({ status, headers }) => [
          status,
          headers.get('access-control-allow-origin'),
        ]);
      expect(await poll(one.url)).toEqual([200, one.url]);
      expect(await poll('https://elsewhere.example.org')).toEqual([403, null]);
    });

    it('pass over a server whose address is none', async () => {
      const { commands } = one.app.get(RedisConnections);
      const foreign = new RedisLiveStatsStore(commands);
      const figures = { id: randomUUID(), name: 'three', url: 'three.example.org', startedAt: new Date(), workers: [] };
      await foreign.report(figures, []);
      const refused = connect(two, ada, { origin: 'https://three.example.org' });
      await new Promise((resolve) => refused.once('connect_error', resolve));
      const taken = connect(two, ada, { origin: one.url });
      await until(() => taken.connected);

      await foreign.withdraw(figures.id);
    });

    it('go together with no other that has a name, an address or a secret that does not fit', async () => {
      const dataDirectory = await temporaryFolder();
      const { commands } = one.app.get(RedisConnections);
      const servers = () => commands.smembers(`${REDIS_PREFIX}cluster:servers`);
      const settings = (changes: Record<string, string>) => ({
        PUBLIC_URL: 'http://third.example.org',
        SERVER_NAME: 'third',
        MYSQL_URL: cluster.mysqlUrl,
        REDIS_URL: redis().url,
        JWT_SECRET: SHARED_SECRET,
        API_KEY_SECRET: SHARED_SECRET,
        DATA_DIR: dataDirectory,
        ...changes,
      });
      const before = await servers();
      const refusals = await Promise.all(
        (
          [
            { SERVER_NAME: 'one' },
            { PUBLIC_URL: two.url },
            { JWT_SECRET: 'another one, which is as long as it has to be' },
            { API_KEY_SECRET: 'another one, which is as long as it has to be' },
          ] as Record<string, string>[]
        ).map((changes) =>
          startServerProcess(settings(changes)).then(
            async (started) => (await started.stop(), 'it started'),
            (error: Error) => error.message,
          ),
        ),
      );

      expect(refusals).toEqual([
        expect.stringMatching(
          /MiniMeet cannot start: Another server on this Redis, one at http.+, has the same SERVER_NAME; /,
        ),
        expect.stringMatching(/cannot start: Another server on this Redis, two at http.+, has the same PUBLIC_URL; /),
        expect.stringMatching(/cannot start: Another server on this Redis, .+, has another JWT_SECRET; /),
        expect.stringMatching(/cannot start: Another server on this Redis, .+, has another API_KEY_SECRET; /),
      ]);
      expect((await servers()).sort()).toEqual(before.sort());
      await rm(dataDirectory, { recursive: true });
    });

    it('let one start that takes the place of one that died, and one of another installation with its own prefix', async () => {
      const { commands } = one.app.get(RedisConnections);
      const dead = {
        id: randomUUID(),
        name: 'third',
        url: null,
        startedAt: 0,
        renewals: 5,
        tokens: 'old',
        apiKeys: 'old',
      };
      await commands.sadd(`${REDIS_PREFIX}cluster:servers`, dead.id);
      await commands.set(`${REDIS_PREFIX}cluster:server:${dead.id}`, JSON.stringify(dead), 'PX', 60_000);
      const own = { MYSQL_URL: cluster.mysqlUrl, REDIS_URL: redis().url, PUBLIC_URL: 'http://third.example.org' };
      const third = await startServer({
        ...own,
        SERVER_NAME: 'third',
        JWT_SECRET: SHARED_SECRET,
        API_KEY_SECRET: SHARED_SECRET,
      });
      await third.stop();
      await commands.del(`${REDIS_PREFIX}cluster:server:${dead.id}`);
      const foreign = await startServer({
        ...own,
        SERVER_NAME: 'one',
        JWT_SECRET: 'another one, which is as long as it has to be',
        REDIS_PREFIX: 'other',
      });
      await foreign.stop();
    });

    it('let the pages of each reach the other', async () => {
      const sources = async () => {
        const policy = (await fetch(`${one.url}/api/docs`)).headers.get('content-security-policy');

        return /connect-src ([^;]*)/.exec(policy ?? '')?.[1]?.split(' ');
      };
      // One learns of two within seconds of its start.
      await until(async () => (await sources())?.includes(two.url) === true);

      expect(await sources()).toEqual(
        expect.arrayContaining(["'self'", one.url, two.url, two.url.replace('http', 'ws')]),
      );
    });
  });
});
