/** MongoDB goes away while people write, and comes back: nothing is lost, doubled or out of order, and everyone sees all of it. */
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { ChatMessage, ErrorAnswer, RequestResult, Room, Session } from '@minimeet/protocol';
import { setTimeout as delay } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { describeOn } from './databases.js';
import { api, createRoom, guest, refusal, startServer, type TestServer } from './harness.js';
import { listen, until } from './support.js';

/** Longer than any answer may take and the database needs to come back. */
const PATIENCE = 120_000;

/** Somebody in the meeting who writes one message after the other, each until it is stored, as the sdk does. */
class Writer {
  /** By sequence. */
  readonly seen = new Map<number, ChatMessage>();
  readonly sent: string[] = [];
  refusals = 0;
  /** Resolves when it has stopped. */
  writing: Promise<void> = Promise.resolve();
  private stopped = false;

  private constructor(
    readonly name: string,
    readonly socket: Socket,
  ) {
    listen(socket, 'new_message', ({ message }) => this.see(message));
  }

  static async join(server: TestServer, session: Session, room: Room): Promise<Writer> {
    const socket = io(server.url, {
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
      auth: { token: session.accessToken },
    });
    const writer = new Writer(session.user.username, socket);
    const { messages }: RequestResult<'join_room'> = await socket.emitWithAck('join_room', { roomId: room.slug });
    messages.forEach((message) => writer.see(message));

    return writer;
  }

  start(): void {
    this.writing = this.write();
  }

  stop(): Promise<void> {
    this.stopped = true;

    return this.writing;
  }

  leave(): void {
    this.stopped = true;
    this.socket.disconnect();
  }

  private async write(): Promise<void> {
    while (!this.stopped) {
      const text = `${this.name} ${this.sent.length + 1}`;
      this.sent.push(text);
      await this.send(text);
    }
  }

  private async send(text: string): Promise<void> {
    for (;;) {
      const answer: RequestResult<'send_message'> | ErrorAnswer = await this.socket.emitWithAck('send_message', {
        text,
        clientMessageId: text,
      });
      if (!('error' in answer)) {
        return this.see(answer.message);
      }
      expect(answer.error.code).toBe('chat_unavailable');
      this.refusals += 1;
      await delay(100);
    }
  }

  private see(message: ChatMessage): void {
    this.seen.set(message.sequence, message);
  }
}

describeOn(
  'mongodb',
  'a meeting',
  (mongodb) => {
    let server: TestServer;
    let room: Room;
    let writers: Writer[];

    beforeEach(async () => {
      const database = await mongodb().createDatabase();
      server = await startServer({ MONGODB_URL: database.url, RATE_LIMIT_CHAT_MESSAGES: '100000' });
      const people = await Promise.all(['Ada', 'Bob', 'Eve', 'Kim'].map((name) => guest(server.url, name)));
      room = await createRoom(server.url, people[0]!.accessToken);
      writers = [];
      for (const person of people) {
        writers.push(await Writer.join(server, person, room));
      }
    });

    afterEach(async () => {
      writers.forEach((writer) => writer.leave());
      await Promise.allSettled(writers.map((writer) => writer.writing));
      await server.stop();
    });

    const readiness = async () => {
      const { status, body } = await api(server.url).get<{ dependencies: { name: string; up: boolean }[] }>(
        '/health/ready',
      );

      return { status, mongodb: body.dependencies.find(({ name }) => name === 'mongodb')?.up };
    };

    it(
      'loses no message when MongoDB is killed and comes back while everybody writes',
      async () => {
        const everybody = [...writers];
        everybody.forEach((writer) => writer.start());
        for (let round = 0; round < 2; round += 1) {
          await writeMore(everybody);
          const refusals = everybody.map((writer) => writer.refusals);
          await mongodb().kill();
          await until(() => everybody.every((writer, index) => writer.refusals > refusals[index]!), PATIENCE);
          // The meeting needs it for nothing but its chat.
          await until(async () => (await readiness()).mongodb === false);
          expect((await readiness()).status).toBe(200);
          writers.push(await Writer.join(server, await guest(server.url, `Late ${round}`), room));
          await mongodb().start();
        }
        await writeMore(everybody);
        await Promise.all(everybody.map((writer) => writer.stop()));
        await until(async () => (await readiness()).mongodb === true);

        const joins = (messages: ChatMessage[]) => messages.filter(({ kind }) => kind === 'joined');
        const stored = async () => history(writers[0]!);
        await until(async () => joins(await stored()).length === writers.length, PATIENCE);
        const messages = await stored();
        const texts = messages.filter(({ kind }) => kind === 'text').map(({ text }) => text);

        expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1));
        expect(joins(messages).map(({ displayName }) => displayName)).toEqual(writers.map(({ name }) => name));
        for (const { name, sent } of writers) {
          expect(texts.filter((text) => text.startsWith(`${name} `))).toEqual(sent);
        }
        for (const writer of everybody) {
          const missed = () => messages.filter(({ sequence, kind }) => kind === 'text' && !writer.seen.has(sequence));
          // So many write that they are told together, a moment later.
          await until(() => missed().length === 0);
        }
      },
      4 * PATIENCE,
    );

    it(
      'deletes no room whose chat cannot be deleted, until it can',
      async () => {
        const { user: owner, accessToken } = await guest(server.url, 'Owner');
        const other = await createRoom(server.url, accessToken);
        const { delete: remove, get } = api(server.url, accessToken);
        await mongodb().kill();

        expect(await refusal(remove(`/rooms/${other.id}`))).toEqual([503, 'chat_unavailable']);
        expect((await get<Room>(`/rooms/${other.id}`)).body.owner?.id).toBe(owner.id);

        await mongodb().start();
        await until(async () => (await remove(`/rooms/${other.id}`)).status === 204, PATIENCE);
        expect(await refusal(get(`/rooms/${other.id}`))).toEqual([404, 'room_not_found']);
      },
      2 * PATIENCE,
    );

    /** Waits until everybody has stored some more. */
    async function writeMore(everybody: Writer[]): Promise<void> {
      const before = everybody.map(({ sent }) => sent.length);
      await until(() => everybody.every(({ sent }, index) => sent.length > before[index]! + 3), PATIENCE);
    }

    async function history(writer: Writer): Promise<ChatMessage[]> {
      const { socket } = writer;
      const pages: ChatMessage[][] = [];
      for (let before: number | undefined, hasMore = true; hasMore; before = pages[0]?.[0]?.sequence) {
        const page: RequestResult<'chat_history'> = await socket.emitWithAck('chat_history', { before, limit: 100 });
        pages.unshift(page.messages);
        hasMore = page.hasMore;
      }

      return pages.flat();
    }
  },
  { stopsIt: true },
);
