/** MySQL that goes away in the middle of a meeting, and comes back. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ErrorAnswer, Room, Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { Meetings } from '../src/meetings/meetings.js';
import { describeOn } from './databases.js';
import { api, createRoom, guest, refusal, startServer, type TestServer } from './harness.js';
import { listen, until } from './support.js';

interface Readiness {
  ready: boolean;
  canHostMeetings: boolean;
  dependencies: { name: string; up: boolean; required: boolean; local: boolean }[];
}

/** Milliseconds within which every request is answered; each waits for a database for less than that. */
const ANSWER_LIMIT = 10_000;

describeOn(
  'mysql',
  'a meeting whose database goes away',
  (database) => {
    let server: TestServer;
    let ada: Session;
    let bob: Session;
    let room: Room;
    const sockets: Socket[] = [];

    beforeAll(async () => {
      const { url } = await database().createDatabase();
      server = await startServer({ MYSQL_URL: url, MYSQL_POOL_SIZE: '3', RATE_LIMIT_CHAT_MESSAGES: '100000' });
      [ada, bob] = [await guest(server.url, 'Ada'), await guest(server.url, 'Bob')];
      room = await createRoom(server.url, ada.accessToken);
    });

    afterAll(async () => {
      sockets.forEach((socket) => socket.disconnect());
      await server.stop();
    });

    const rest = () => api(server.url, ada.accessToken);
    const ready = async () => (await rest().get<Readiness>('/health/ready')).body;
    const connect = (token: string) => {
      const socket = io(server.url, {
        transports: ['websocket'],
        reconnection: false,
        auth: { token },
        forceNew: true,
      });
      sockets.push(socket);

      return socket;
    };
    const ask = (socket: Socket, event: string, payload: object = {}) =>
      socket.timeout(ANSWER_LIMIT + 2000).emitWithAck(event, payload);
    const join = async ({ accessToken }: Session) => {
      const socket = connect(accessToken);
      const answer = await ask(socket, 'join_room', { roomId: room.slug });
      expect(answer.error).toBeUndefined();

      const { id } = answer.participant;

      return {
        socket,
        id,
        transportId: answer.sendTransport.id,
        seat: { participantId: id, resumeToken: answer.resumeToken },
      };
    };
    const refusedHandshake = async (token: string) => {
      const socket = connect(token);

      return new Promise((resolve) =>
        socket.once('connect_error', (error: Error & { data?: unknown }) => resolve(error.data)),
      );
    };
    /** Her database has confirmed her, and she has logged out since. */
    const loggedOut = async () => {
      const eve = await guest(server.url, 'Eve');
      await api(server.url, eve.accessToken).get('/users/me');
      await api(server.url).post('/auth/logout', { refreshToken: eve.refreshToken });

      return eve.accessToken;
    };

    /** Reads and writes over REST without a break, and counts what comes of it, by status and code. */
    function load() {
      const answers = new Map<string, number>();
      const end = new AbortController();
      const work = async () => {
        while (!end.signal.aborted) {
          for (const call of [
            () => rest().get(`/rooms/${room.id}`),
            () => rest().get('/rooms'),
            () => api(server.url).post('/auth/guest', { displayName: 'Guest' }),
          ]) {
            const { status, body } = await call();
            const outcome = `${status} ${(body as Partial<ErrorAnswer>).error?.code ?? ''}`.trim();
            answers.set(outcome, (answers.get(outcome) ?? 0) + 1);
          }
        }
      };
      const workers = Promise.all([work(), work(), work(), work()]);

      return {
        answers,
        async stop() {
          end.abort();
          await workers;
        },
      };
    }

    it.each([
      ['is killed', () => database().kill(), () => database().start()],
      ['is shut down', () => database().stop(), () => database().start()],
    ])('goes on when it %s, refuses by code what needs it, and is as before once it is back', async (_, down, up) => {
      const [first, second] = [await join(ada), await join(bob)];
      const [stranger, gone] = [(await guest(server.url, 'Cem')).accessToken, await loggedOut()];
      const heard: string[] = [];
      listen(second.socket, 'new_message', ({ message }) => heard.push(message.text));
      const { answers, stop } = load();
      await until(() => (answers.get('200') ?? 0) > 5);

      await down();
      await until(() => (answers.get('503 database_unavailable') ?? 0) > 5);
      const during = {
        ready: await ready(),
        live: (await rest().get('/health/live')).status,
        login: await refusal(api(server.url).post('/auth/login', { email: 'ada@example.org', password: 'whatever' })),
        handshakes: await Promise.all([stranger, gone].map(refusedHandshake)),
        ping: await ask(first.socket, 'ping'),
        media: await ask(first.socket, 'restart_ice', { transportId: first.transportId }),
        message: await ask(first.socket, 'send_message', { text: 'still here', clientMessageId: `${Math.random()}` }),
      };

      // Her network is lost as well.
      first.socket.io.engine.close();
      const again = connect(ada.accessToken);
      const resumed = await ask(again, 'resume_session', first.seat);

      await up();
      await until(async () => (await ready()).canHostMeetings);
      answers.clear();
      await until(() => (answers.get('200') ?? 0) > 5 && (answers.get('201') ?? 0) > 5);
      answers.clear();
      await until(() => (answers.get('200') ?? 0) > 5);
      await stop();
      const third = connect(bob.accessToken);
      const joined = await ask(third, 'join_room', { roomId: room.slug });

      expect(during.ready).toMatchObject({ ready: true, canHostMeetings: false });
      expect(during.ready.dependencies).toContainEqual({ name: 'mysql', up: false, required: true, local: false });
      expect(during.live).toBe(200);
      expect(during.login).toEqual([503, 'database_unavailable']);
      expect(during.handshakes).toMatchObject([{ code: 'database_unavailable' }, { code: 'database_unavailable' }]);
      expect(resumed.error).toBeUndefined();
      expect(during.ping).toEqual({ pong: expect.any(Number) });
      expect(during.media.iceParameters).toBeDefined();
      expect(during.message.error).toBeUndefined();
      expect(heard).toContain('still here');
      expect([again.connected, second.socket.connected]).toEqual([true, true]);
      expect(joined.participants.map(({ id }: { id: string }) => id)).toEqual(
        expect.arrayContaining([first.id, second.id]),
      );
      // After it was back, nothing failed any more.
      expect([...answers.keys()].sort()).toEqual(['200', '201']);
      sockets.splice(0).forEach((socket) => socket.disconnect());
      await until(() => server.app.get(Meetings).roomIds.length === 0);
    });
  },
  { stopsIt: true },
);
