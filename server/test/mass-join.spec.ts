/** Many who come and go at once, with real sockets: what that costs each of the others. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatMessage, Participant, Room, Session } from '@minimeet/protocol';
import { io, type Socket } from 'socket.io-client';
import { createRoom, guest, startServer, type TestServer } from './harness.js';
import { toldIn, until } from './support.js';

const crowd = 100;

/** What is told about one who joins and leaves: the participant and their line in the chat, twice. */
const toldOfEach = ['user_joined', 'new_message', 'user_left', 'new_message'];

describe('a crowd that joins at once', () => {
  let server: TestServer;
  let room: Room;
  let host: Session;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = await startServer();
    host = await guest(server.url, 'Host');
    room = await createRoom(server.url, host.accessToken, { maxParticipants: crowd + 2 });
  });

  afterEach(() => sockets.splice(0).forEach((socket) => socket.disconnect()));
  afterAll(() => server.stop());

  const connect = async (token: string) => {
    const socket = io(server.url, { transports: ['websocket'], reconnection: false, auth: { token }, forceNew: true });
    sockets.push(socket);
    await new Promise((resolve) => socket.once('welcome', resolve));

    return socket;
  };

  const ask = (socket: Socket, event: string, payload: object = {}) =>
    socket.timeout(60_000).emitWithAck(event, payload) as Promise<{
      participant: Participant;
      participants: Participant[];
    }>;

  /** What a socket hears, as if each had come alone, and in how many packets. */
  const listen = (socket: Socket) => {
    const heard = { packets: 0, events: [] as { event: string; payload: Record<string, unknown> }[] };
    socket.onAny((event: string, payload: Record<string, unknown>) => {
      heard.packets += 1;
      heard.events.push(...(toldIn(event, payload) as typeof heard.events));
    });

    return heard;
  };

  it('is told to each of the others once, in order, in fewer packets than there are people', async () => {
    const watcher = await connect(host.accessToken);
    const heard = listen(watcher);
    await ask(watcher, 'join_room', { roomId: room.id });
    await until(() => heard.events.length === 1);
    heard.events.length = heard.packets = 0;

    const guests = await Promise.all(Array.from({ length: crowd }, (_, index) => guest(server.url, `Guest ${index}`)));
    const arrivals = await Promise.all(guests.map(({ accessToken }) => connect(accessToken)));
    const newcomers = arrivals.map(listen);
    const answers = await Promise.all(arrivals.map((socket) => ask(socket, 'join_room', { roomId: room.id })));
    await until(() => heard.events.length >= 2 * crowd);
    const packetsForJoins = heard.packets;
    await Promise.all(arrivals.map((socket) => ask(socket, 'leave_room')));
    await until(() => heard.events.length >= 4 * crowd);
    process.stderr.write(
      `${crowd} join, ${crowd} leave: told in ${packetsForJoins} and ${heard.packets - packetsForJoins} packets, ` +
        `not in ${4 * crowd}\n`,
    );

    // However many are there: so many notifications for each.
    expect(heard.events).toHaveLength(toldOfEach.length * crowd);
    expect(heard.packets).toBeLessThan(crowd);

    const about = new Map(answers.map(({ participant }) => [participant.id, [] as string[]]));
    const idOf = new Map(answers.map(({ participant }) => [participant.displayName, participant.id]));

    for (const { event, payload } of heard.events) {
      const { participant, participantId, message } = payload as {
        participant?: Participant;
        participantId?: string;
        message?: ChatMessage;
      };
      about.get(participant?.id ?? participantId ?? idOf.get(message?.displayName ?? '') ?? '')?.push(event);
    }

    for (const events of about.values()) {
      expect(events.filter((event) => event !== 'new_message')).toEqual(['user_joined', 'user_left']);
      expect(events.filter((event) => event === 'new_message')).toHaveLength(2);
    }

    // Who came in the midst of it knows everyone as well: from the answer, or from what was told after it.
    newcomers.forEach((newcomer, index) => {
      const { participant, participants } = answers[index]!;
      const joined = newcomer.events.flatMap(({ event, payload }) =>
        event === 'user_joined' ? (payload.participant as Participant).id : [],
      );
      const known = [...participants.map(({ id }) => id), ...joined];
      expect(known).toHaveLength(new Set(known).size);
      expect(known).not.toContain(participant.id);
      expect(known).toHaveLength(crowd);
    });
  });
});
